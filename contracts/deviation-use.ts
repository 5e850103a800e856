// What a load came to for one entry of the register: whether it was in force, and how many rows used
// it, or would have. Counts and names only; part of every run summary.
import type { DeviationKind, DeviationRule } from './deviation.ts'
import type { DeviationState } from './judge-deviations.ts'

export interface DeviationUse {
  readonly id: string
  /** `namespace/table`. */
  readonly contract: string
  /** The column; for unique all columns of the key, `a, b`. */
  readonly column: string
  readonly rule: DeviationRule
  readonly kind: DeviationKind
  /** As the register writes it, `0.5%` or `25`; null where its use is not counted in rows. */
  readonly ceiling: string | null
  /**
   * In force: rows that landed by it; of coverage, months that lack. Otherwise: rows that were
   * refused under its rule, or that passed its ceiling.
   */
  readonly observed: number
  /** Rows in. */
  readonly of: number
  readonly in_force: boolean
  readonly state: DeviationState
  /** Why it was not in force, in words; null where it was. */
  readonly reason: string | null
}
