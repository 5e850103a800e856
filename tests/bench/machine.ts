// What a run of the benchmark ran on: two runs are comparable only where this is the same.
import { spawnSync } from 'node:child_process'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { repositoryRoot } from '../support/paths.ts'

export interface Machine {
  readonly processors: number
  readonly processor: string
  readonly memory_gigabytes: number
  readonly system: string
  readonly node: string
  readonly load: readonly number[]
  /** Commit of the working copy, with a + where it is changed; null outside of git. */
  readonly commit: string | null
}

function commitOf(): string | null {
  const git = (...args: string[]) =>
    spawnSync('git', ['-C', repositoryRoot, ...args], { encoding: 'utf8' })
  const { status, stdout } = git('rev-parse', '--short', 'HEAD')
  if (status !== 0) return null
  return stdout.trim() + (git('status', '--porcelain').stdout === '' ? '' : '+')
}

export function describeMachine(): Machine {
  return {
    processors: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memory_gigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    load: loadavg().map((load) => Number(load.toFixed(2))),
    commit: commitOf(),
  }
}

export function machineLines(machine: Machine): string[] {
  const { processors, processor, memory_gigabytes: memory, system, node, load, commit } = machine
  const busy = (load[0] ?? 0) > 0.5 ? ': busy, read the ratios' : ''
  return [
    `${processors} x ${processor}, ${memory} GB, ${system}`,
    `node ${node}, commit ${commit ?? 'unknown'}, load ${load.join(' ')}${busy}`,
  ]
}
