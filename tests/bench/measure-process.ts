// Times one command from outside, start to exit, and learns what it cost: peak memory of its largest
// process and processor time of all. Each process writes its own costs when it exits; those of Node do
// it through a hook that is handed down to the processes they start.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Timed {
  readonly seconds: number
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

export interface Measured extends Timed {
  /** Of all processes and threads. */
  readonly cpuSeconds: number
  /** Of the largest process. */
  readonly peakBytes: number
}

// VmHWM is of the process alone. maxRSS of Linux is not: a child begins with that of its parent.
const hook = `
const { isMainThread } = require('node:worker_threads')
if (isMainThread) process.on('exit', () => {
  const { readFileSync, writeFileSync } = require('node:fs')
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  let peak = maxRSS * 1024
  try {
    peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024
  } catch {}
  const costs = { peak_bytes: peak, cpu_seconds: (userCPUTime + systemCPUTime) / 1e6 }
  writeFileSync(process.env.LANDING_BENCH_COSTS + '/' + process.pid + '.json', JSON.stringify(costs))
})`

/** Runs a command to its end. Its costs are what its processes say: the hook, or peers/peak.py. */
export function measureProcess(command: string, args: readonly string[]): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-bench-'))
  const hookPath = join(folder, 'hook.cjs')
  try {
    writeFileSync(hookPath, hook)
    const nodeOptions = process.env['NODE_OPTIONS'] ?? ''
    const timed = timeProcess(command, args, {
      NODE_OPTIONS: `${nodeOptions} --require=${JSON.stringify(hookPath)}`,
      LANDING_BENCH_COSTS: folder,
    })
    return { ...timed, ...costsIn(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Start to exit alone, as the command runs without anybody looking. */
export function timeProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Timed {
  const started = process.hrtime.bigint()
  const child = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...environment },
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (child.error !== undefined) throw child.error
  return { seconds, exit: child.status ?? -1, stdout: child.stdout, stderr: child.stderr }
}

export const measureNode = (args: readonly string[]): Measured =>
  measureProcess(process.execPath, args)

function costsIn(folder: string): { peakBytes: number; cpuSeconds: number } {
  const costs = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  return {
    peakBytes: Math.max(0, ...costs.map((one) => Number(one.peak_bytes))),
    cpuSeconds: costs.reduce((sum, one) => sum + Number(one.cpu_seconds), 0),
  }
}
