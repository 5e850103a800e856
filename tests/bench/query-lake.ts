// What the benchmark of the query layer asks: a lake of invented people, made from a seed and landed
// by the product, and the product serving it in a process of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { commandPath } from '../support/product.ts'

/** Makes and loads the extracts of so many people, unless they are there; gives their folder. */
export function makeQueryLake(root: string, patients: number, seed: number): string {
  const folder = join(root, `query-${patients}-${seed}`)
  if (existsSync(folder)) return folder
  const made = `${folder}.new`
  rmSync(made, { recursive: true, force: true })
  const words = ['contracts', 'dummy', '--tables', 'core', '--out', made]
  command(['-q', ...words, '--patients', String(patients), '--seed', String(seed)])
  command(['-q', '--project', join(made, 'safelanding.yaml'), 'load'])
  renameSync(made, folder)
  return folder
}

function command(words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [commandPath, ...words])
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${String(stderr)}`)
}

/** Milliseconds; 0 where the system does not tell. */
export interface CpuTimes {
  readonly gateway: number
  readonly worker: number
}

export interface ServedProject {
  readonly port: number
  /** Processor time of the gateway and of its workers, in milliseconds since their start. */
  cpu(): CpuTimes
  close(): Promise<void>
}

/** Starts `safelanding serve` for a project, on a free port, with an empty scratch folder. */
export async function serveProject(folder: string): Promise<ServedProject> {
  const scratch = mkdtempSync(join(tmpdir(), 'safelanding-bench-'))
  const project = join(folder, 'safelanding.yaml')
  const words = ['--project', project, '--json', 'serve', '--port', '0', '--scratch', scratch]
  const child = spawn(process.execPath, [commandPath, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await portOf(child)
  return {
    port,
    cpu: () => ({
      gateway: cpuMs(child.pid ?? 0),
      worker: childrenOf(child.pid ?? 0).reduce((sum, id) => sum + cpuMs(id), 0),
    }),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('serve has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { readonly event: string; readonly port?: number }
    if (event.event === 'serving' && event.port !== undefined) {
      child.stdout.resume()
      return event.port
    }
  }
  throw new Error('serve ended before it served')
}

/** The fields of /proc/PID/stat from the third on; null where there is no such process or file. */
function statOf(id: number | string): string[] | null {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? null
  } catch {
    return null
  }
}

/** User and system time; the kernel counts in hundredths of a second. */
function cpuMs(id: number): number {
  const fields = statOf(id)
  return (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)) * 10
}

function childrenOf(parent: number): number[] {
  if (!existsSync('/proc')) return []
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.filter((id) => statOf(id)?.[1] === String(parent)).map(Number)
}
