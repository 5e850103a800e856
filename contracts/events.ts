// What the program says about its own work, as a closed vocabulary: stages and pipelines emit
// these, the logger and the command line are the only subscribers that write. Once per batch,
// never per row. Events carry names, counts, positions and codes; never a value of a row.
import type { RuleCount } from './batch-task.ts'

export interface LandingEvents {
  /** The run has an id; batches are planned. */
  'run:opened': { run: string; tables: readonly string[]; batches: number; bytes: number }
  /** Every batch is committed and all checks passed; the snapshot is about to be published. */
  'run:sealed': { run: string; snapshot: number }
  'run:published': { run: string; snapshot: number; tables: number; rows: number }
  /** All that was loaded is in the current snapshot already: nothing was published. */
  'run:unchanged': { run: string; snapshot: number }
  /** Published, but ledger or summary could not be written or staging not cleared: mended later. */
  'run:unrecorded': { run: string; snapshot: number; code: string }
  'run:failed': { run: string; code: string }
  'run:refused': { run: string; code: string }
  /** An earlier run was taken over by this one. */
  'run:abandoned': { run: string; by: string }
  'batch:committed': {
    run: string
    table: string
    batch: string
    rowsIn: number
    accepted: number
    rejected: number
    withheld: number
    bytes: number
  }
  /** Taken over from an earlier run: equal in everything that made it. */
  'batch:reused': { run: string; table: string; batch: string; from: string }
  /** Rows of a batch were refused; `permitted`: the table has a ceiling above zero. */
  'batch:refused': {
    run: string
    table: string
    batch: string
    rules: readonly RuleCount[]
    permitted: boolean
  }
  /** More rows used an entry of the register than its ceiling allows: the table lands again. */
  'deviation:exceeded': { run: string; table: string; id: string; observed: number; of: number }
  'check:skipped': { run: string; table: string; check: string; reason: string }
  /** A table check of severity warn that does not hold; `observed` in words. */
  'check:warned': { run: string; table: string; check: string; observed: string }
  'table:finished': {
    run: string
    table: string
    rowsIn: number
    accepted: number
    rejected: number
    withheld: number
  }
}

export type EventName = keyof LandingEvents

export type LandingEvent = {
  [Name in EventName]: { readonly event: Name } & Readonly<LandingEvents[Name]>
}[EventName]

export type EventLevel = 'debug' | 'info' | 'warn' | 'error'

/** Passed down to whoever has something to say. */
export type EmitEvent = (event: LandingEvent) => void

const levels: Readonly<Record<EventName, EventLevel>> = {
  'run:opened': 'info',
  'run:sealed': 'info',
  'run:published': 'info',
  'run:unchanged': 'info',
  'run:unrecorded': 'warn',
  'run:failed': 'error',
  'run:refused': 'error',
  'run:abandoned': 'warn',
  'batch:committed': 'debug',
  'batch:reused': 'debug',
  'batch:refused': 'error',
  'deviation:exceeded': 'warn',
  'check:skipped': 'warn',
  'check:warned': 'warn',
  'table:finished': 'info',
}

/** How loud an event is: a refusal that the project file provides for is not an error. */
export function eventLevel(event: LandingEvent): EventLevel {
  if (event.event === 'batch:refused' && event.permitted) return 'debug'
  return levels[event.event]
}
