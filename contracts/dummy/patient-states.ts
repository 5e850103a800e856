// What became of each person in the patients table of a namespace: child rows link up with that, and
// rows of refused patients are refused with them.
import type { Refusal } from './judge-row.ts'

export const patientState = {
  present: 0,
  /** The row was refused, and tells whose it is. */
  refused: 1,
  /** The row was refused, and its patient cannot be read from it. */
  unreadable: 2,
  /** The table has no row of the person. */
  absent: 3,
} as const

/** A state for each person, by index. */
export type PatientStates = Uint8Array

/** The state of a patient whose only row is refused so. */
export function stateOfRefused({ column, rules }: Refusal): number {
  const unreadable = ['too_few_fields', 'too_many_fields', 'text_after_quote', 'unterminated_quote']
  const isUnreadable = column === 'patient_id' || rules.some((rule) => unreadable.includes(rule))
  return isUnreadable ? patientState.unreadable : patientState.refused
}
