// The session properties that clients can set: one pins the snapshot of a study. Others are refused,
// for a property that did nothing would promise what it does not keep.
import { TrinoError } from '../trino/trino-error.ts'

export interface SessionProperty {
  readonly name: string
  readonly type: string
  readonly fallback: string
  readonly description: string
}

export const sessionProperties: readonly SessionProperty[] = [
  {
    name: 'snapshot',
    type: 'varchar',
    fallback: 'current',
    description: 'Number of the snapshot that statements read, or current.',
  },
  {
    name: 'query_max_run_time',
    type: 'varchar',
    fallback: '',
    description: 'Time that a statement may run, such as 10m; no longer than the server permits.',
  },
]

/** The name of a property as its owner writes it; INVALID_SESSION_PROPERTY where there is none. */
export function propertyName(parts: readonly string[], catalog: string): string {
  const [last = ''] = parts.slice(-1)
  const isOwn = parts.length === 1 || (parts.length === 2 && parts[0] === catalog)
  if (isOwn && sessionProperties.some(({ name }) => name === last)) return last
  throw new TrinoError(
    'INVALID_SESSION_PROPERTY',
    `Session property '${parts.join('.')}' does not exist`,
  )
}

/** The time that a session allows its statements; null: as long as the server permits. */
export function runTimeMs(properties: Readonly<Record<string, string>>): number | null {
  return durationMs(properties['query_max_run_time'] ?? '')
}

/** The properties that a client's headers set, by their own names. Unknown ones are refused. */
export function knownProperties(
  given: Readonly<Record<string, string>>,
  catalog: string,
): Record<string, string> {
  const known: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    known[propertyName(name.toLowerCase().split('.'), catalog)] = value
  }
  const time = known['query_max_run_time'] ?? '1s'
  if (durationMs(time) !== null) return known
  throw new TrinoError('INVALID_SESSION_PROPERTY', 'query_max_run_time is a duration such as 10m')
}

/** The number of the snapshot that a session pins; null: the current one. */
export function pinnedSnapshot(properties: Readonly<Record<string, string>>): number | null {
  const text = properties['snapshot']
  if (text === undefined || text === 'current') return null
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new TrinoError('INVALID_SESSION_PROPERTY', 'snapshot is a number of a snapshot, or current')
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

/** A duration of Trino's (`10m`, `1.5h`) in milliseconds; null where it is none. */
export function durationMs(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|m|h)$/.exec(text)
  const unit = units[match?.[2] ?? '']
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}
