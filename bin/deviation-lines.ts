// Entries of the register as verbs tell them: in force or not, and why; as text for people and as
// fields for machines. Names and counts only.
import { ceilingText, describeCeiling } from '../contracts/ceiling.ts'
import { columnText, describeDeviation } from '../contracts/deviation.ts'
import type { JudgedDeviation } from '../contracts/judge-deviations.ts'

/** `NS-001 is in force until 2027-05-01, for at most 0.5%: numeric_value may fail closed_range`. */
export function deviationLine({ entry, reason }: JudgedDeviation): string {
  const what = describeDeviation(entry)
  if (reason !== null) return `${entry.id} is not in force: ${reason}: ${what}`
  const { ceiling, expires, id } = entry
  const share = ceiling?.kind === 'share' ? ' of the rows' : ''
  const most = ceiling === null ? '' : `, for at most ${describeCeiling(ceiling)}${share}`
  return `${id} is in force until ${expires}${most}: ${what}`
}

/** An entry in the words that readers outside may see: no counts of rows. */
export function statedDeviation({ entry, state }: JudgedDeviation) {
  const { id, contract, columns, kind, ceiling, publicWording, approvedOn, expires } = entry
  return {
    ...{ id, contract, columns, kind, publicWording, approvedOn, expires },
    what: describeDeviation(entry),
    ceiling: ceiling === null ? null : describeCeiling(ceiling),
    status: state === 'in_force' ? entry.status : state,
    inForce: state === 'in_force',
  }
}

/** The fields of an event about an entry. */
export function deviationFields({ entry, state, reason }: JudgedDeviation) {
  const { id, contract, major, rule, kind, ceiling, status, expires } = entry
  return {
    id,
    contract: `${contract}@${major}`,
    column: columnText(entry),
    rule,
    kind,
    ceiling: ceiling === null ? null : ceilingText(ceiling),
    status,
    expires,
    in_force: state === 'in_force',
    state,
    reason,
  }
}
