// The whole query layer, put together: the gateway, the pool of users' processes, and the folders
// that users' own tables and spilled data lie in.
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import { packageRoot } from '../../contracts/package-root.ts'
import type { WorkerOptions } from '../worker/messages.ts'
import type { RegistryLimits } from './registry.ts'
import { openScratchFolder } from './scratch-folder.ts'
import { openGateway } from './server.ts'
import { openWorkerPool, type PoolLimits } from './worker-pool.ts'

/** Bounds that differ from those of config/limits.ts. */
export interface QueryServiceLimits extends Partial<PoolLimits>, Partial<RegistryLimits> {
  /** Memory of one user's engine. */
  readonly memoryBytes?: number
  readonly temporaryTableDaysMax?: number
  readonly scratchFileDaysMax?: number
}

export interface QueryServiceOptions {
  readonly host: string
  readonly port: number
  readonly lake: string
  readonly backend: string
  readonly scratchFolder: string
  readonly descriptions: WorkerOptions['descriptions']
  readonly limits?: QueryServiceLimits
}

export interface QueryService {
  readonly port: number
  close(): Promise<void>
}

/** The catalog that clients name. */
export const catalogName = 'lake'

/** A quarter of the machine's memory for one user, within bounds. */
export function memoryOfWorker(): number {
  const quarter = Math.floor(totalmem() / 4)
  return Math.max(limits.queryMemoryBytes / 2, Math.min(quarter, limits.queryMemoryBytes * 4))
}

/** Starts serving; `close` ends every process. */
export async function openQueryService(options: QueryServiceOptions): Promise<QueryService> {
  const given = options.limits ?? {}
  const memoryBytes = given.memoryBytes ?? memoryOfWorker()
  const days = given.scratchFileDaysMax ?? limits.scratchFileDaysMax
  const folder = openScratchFolder(options.scratchFolder, days)
  const workerLimits = { ...limits.queryWorkers, ...given }
  const pool = openWorkerPool(
    (user) => ({
      ...{ user, lake: options.lake, backend: options.backend, catalog: catalogName },
      ...{ ...folder.ofUser(user), memoryBytes, spillBytesMax: limits.querySpillBytesMax },
      threads: availableParallelism(),
      temporaryTableDaysMax: given.temporaryTableDaysMax ?? limits.temporaryTableDaysMax,
      descriptions: options.descriptions,
    }),
    {
      entry: join(packageRoot, 'dist', 'query', 'worker', 'worker-main.js'),
      dataBytesMax: memoryBytes * limits.queryWorkerDataFactor + limits.queryWorkerDataBytes,
      threadPoolSize: workerLimits.runningPerUserMax + 4,
      closeGraceMs: limits.queryWorkerCloseMsMax,
    },
    workerLimits,
  )
  folder.sweep(new Date(), pool.users())
  const sweeper = setInterval(() => folder.sweep(new Date(), pool.users()), limits.scratchSweepMs)
  sweeper.unref()
  const close = async (): Promise<void> => {
    clearInterval(sweeper)
    await pool.close()
    folder.close()
  }
  try {
    const gateway = await openGateway({
      ...{ host: options.host, port: options.port, pool, catalog: catalogName },
      limits: { ...limits.statementRegistry, ...given },
      now: () => new Date(),
    })
    return {
      port: gateway.port,
      close: async () => {
        await gateway.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
