// The text of a new contract: valid as it stands, with every sentence that is still to be written
// marked TBC (`contracts lint` finds them), and a comment beside whatever has to be decided.
import { describeConstraint } from '../../contracts/describe-constraint.ts'
import type { TableContract } from '../../contracts/table-contract.ts'
import { columnNames } from './column-names.ts'
import type { ColumnSample, SampleColumn } from './sample-columns.ts'

export interface NewContract {
  readonly namespace: string
  readonly table: string
  readonly base: TableContract | null
  readonly sample: ColumnSample | null
}

/** Header names as a comment shows them: on one line. */
const shown = (header: string): string => header.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 80)

function columnLines(name: string, column: SampleColumn): string[] {
  const from = column.header === null ? [] : [`from "${shown(column.header)}"`]
  const comments = [...from, ...column.notes]
  return [
    ...comments.map((comment) => `  # ${comment}`),
    `  ${name}:`,
    `    type: ${column.type}`,
    '    description: TBC, what a value means and where it comes from.',
  ]
}

function exampleLines(): string[] {
  return [
    '  # One entry for each column, in the order in which they land. patient_id is implied: first,',
    '  # never null. Types: bool, int, float, date, string, or a code system (snomedct, dmd, ctv3,',
    '  # icd10, opcs4, bnf).',
    '  start_date:',
    '    type: date',
    '    description: TBC, what the date says.',
    '    # constraints: [not_null, first_of_month, {date_after: [other_date]}]',
    '  kind:',
    '    type: string',
    '    description: TBC, what the kinds are.',
    '    # constraints: [{categorical: [first, second]}]',
  ]
}

function ownColumns({ table, base, sample }: NewContract): string[] {
  if (sample === null) return base === null ? exampleLines() : []
  const names = columnNames(
    sample.columns.map(({ header }) => header),
    table,
  )
  const inherited = new Set(base?.columns.map(({ name }) => name))
  return sample.columns.flatMap((column, index) => {
    const name = names[index] ?? null
    if (name === null) {
      return [
        `  # "${shown(column.header ?? '')}" looks like the patient's id: patient_id is implied.`,
      ]
    }
    return inherited.has(name) ? [] : columnLines(name, column)
  })
}

function inheritedLines({ base }: NewContract): string[] {
  if (base === null) return []
  const lines = base.columns.map(({ name, type, constraints }) => {
    const words = [type, ...constraints.map(describeConstraint)].join('; ')
    return `  # ${name}: ${words}`
  })
  return [`# Columns of ${base.id} are here without being named; name one to narrow it:`, ...lines]
}

function checkLines({ base, table }: NewContract): string[] {
  const has = base?.checks.some(({ kind }) => kind === 'patient_exists') === true
  const checks = has || table === 'patients' ? [] : ['  - patient_exists']
  const head =
    checks.length === 0
      ? '# What is asked of the table as a whole; also:'
      : '# What is asked of the table as a whole; there are also:'
  return [
    head,
    '#   {unique: [column, column]} · {row_count_change: {max: 20%}}',
    '#   {coverage: {column: start_date, first: 2020-01}} · {null_share: {column: kind, max: 5%}}',
    ...(checks.length === 0 ? [] : ['checks:', ...checks]),
  ]
}

/** The YAML of a new contract. */
export function contractText(contract: NewContract): string {
  const { namespace, table, base } = contract
  const words = table.replaceAll('_', ' ')
  const isColumn = (line: string) => /^ {2}[a-z]/.test(line)
  const own = ownColumns(contract)
  // An extract of nothing but the patient's id has no column to state.
  const columns = base === null && !own.some(isColumn) ? exampleLines() : own
  const isNamed = columns.some(isColumn)
  const lines = [
    '# A contract in the making. TBC marks what is still to be written;',
    '# `safelanding contracts lint` finds every one of them. Raise the version with every change',
    '# of what others have seen: `safelanding contracts diff` says how far.',
    `contract: ${namespace}/${table}`,
    'version: 0.1.0',
    `title: ${words.slice(0, 1).toUpperCase()}${words.slice(1)}`,
    'description: TBC, what a row of the table is, and of whom.',
    ...(base === null
      ? ['# one_per_patient, or many_per_patient', 'rows: many_per_patient']
      : [`extends: ${base.id}`]),
    ...inheritedLines(contract),
    ...(isNamed ? ['columns:'] : []),
    ...columns,
    ...checkLines(contract),
  ]
  return `${lines.join('\n')}\n`
}
