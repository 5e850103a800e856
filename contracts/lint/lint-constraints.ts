// Constraints of a column that contradict each other, or of which one says nothing beside another:
// the contract loads, but rows that it promises can never land, or a promise is empty.
import { codeSystemForms, isCodeSystem } from '../code-systems.ts'
import { describeConstraint } from '../describe-constraint.ts'
import type { Complain } from '../load-contract.ts'
import type { ColumnConstraint, ContractColumn } from '../table-contract.ts'
import {
  commonValue,
  hasFirstOfMonth,
  type Interval,
  intervalOf,
  isRange,
  type RangeConstraint,
} from '../value-interval.ts'
import type { YamlPath } from '../yaml-document.ts'

type Kind = ColumnConstraint['kind']

/** What is linted of a column, and where its constraints stand. */
export interface LintedColumn {
  readonly column: ContractColumn
  /** Path of the constraint of a kind; of the column where it is inherited. */
  readonly pathOf: (kind: Kind) => YamlPath
  readonly complain: Complain
}

type Categories = ColumnConstraint & { readonly kind: 'categorical' }

function matcher(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    return null
  }
}

function lintCategories({ column, pathOf, complain }: LintedColumn, categories: Categories): void {
  const { type, constraints } = column
  const path = [...pathOf('categorical'), 'categorical']
  const tell = (index: number, what: string, expected: string) => {
    complain([...path, index], `category "${categories.values[index]}" ${what}`, { expected })
  }
  for (const [index, value] of categories.values.entries()) {
    for (const constraint of constraints) {
      if (constraint.kind === 'regex' && matcher(constraint.pattern)?.test(`${value}`) === false) {
        tell(index, 'does not match the regex', 'a category that rows can have')
      }
      if (isRange(constraint) && typeof value === 'number') {
        const point = { low: value, high: value, openLow: false, openHigh: false, step: null }
        if (commonValue(intervalOf(type, constraint), point) === null) {
          tell(index, `is outside ${constraint.kind}`, describeConstraint(constraint))
        }
      }
    }
    if (isCodeSystem(type) && matcher(codeSystemForms[type].pattern)?.test(`${value}`) === false) {
      tell(index, `is no ${type} code`, codeSystemForms[type].expected)
    }
  }
  if (constraints.some(({ kind }) => kind === 'unique')) {
    const count = categories.values.length
    complain(pathOf('unique'), `unique with ${count} categories: no more rows than that can land`, {
      expected: 'one of the two',
    })
  }
}

function lintRanges({ column, pathOf, complain }: LintedColumn): void {
  const { type, constraints } = column
  const ranges = constraints.filter(isRange)
  const intervals = ranges.map((range) => intervalOf(type, range))
  const [first, second] = ranges
  if (first !== undefined && second !== undefined) {
    const [left, right] = intervals as [Interval, Interval]
    if (commonValue(left, right) === null) {
      complain(pathOf(second.kind), `no value lies in ${first.kind} and ${second.kind}`, {
        expected: 'ranges that overlap',
      })
    }
  }
  for (const [index, range] of ranges.entries()) {
    const interval = intervals[index]
    if (interval === undefined) continue
    lintSteps(range, pathOf(range.kind), complain)
    const hasMonths = constraints.some(({ kind }) => kind === 'first_of_month')
    if (hasMonths && !hasFirstOfMonth(interval)) {
      complain(pathOf(range.kind), `${range.kind} has no first day of a month in it`, {
        expected: 'a range with one, beside first_of_month',
      })
    }
  }
}

function lintSteps(range: RangeConstraint, path: YamlPath, complain: Complain): void {
  if (range.kind !== 'closed_range' || typeof range.minimum === 'string') return
  const steps = (Number(range.maximum) - range.minimum) / range.step
  if (Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, steps)) return
  complain([...path, 'closed_range', 'maximum'], `no step reaches the maximum ${range.maximum}`, {
    expected: `a whole number of steps of ${range.step} from ${range.minimum}`,
  })
}

/** Tells contradictions among the constraints of one column, and types that cannot be published. */
export function lintConstraints(linted: LintedColumn): void {
  const { column, pathOf, complain } = linted
  const { name, type, constraints } = column
  if (type === 'nhs_number') {
    complain(
      ['columns', name, 'type'],
      'nhs_number may never be published, nor has ehrQL such a type',
      {
        expected: 'patient_id, which is implied, as the pseudonym of the patient',
      },
    )
  }
  for (const constraint of constraints) {
    if (constraint.kind === 'categorical') lintCategories(linted, constraint)
  }
  if (type === 'bool' && constraints.some(({ kind }) => kind === 'unique')) {
    complain(pathOf('unique'), 'unique of true and false: no more than two rows can land', {
      expected: 'no such constraint',
    })
  }
  lintRanges(linted)
}
