// A query service over a published lake of small tables, with bounds that a test chooses, and what
// the operating system says of its processes.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openQueryService, type QueryServiceLimits } from '../../query/gateway/query-service.ts'
import { northshire, publishParquet, type TestTable } from './parquet-lake.ts'

export interface ServedLake {
  readonly port: number
  readonly lake: string
  readonly scratch: string
  /** Ends the service; the folders stay for the next one. */
  stop(): Promise<void>
  /** Ends the service and removes what it left. */
  close(): Promise<void>
}

export interface ServedOptions {
  readonly tables?: Readonly<Record<string, TestTable>>
  readonly limits?: QueryServiceLimits
  /** A lake and scratch folder of a service that was stopped. */
  readonly from?: ServedLake
}

/** Serves a lake on a free port of this machine. */
export async function serveLake({ tables, limits, from }: ServedOptions = {}): Promise<ServedLake> {
  const published = from === undefined ? await publishParquet(tables ?? northshire) : null
  const lake = from?.lake ?? published?.root ?? ''
  const scratch = from?.scratch ?? mkdtempSync(join(tmpdir(), 'safelanding-serve-'))
  const service = await openQueryService({
    ...{ host: '127.0.0.1', port: 0, lake, backend: 'northshire', scratchFolder: scratch },
    ...{ descriptions: [], limits: limits ?? {} },
  })
  let isOpen = true
  const stop = async (): Promise<void> => {
    if (isOpen) await service.close()
    isOpen = false
  }
  return {
    ...{ port: service.port, lake, scratch, stop },
    close: async () => {
      await stop()
      if (published === null) return
      published.remove()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

/** Ids of the processes that run the statements of users, started by this process. */
export function workerProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        const isChild = / (\d+)/.exec(readStatus(id, 'PPid'))?.[1] === String(process.pid)
        return isChild && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('worker-main')
      } catch {
        return false
      }
    })
}

function readStatus(id: number, name: string): string {
  const line = readFileSync(`/proc/${id}/status`, 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(`${name}:`))
  return (line ?? '').replaceAll('\t', ' ')
}

/** Bytes of memory that a process holds now. */
export function residentBytes(id: number): number {
  return Number(/(\d+) kB/.exec(readStatus(id, 'VmRSS'))?.[1] ?? 0) * 1024
}

/** The bound of a process's data in bytes, as the kernel has it. */
export function dataBytesMax(id: number): number {
  const line = readFileSync(`/proc/${id}/limits`, 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith('Max data size'))
  return Number(/Max data size\s+(\d+)/.exec(line ?? '')?.[1] ?? Number.NaN)
}

/** Waits until something is so; throws when it takes longer than a defect would. */
export async function until(what: string, isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`it did not come to be: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
