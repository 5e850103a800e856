// Everything a page says of one contract, as words and lists and without any markup: Markdown and
// HTML are two printings of it.
import { describeCheck, describeConstraint, severityText } from '../describe-constraint.ts'
import type {
  ColumnConstraint,
  ContractColumn,
  DummyConstraint,
  TableCheck,
  TableContract,
} from '../table-contract.ts'
import { type BackendStanding, type Reference, standingsOf } from './reference.ts'

/** A constraint: words, then texts that stand as they are (values, a pattern), then words. */
export interface ConstraintWords {
  /** Name of the rule under which refused rows are counted. */
  readonly rule: string
  readonly lead: string
  readonly literals: readonly string[]
  readonly tail: string
}

export interface ColumnWords {
  readonly name: string
  readonly type: string
  readonly description: string
  readonly constraints: readonly ConstraintWords[]
  /** What steers dummy extracts. */
  readonly dummy: readonly string[]
  /** What the contract does beyond the one that it extends; null: nothing, or it extends none. */
  readonly mark: 'added' | 'narrowed' | null
}

export interface TableWords {
  readonly contract: TableContract
  readonly rows: string
  readonly columns: readonly ColumnWords[]
  /** Whether any column is marked: else all are as in what is extended. */
  readonly isMarked: boolean
  /** Sentences. */
  readonly checks: readonly string[]
  /** What the coverage checks state: column and months. */
  readonly coverage: readonly { column: string; first: string; last: string }[]
  /** Contracts of the reference that extend this one. */
  readonly extendedBy: readonly string[]
  readonly standings: readonly BackendStanding[]
}

/** A first letter made a capital. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function constraintWords(constraint: ColumnConstraint): ConstraintWords {
  const rule = constraint.kind
  const tail = severityText(constraint)
  if (constraint.kind === 'categorical') {
    return { rule, lead: 'One of', literals: constraint.values.map(String), tail }
  }
  if (constraint.kind === 'regex') {
    return { rule, lead: 'Matches the pattern', literals: [constraint.pattern], tail }
  }
  if (constraint.kind === 'date_after') {
    return { rule, lead: 'Not before', literals: constraint.columns, tail }
  }
  return { rule, lead: sentenceCase(describeConstraint(constraint)), literals: [], tail: '' }
}

function dummyWords(constraint: DummyConstraint): string {
  if (constraint.kind !== 'categorical') return describeConstraint(constraint)
  const values = constraint.values.map((value) => (value === null ? 'null' : String(value)))
  return values.length === 1 ? `always ${values[0]}` : `one of ${values.join(', ')}`
}

/** A sentence about coverage begins with the name of a column, which stays as it is. */
function checkSentence(check: TableCheck): string {
  const text = describeCheck(check)
  return `${check.kind === 'coverage' ? text : sentenceCase(text)}.`
}

function markOf(column: ContractColumn, base: TableContract | undefined): ColumnWords['mark'] {
  if (base === undefined) return null
  const inherited = base.columns.find(({ name }) => name === column.name)
  if (inherited === undefined) return 'added'
  const isSame = JSON.stringify(inherited.constraints) === JSON.stringify(column.constraints)
  return isSame ? null : 'narrowed'
}

/** The words of a contract within its reference. */
export function tableWords(reference: Reference, contract: TableContract): TableWords {
  const base = reference.contracts.find(({ id }) => id === contract.extends)
  const isSingle = contract.rows === 'one_per_patient'
  const columns = contract.columns.map((column) => ({
    name: column.name,
    type: column.type,
    description: column.description,
    constraints: column.constraints.map(constraintWords),
    dummy: (column.dummy ?? []).map(dummyWords),
    mark: markOf(column, base),
  }))
  return {
    contract,
    rows: isSingle ? 'one for each patient' : 'any number for each patient',
    columns,
    isMarked: columns.some(({ mark }) => mark !== null),
    checks: [
      ...(isSingle ? ['No two rows are of the same patient.'] : []),
      ...contract.checks.map(checkSentence),
    ],
    coverage: contract.checks.flatMap((check) =>
      check.kind === 'coverage'
        ? [{ column: check.column, first: check.first, last: check.last ?? 'the latest month' }]
        : [],
    ),
    extendedBy: reference.contracts
      .filter((other) => other.extends === contract.id)
      .map(({ id }) => id),
    standings: standingsOf(reference, contract.id),
  }
}

/** Rows as anything that leaves may tell them: small counts are hidden, others rounded to five. */
export function publicRowCount(rows: number): string {
  if (rows <= 7) return '7 or fewer'
  const text = String(Math.round(rows / 5) * 5)
  return text.replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 column`, `3 columns`. */
export const countOf = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`

/** A standing in words: `implemented with 1 deviation, 2 columns absent`. */
export function standingWords({
  implementation,
  absentColumns,
  deviations,
}: BackendStanding): string {
  if (implementation === 'not_implemented') return 'not implemented'
  const inForce = deviations.filter((entry) => entry.inForce).length
  const deviating = inForce > 0 ? ` with ${countOf(inForce, 'deviation')}` : ''
  const absent =
    absentColumns.length > 0 ? `, ${countOf(absentColumns.length, 'column')} absent` : ''
  return `implemented${deviating}${absent}`
}
