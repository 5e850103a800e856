// Constraints and table checks as sentences for people: what a contract's reader is told, in the
// command line, the reference pages and the formats that contracts are exported to.
import type { CheckRule, ColumnConstraint, TableCheck } from './table-contract.ts'

/** A share as people write it: 0.005 is `0.5%`. */
export function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`
}

function listOr(words: readonly (string | number)[]): string {
  if (words.length <= 1) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

const severityWords = {
  null: '; otherwise the value becomes null',
  warn: '; otherwise the row is counted as a warning',
  refuse: '; otherwise the whole load is refused',
} as const

/** What happens otherwise, behind a semicolon; nothing where the row is refused as usual. */
export function severityText({ severity }: ColumnConstraint | TableCheck): string {
  return severity === undefined || severity === 'reject' ? '' : severityWords[severity]
}

function ruleText(constraint: ColumnConstraint): string {
  switch (constraint.kind) {
    case 'not_null':
      return 'never null'
    case 'unique':
      return 'unique: no two rows have the same value'
    case 'first_of_month':
      return 'always the first day of a month'
    case 'check_digit':
      return 'the check digit is right'
    case 'no_future_dates':
      return 'not after the day of the load'
    case 'categorical':
      return `one of ${constraint.values.join(', ')}`
    case 'regex':
      return `matches the pattern ${constraint.pattern}`
    case 'closed_range': {
      const step = constraint.step === 1 ? '' : ` in steps of ${constraint.step}`
      return `from ${constraint.minimum} to ${constraint.maximum}${step}`
    }
    case 'general_range': {
      const { minimum, maximum, includesMinimum, includesMaximum } = constraint
      const low = minimum === null ? '' : `${includesMinimum ? 'at least' : 'above'} ${minimum}`
      const high = maximum === null ? '' : `${includesMaximum ? 'at most' : 'below'} ${maximum}`
      return [low, high].filter((text) => text !== '').join(' and ')
    }
    case 'date_after':
      return `not before ${listOr(constraint.columns)}`
  }
}

/** A constraint in words, without a full stop: `one of a, b`, `from 0 to 10 in steps of 2`. */
export function describeConstraint(constraint: ColumnConstraint): string {
  return `${ruleText(constraint)}${severityText(constraint)}`
}

/** A table check in words, without its severity and without a full stop. */
export function checkText(check: CheckRule): string {
  switch (check.kind) {
    case 'patient_exists':
      return 'every patient is in the patients table'
    case 'unique':
      return `no two rows have the same ${check.columns.join(', ')}`
    case 'row_count_change': {
      const { increase, decrease } = check
      const parts: string[] = []
      if (increase !== null) parts.push(`grows by at most ${percentText(increase)}`)
      if (decrease !== null) parts.push(`shrinks by at most ${percentText(decrease)}`)
      return `the number of rows ${parts.join(' and ')} against the last snapshot`
    }
    case 'coverage': {
      const { column, first, last } = check
      return `${column} has rows in every month from ${first} to ${last ?? 'its latest month'}`
    }
    case 'null_share':
      return `at most ${percentText(check.max)} of the rows have no ${check.column}`
  }
}

/** A table check in words, without a full stop. */
export function describeCheck(check: TableCheck): string {
  return `${checkText(check)}${severityText(check)}`
}
