// Times one command from outside, from start to exit, and reads the peak memory that the kernel has
// counted for it: each contender writes its own peak when it exits, Node's by a hook loaded into it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Measured {
  readonly seconds: number
  readonly peakBytes: number
  readonly exit: number
  readonly stdout: string
}

const hook = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(process.env.LANDING_BENCH_PEAK,
  String(process.resourceUsage().maxRSS)))`

/** Runs `node <args>` to its end. Peak memory covers the process with all its threads. */
export function measureNode(args: readonly string[]): Measured {
  const hookUrl = `data:text/javascript,${encodeURIComponent(hook)}`
  return measureCommand(process.execPath, ['--import', hookUrl, ...args])
}

/** Runs a command that writes its peak memory in KiB to the file LANDING_BENCH_PEAK. */
export function measureCommand(command: string, args: readonly string[]): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-bench-'))
  const peak = join(folder, 'peak')
  try {
    const started = process.hrtime.bigint()
    const child = spawnSync(command, args, {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, LANDING_BENCH_PEAK: peak },
    })
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    if (child.error !== undefined) throw child.error
    if (child.status !== 0) {
      process.stderr.write(child.stderr)
      return { seconds, peakBytes: 0, exit: child.status ?? -1, stdout: child.stdout }
    }
    const peakBytes = Number(readFileSync(peak, 'utf8')) * 1024
    return { seconds, peakBytes, exit: 0, stdout: child.stdout }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
