// What the main thread tells a worker to do, and what the worker answers: small plain data, the
// only things that cross threads.
import type { RuleName } from './rules.ts'
import type { PartFile, SliceSummary } from './stage.ts'

/** A file of an extract after its head was read: all that is needed to read any slice of it. */
export interface PlannedFile {
  /** Absolute path. */
  readonly path: string
  /** Path as the operator knows it: relative to the project file. */
  readonly name: string
  readonly bytes: number
  /** When it was last written to, as the file system says: another file since then is refused. */
  readonly modifiedMs?: number
  readonly compressed: boolean
  /** Offset of the first record: behind byte order mark, skipped lines and header. */
  readonly dataStart: number
  /** Fields every record must have. */
  readonly fieldCount: number
  /** 0-based field index of each selected field, in the order the mapping asked for them. */
  readonly selected: readonly number[]
  readonly blankLines: number
  readonly commentLines: number
}

/** A row of a staged part that a table check refused. */
export interface TableRefusal {
  /** Ordinal of the row among those of the batch that passed the row checks, from 0, ascending. */
  readonly ordinal: number
  readonly rule: RuleName
  /** Contract column the check is about; null for the whole row. */
  readonly column: string | null
  /** Present where the row is refused because that of its patient was: rule patient_refused. */
  readonly patientRefused?: true
}

/** Why a table check refuses rows: what a refusal says beside its ordinal. */
export type RefusalReason = Omit<TableRefusal, 'ordinal'>

/** The same of many rows, as it crosses threads: a few bytes a row. */
export interface TableRefusals {
  /** Ascending. */
  readonly ordinals: Uint32Array
  /** For each ordinal the place of its reason in `reasons`. */
  readonly places: Uint16Array
  readonly reasons: readonly RefusalReason[]
}

/** One refusal after the other; none of them is held. */
export function* eachRefusal({
  ordinals,
  places,
  reasons,
}: TableRefusals): Generator<TableRefusal, undefined> {
  for (let i = 0; i < ordinals.length; i++) {
    const reason = reasons[places[i] ?? 0]
    if (reason === undefined) throw new Error('a refusal has a reason')
    yield { ordinal: ordinals[i] ?? 0, ...reason }
  }
}

export interface BatchTask {
  readonly run: string
  readonly table: string
  /** `core/patients:0007`. */
  readonly batch: string
  readonly file: PlannedFile
  /** Nominal range in bytes; the slice holds the records that start inside it. */
  readonly start: number
  readonly end: number
  /** False: `start` is a guess of the splitter, and the worker looks for a record boundary. */
  readonly startIsExact: boolean
  /** null: none. */
  readonly refusals: TableRefusals | null
  readonly partPath: string
  readonly quarantinePath: string
}

/** Rows counted under one first failing column and rule. */
export interface RuleCount {
  /** null: the record itself. */
  readonly column: string | null
  readonly rule: RuleName
  readonly count: number
}

/** Values that a declared coercion changed in a way that cannot be undone. */
export interface CoercionCount {
  readonly column: string
  readonly kind: CoercionKind
  readonly count: number
}

export const coercionKinds = [
  'trimmed',
  'time_cut',
  'rounded_to_month',
  'two_digit_year',
  'mapped_otherwise',
  'decimal_dropped',
  'utf8_replaced',
  'coarser_date',
] as const
export type CoercionKind = (typeof coercionKinds)[number]

/**
 * What a batch owes to the day of its load. With time dates only ever stop lying in the future: a
 * batch without any is the same on every later day, and two that found equally many in the same
 * bytes are the same batch.
 */
export interface FutureDates {
  /** Day of the load, YYYY-MM-DD. */
  readonly day: string
  /** Dates behind that day in columns with no_future_dates, in rows accepted or not. */
  readonly count: number
}

export interface BatchResult {
  readonly batch: string
  readonly slice: SliceSummary
  readonly rowsIn: number
  readonly accepted: number
  readonly rejected: number
  readonly withheld: number
  readonly rules: readonly RuleCount[]
  /** Accepted rows that fail a constraint of severity warn: under every one, not only the first. */
  readonly warnings: readonly RuleCount[]
  /** Values of accepted rows that a constraint of severity null made null. */
  readonly nulled: readonly RuleCount[]
  /** Refused rows that fail a constraint of severity refuse: any of them refuses the load. */
  readonly refusing: readonly RuleCount[]
  readonly coercions: readonly CoercionCount[]
  /** null: no constraint of the table asks which day it is. */
  readonly futureDates: FutureDates | null
  /** null: no row was accepted, or none rejected. */
  readonly part: PartFile | null
  readonly quarantine: PartFile | null
}
