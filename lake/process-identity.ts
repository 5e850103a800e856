// Who a process is, beyond its number: numbers are used again, after a reboot most of all. Read from
// /proc where there is one (Linux), from `ps` elsewhere (macOS); what cannot be known is null.
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Changes with every boot. */
  readonly boot: string | null
  /** Numbers of processes are only comparable within one pid namespace (container). */
  readonly namespace: string | null
  /** When the process started, in whatever form the system gives; compared as text. */
  readonly started: string | null
}

function attempt(read: () => string): string | null {
  try {
    return read().trim() || null
  } catch {
    return null
  }
}

/** When a running process started; null where there is none of that number, or it is a zombie. */
export function processStart(pid: number): string | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat !== null) {
    // The name of the program stands in parentheses and may hold any character: fields follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  }
  if (process.platform === 'linux') return null
  const environment = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  return attempt(() =>
    execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
}

/** The identity of the process with this number, which must be running. */
export function processIdentity(pid: number): ProcessIdentity {
  return {
    pid,
    host: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
    started: processStart(pid),
  }
}

/** What one process can know of another: nothing certain across machines and containers. */
export type ProcessFate = 'running' | 'dead' | 'unknown'

/** Whether `other` still runs, seen by `self`. */
export function processFate(other: ProcessIdentity, self: ProcessIdentity): ProcessFate {
  const sameHost = other.host === self.host
  if (other.boot !== self.boot) return sameHost ? 'dead' : 'unknown'
  if (other.boot === null && !sameHost) return 'unknown'
  if (other.namespace !== self.namespace) return 'unknown'
  return processStart(other.pid) === other.started ? 'running' : 'dead'
}
