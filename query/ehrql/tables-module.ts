// Contracts as a module of ehrQL table classes, which researchers import as they import ehrql.tables.
// What ehrQL has no words for is stated in a comment beside the column or table, and told to whoever
// writes the module.
import { describeCheck } from '../../contracts/describe-constraint.ts'
import type { ContractColumn, TableContract } from '../../contracts/table-contract.ts'
import { columnConstraints } from './constraint-expression.ts'
import { isDateAfterUsable } from './date-after-order.ts'
import { isUsableColumn, isUsableTableClass, pythonTypes } from './ehrql-names.ts'
import { moduleHeader } from './module-header.ts'
import { atom, call, layOut, list, type Python, text } from './python-layout.ts'
import { commentLines, docstringLines, pythonWidth } from './python-text.ts'

/** Something of a contract that ehrQL cannot say. */
export interface Unexpressed {
  /** `namespace/table`. */
  readonly contract: string
  /** null: of the table as a whole. */
  readonly column: string | null
  /** Without a full stop. */
  readonly what: string
}

export interface TablesModule {
  readonly source: string
  /** Names of the classes. */
  readonly tables: readonly string[]
  readonly unexpressed: readonly Unexpressed[]
}

/** `raw.northshire` is `raw_northshire_tables`. */
export const tablesModule = (namespace: string): string =>
  `${namespace.replaceAll('.', '_')}_tables`

interface ColumnText {
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  /** Names that have to be imported. */
  readonly uses: readonly string[]
}

const indent = '    '

function columnText(column: ContractColumn, dateAfter: boolean): ColumnText {
  const { name, type, description } = column
  if (type === 'nhs_number') return omitted(name, 'NHS numbers are not in published tables')
  if (!isUsableColumn(name)) return omitted(name, 'Python or ehrQL has this name for another thing')
  const { constraints, dummy, notes } = columnConstraints(column, dateAfter)
  const said = [...(type === 'bnf' ? ['codes are those of the BNF'] : []), ...notes]
  const named: Record<string, Python> = {}
  if (description !== '') named['description'] = text(description)
  if (constraints.length > 0) named['constraints'] = list(constraints)
  if (dummy.length > 0) named['dummy_data_constraints'] = list(dummy)
  const series = call('Series', [atom(pythonTypes[type])], named)
  const constrained = constraints.length + dummy.length > 0
  return {
    lines: [
      ...said.flatMap((note) => commentLines(`Not in ehrQL's words: ${note}.`, indent)),
      ...layOut(series, indent, `${name} = `),
    ],
    notes: said,
    uses: ['Series', pythonTypes[type], ...(constrained ? ['Constraint'] : [])],
  }
}

function omitted(name: string, why: string): ColumnText {
  const lines = commentLines(`Not in ehrQL: the column ${name}. ${why}.`, indent)
  return { lines, notes: [`the column is left out: ${why}`], uses: [] }
}

interface TableText {
  readonly lines: readonly string[]
  readonly uses: readonly string[]
  readonly unexpressed: readonly Unexpressed[]
}

function tableText(contract: TableContract): TableText {
  const { id, table, columns, checks, rows, title, description, version } = contract
  if (!isUsableTableClass(table)) {
    const what = 'the table is left out: Python or ehrQL has its name for another thing'
    const comment = commentLines(`Not in ehrQL: ${id}, whose name is not usable.`, '')
    return { lines: comment, uses: [], unexpressed: [{ contract: id, column: null, what }] }
  }
  const dateAfter = isDateAfterUsable(columns)
  const texts = columns.map((column) => ({ column, ...columnText(column, dateAfter) }))
  const frame = rows === 'one_per_patient' ? 'PatientFrame' : 'EventFrame'
  const sentences = checks.map(describeCheck)
  const paragraphs = [title, description, `Contract ${id}, version ${version}.`]
  const tableNotes = [...sentences, ...(dateAfter ? [] : ['the order of dates in dummy data'])]
  const lines = [
    '@table',
    `class ${table}(${frame}):`,
    ...docstringLines(paragraphs, indent),
    '',
    ...sentences.flatMap((check) => commentLines(`Checked on each load: ${check}.`, indent)),
    ...texts.flatMap((one) => one.lines),
  ]
  return {
    lines,
    uses: ['table', frame, ...texts.flatMap(({ uses }) => uses)],
    unexpressed: [
      ...tableNotes.map((what) => ({ contract: id, column: null, what })),
      ...texts.flatMap(({ column, notes }) =>
        notes.map((what) => ({ contract: id, column: column.name, what })),
      ),
    ],
  }
}

function importLines(uses: ReadonlySet<string>): string[] {
  const from = (module: string, names: readonly string[]): string[] => {
    if (names.length === 0) return []
    const line = `from ${module} import ${names.join(', ')}`
    if (line.length <= pythonWidth) return [line]
    return [`from ${module} import (`, ...names.map((name) => `${indent}${name},`), ')']
  }
  const names = [...uses].sort()
  const ofTables = ['Constraint', 'EventFrame', 'PatientFrame', 'Series', 'table']
  return [
    ...(uses.has('datetime.date') ? ['import datetime', ''] : []),
    ...from(
      'ehrql.codes',
      names.filter((name) => /^[A-Z].*Code(String)?$/.test(name)),
    ),
    ...from(
      'ehrql.tables',
      names.filter((name) => ofTables.includes(name)),
    ),
  ]
}

/** The module of a namespace; tables in the order given. The same for the same contracts. */
export function renderTablesModule(
  namespace: string,
  contracts: readonly TableContract[],
): TablesModule {
  const texts = contracts.map(tableText)
  const names = contracts.map(({ table }) => table).filter(isUsableTableClass)
  const body = texts.map(({ lines }) => lines.join('\n')).join('\n\n\n')
  const exported = layOut(list(names.map(text), true), '', '__all__ = ')
  const about = `Tables of ${namespace} for dataset definitions in ehrQL.`
  const source = [
    moduleHeader('safelanding ehrql tables'),
    '',
    ...docstringLines([about], ''),
    '',
    ...importLines(new Set(texts.flatMap(({ uses }) => uses))),
    '',
    ...exported,
    '',
    '',
    body,
    '',
  ].join('\n')
  return { source, tables: names, unexpressed: texts.flatMap(({ unexpressed }) => unexpressed) }
}
