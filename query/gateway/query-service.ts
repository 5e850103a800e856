// The whole query layer, put together: the gateway, the pool of users' processes, and the folders
// that users' own tables and spilled data lie in.
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import { packageRoot } from '../../contracts/package-root.ts'
import type { WorkerOptions } from '../worker/messages.ts'
import { openGateway } from './server.ts'
import { openWorkerPool } from './worker-pool.ts'

export interface QueryServiceOptions {
  readonly host: string
  readonly port: number
  readonly lake: string
  readonly backend: string
  readonly scratchFolder: string
  readonly descriptions: WorkerOptions['descriptions']
}

export interface QueryService {
  readonly port: number
  close(): Promise<void>
}

/** The catalog that clients name. */
export const catalogName = 'lake'

/** A quarter of the machine's memory for one user, within bounds. */
function memoryOfWorker(): number {
  const quarter = Math.floor(totalmem() / 4)
  return Math.max(limits.queryMemoryBytes / 2, Math.min(quarter, limits.queryMemoryBytes * 4))
}

/** Starts serving; `close` ends every process. */
export async function openQueryService(options: QueryServiceOptions): Promise<QueryService> {
  const { scratchFolder } = options
  const spillRoot = join(scratchFolder, `spill-${process.pid}`)
  mkdirSync(scratchFolder, { recursive: true, mode: 0o700 })
  mkdirSync(spillRoot, { recursive: true, mode: 0o700 })
  const memoryBytes = memoryOfWorker()
  const workerLimits = limits.queryWorkers
  const pool = openWorkerPool(
    (user) => {
      const name = createHash('sha256').update(user).digest('hex').slice(0, 32)
      const spillFolder = join(spillRoot, name)
      mkdirSync(spillFolder, { recursive: true, mode: 0o700 })
      return {
        ...{ user, lake: options.lake, backend: options.backend, catalog: catalogName },
        ...{ scratchFile: join(scratchFolder, `${name}.duckdb`), spillFolder, memoryBytes },
        ...{ spillBytesMax: limits.querySpillBytesMax, threads: availableParallelism() },
        descriptions: options.descriptions,
      }
    },
    {
      entry: join(packageRoot, 'dist', 'query', 'worker', 'worker-main.js'),
      dataBytesMax: memoryBytes * limits.queryWorkerDataFactor + limits.queryWorkerDataBytes,
      threadPoolSize: workerLimits.runningPerUserMax + 4,
      closeGraceMs: limits.queryWorkerCloseMsMax,
    },
    workerLimits,
  )
  const close = async (): Promise<void> => {
    await pool.close()
    rmSync(spillRoot, { recursive: true, force: true })
  }
  try {
    const gateway = await openGateway({
      ...{ host: options.host, port: options.port, pool },
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
