// Outcomes of table checks and cascades as sentences for people. Counts, names and months only.
import type { Cascade, CheckObservation, CheckOutcome } from './check-outcome.ts'

/** Months that a sentence names before it only counts. */
const monthsNamedMax = 12

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`

/** A share as people write it, to four digits: 0.33333 is `33.33%`. */
const roughPercent = (share: number): string => `${Number((share * 100).toPrecision(4))}%`

function changeText(observed: CheckObservation & { kind: 'change' }): string {
  const { rows, before, snapshot } = observed
  const earlier = `the ${before} of snapshot ${snapshot}`
  if (rows === before) return `${count(rows, 'row')}, as many as in snapshot ${snapshot}`
  if (before === 0) return `${count(rows, 'row')}, more than ${earlier}`
  const share = roughPercent(Math.abs(rows - before) / before)
  return `${count(rows, 'row')}, ${share} ${rows > before ? 'more' : 'fewer'} than ${earlier}`
}

function monthsText(observed: CheckObservation & { kind: 'months' }): string {
  const { first, last, missing, missing_count: total } = observed
  const range = first === null ? 'no month has rows' : `rows from ${first} to ${last}`
  if (total === 0) return `${range}, no month missing`
  const named = missing.slice(0, monthsNamedMax)
  const rest = total > named.length ? ` and ${total - named.length} more` : ''
  return `${range}, ${count(total, 'month')} missing: ${named.join(', ')}${rest}`
}

/** What a check found: `2 rows`, `10 of 20 rows are null (50%)`. */
export function describeObservation(observed: CheckObservation): string {
  switch (observed.kind) {
    case 'rows':
      return observed.rows === 1 ? '1 row fails it' : `${observed.rows} rows fail it`
    case 'change':
      return changeText(observed)
    case 'months':
      return monthsText(observed)
    case 'nulls': {
      const { nulls, rows } = observed
      const share = rows === 0 ? '' : ` (${roughPercent(nulls / rows)})`
      return `${nulls} of ${count(rows, 'row')} without a value${share}`
    }
  }
}

/** The check and its columns: `coverage of day`, `row_count_change`. */
export function checkName({ kind, columns }: Pick<CheckOutcome, 'kind' | 'columns'>): string {
  const isNamed = columns.length > 0 && kind !== 'patient_exists' && kind !== 'one_row_per_patient'
  return isNamed ? `${kind} of ${columns.join(', ')}` : kind
}

/** `coverage of day: rows from 2020-01 to …, 1 month missing: 2020-03; expected …`. */
export function describeOutcome(outcome: CheckOutcome): string {
  const { observed, reason, expected } = outcome
  if (observed === null) return `${checkName(outcome)} was not checked: ${reason}`
  return `${checkName(outcome)}: ${describeObservation(observed)}; expected: ${expected}`
}

/** `1 refused patient explains 412 child rows (core/clinical_events 412): sex categorical 1`. */
export function describeCascade(cascade: Cascade): string {
  const tables = Object.entries(cascade.tables).map(([table, rows]) => `${table} ${rows}`)
  const rules = cascade.rules.map(
    ({ column, rule, patients }) => `${column ?? 'record'} ${rule} ${patients}`,
  )
  const explain = cascade.patients === 1 ? 'explains' : 'explain'
  return (
    `${count(cascade.patients, 'refused patient')} ${explain} ` +
    `${count(cascade.rows, 'child row')} (${tables.join(', ')}): ${rules.join(', ')}`
  )
}
