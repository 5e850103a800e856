// What came of the checks over a whole table: one outcome for each check a contract asks, with what was
// expected and what was found. In summary.json and in the manifest; counts, columns and months only.
import type { RuleName } from './rules.ts'

export const checkOutcomeKinds = [
  'unique',
  'one_row_per_patient',
  'patient_exists',
  'row_count_change',
  'coverage',
  'null_share',
] as const
export type CheckOutcomeKind = (typeof checkOutcomeKinds)[number]

/**
 * passed; rejected: rows fail it, and were refused; warned: it fails, and was counted; refused: it fails,
 * and nothing is published; not_run: it could not be asked.
 */
export const checkVerdicts = ['passed', 'rejected', 'warned', 'refused', 'not_run'] as const
export type CheckVerdict = (typeof checkVerdicts)[number]

export type CheckObservation =
  | {
      /** Rows that fail a check which names rows. */
      readonly kind: 'rows'
      readonly rows: number
    }
  | {
      readonly kind: 'change'
      readonly rows: number
      /** The last snapshot that has the table, and its rows there. */
      readonly snapshot: number
      readonly before: number
    }
  | {
      readonly kind: 'months'
      /** First and last month with a row, YYYY-MM; null: no month has one. */
      readonly first: string | null
      readonly last: string | null
      /** Months without a row that should have one: how many, and the first of them. */
      readonly missing_count: number
      readonly missing: readonly string[]
    }
  | { readonly kind: 'nulls'; readonly nulls: number; readonly rows: number }

export interface CheckOutcome {
  readonly kind: CheckOutcomeKind
  /** The columns it is about, in the order of the contract; none: the rows as such. */
  readonly columns: readonly string[]
  /** In words, without a full stop. */
  readonly expected: string
  readonly outcome: CheckVerdict
  /** null where it was not run. */
  readonly observed: CheckObservation | null
  /** Why it was not run; null where it was. */
  readonly reason: string | null
}

/** Rows refused because the row of their patient was. */
export interface Cascade {
  /** The table of the patients: `core/patients`. */
  readonly cause: string
  /** Refused patients that have rows elsewhere. */
  readonly patients: number
  /** Rows refused under patient_exists because of them, and the same by table. */
  readonly rows: number
  readonly tables: Readonly<Record<string, number>>
  /** Why the patients were refused: patients under each rule of their own rows. */
  readonly rules: readonly CascadeRule[]
}

export interface CascadeRule {
  readonly column: string | null
  readonly rule: RuleName
  readonly patients: number
}
