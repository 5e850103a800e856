// A provider's project whose every table deviates from its contract in another way: twenty rows each,
// two of which fail one rule. The register decides what comes of them.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface DeviatingTable {
  readonly name: string
  /** Lines of YAML below `columns:` of the contract. */
  readonly columns: string
  /** Lines of YAML at the end of the contract. */
  readonly checks?: string
  /** Cells of rows 0 to 19, behind patient_id; those of rows 3 and 7 deviate. */
  readonly cells: (row: number) => string
  /** The rule of the contract that the table breaks, as a load without an entry tells it. */
  readonly breach: { readonly column: string | null; readonly rule: string }
  /** Lines of the entry that are its own, without a ceiling. */
  readonly entry: string
}

const isOdd = (row: number): boolean => row === 3 || row === 7

/** A month of 2020 for each row, twice from January to October. */
const day = (row: number): string => `2020-${String((row % 10) + 1).padStart(2, '0')}-15`

export const rowTables: readonly DeviatingTable[] = [
  {
    name: 'share',
    columns: 'value: {type: int, constraints: [{closed_range: {minimum: 0, maximum: 10}}]}',
    cells: (row) => (isOdd(row) ? '99' : '5'),
    breach: { column: 'value', rule: 'closed_range' },
    entry: 'rule: closed_range, kind: row_share',
  },
  {
    name: 'nulled',
    columns: 'value: {type: string, constraints: [{regex: "[a-z]+"}]}',
    cells: (row) => (isOdd(row) ? 'A1' : 'b'),
    breach: { column: 'value', rule: 'regex' },
    entry: 'rule: regex, kind: row_share, then: null',
  },
  {
    name: 'nulls',
    columns: 'value: {type: float, constraints: [not_null]}',
    cells: (row) => (isOdd(row) ? '' : '1.5'),
    breach: { column: 'value', rule: 'not_null' },
    entry: 'rule: not_null, kind: nulls_allowed',
  },
  {
    name: 'category',
    columns: 'value: {type: string, constraints: [not_null, {categorical: [yes, no]}]}',
    cells: (row) => (isOdd(row) ? 'maybe' : 'yes'),
    breach: { column: 'value', rule: 'categorical' },
    entry: 'rule: categorical, kind: extra_category, values: [maybe]',
  },
  {
    name: 'wider',
    columns: 'value: {type: float, constraints: [{general_range: {minimum: 0, maximum: 1}}]}',
    cells: (row) => (isOdd(row) ? '1.5' : '0.5'),
    breach: { column: 'value', rule: 'general_range' },
    entry: 'rule: general_range, kind: wider_range, maximum: 2',
  },
  {
    name: 'coarse',
    columns: 'value: {type: date, constraints: [not_null]}',
    cells: (row) => (isOdd(row) ? '2020-03' : day(row)),
    breach: { column: 'value', rule: 'type' },
    entry: 'rule: type, kind: coarser_date, granularity: month',
  },
  {
    name: 'keys',
    columns: 'value: {type: int, constraints: [not_null, unique]}',
    cells: (row) => (isOdd(row) ? '3' : String(100 + row)),
    breach: { column: 'value', rule: 'unique' },
    entry: 'rule: unique, kind: row_share',
  },
]

/** No ceiling: every row is null. */
export const absentTable: DeviatingTable = {
  name: 'absent',
  columns: 'value: {type: int, constraints: [not_null]}\n  other: {type: string}',
  cells: () => 'x',
  breach: { column: 'value', rule: 'not_null' },
  entry: 'rule: not_null, kind: column_absent',
}

export const lateTable: DeviatingTable = {
  name: 'late',
  columns: 'value: {type: date}',
  checks: 'checks: [{coverage: {column: value, first: 2019-11, last: 2020-10}}]',
  cells: day,
  breach: { column: 'value', rule: 'coverage' },
  entry: 'rule: coverage, kind: late_coverage, first: 2020-01',
}

export const nullShareTable: DeviatingTable = {
  name: 'emptier',
  columns: 'value: {type: int}',
  checks: 'checks: [{null_share: {column: value, max: 5%}}]',
  cells: (row) => (isOdd(row) ? '' : '1'),
  breach: { column: 'value', rule: 'null_share' },
  entry: 'rule: null_share, kind: row_share',
}

/** A statement, which nothing contradicts, or which two rows do. */
export const narrowTable: DeviatingTable = {
  name: 'narrow',
  columns: 'value: {type: int, constraints: [{closed_range: {minimum: 0, maximum: 1000}}]}',
  cells: (row) => (isOdd(row) ? '500' : '5'),
  breach: { column: 'value', rule: 'closed_range' },
  entry: 'rule: closed_range, kind: narrower_range, maximum: 100',
}

export interface EntryOptions {
  /** `ceiling: 10%`, or nothing. */
  readonly ceiling?: string | null
  readonly status?: string
  readonly expires?: string
  /** Default: both are there. */
  readonly approved?: string
  readonly contract?: string
}

/** The id of the entry of a table: `NS-share`. */
export const entryId = ({ name }: Pick<DeviatingTable, 'name'>): string => `NS-${name}`

/** An entry of the register as one line of YAML. */
export function entryOf(table: DeviatingTable, options: EntryOptions = {}): string {
  const { ceiling = null, status = 'approved', expires = '2999-12-31' } = options
  const approved = options.approved ?? 'approved_by: Platform team, approved_on: 2020-01-01'
  const parts = [
    `id: ${entryId(table)}`,
    `contract: ${options.contract ?? `ours/${table.name}@1`}`,
    'column: value',
    table.entry,
    ...(ceiling === null ? [] : [`ceiling: ${ceiling}`]),
    'reason: Because, public_wording: "Some rows differ.", requested_by: Provider',
    ...(approved === '' ? [] : [approved]),
    `expires: ${expires}, status: ${status}`,
  ]
  return `- {${parts.join(', ')}}\n`
}

/** Writes a project of these tables into a folder of its own; gives the folder. */
export function writeDeviatingProject(tables: readonly DeviatingTable[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-deviations-'))
  mkdirSync(join(folder, 'extracts'))
  mkdirSync(join(folder, 'contracts', 'ours'), { recursive: true })
  let text = 'backend: northshire\nlake: ./lake\ncontracts: [./contracts/ours]\npatient_id: int\n'
  text += 'deviations: deviations.yaml\ntables:\n'
  for (const table of tables) {
    const { name, columns, checks = '', cells } = table
    const isAbsent = table === absentTable
    const contract = `contract: ours/${name}\nversion: 1.2.0\nrows: many_per_patient\ncolumns:\n`
    writeFileSync(
      join(folder, 'contracts', 'ours', `${name}.yaml`),
      `${contract}  ${columns}\n${checks}\n`,
    )
    const rows = Array.from({ length: 20 }, (_, row) => `${row + 1},${cells(row)}`)
    const field = isAbsent ? 'other' : 'value'
    writeFileSync(join(folder, 'extracts', `${name}.csv`), `id,${field}\n${rows.join('\n')}\n`)
    text += `  ours/${name}:\n    source: {csv: extracts/${name}.csv}\n`
    text += `    columns: {patient_id: id, ${field}: ${field}}\n`
  }
  writeFileSync(join(folder, 'safelanding.yaml'), text)
  writeRegister(folder, '[]\n')
  return folder
}

export function writeRegister(folder: string, text: string): void {
  writeFileSync(join(folder, 'deviations.yaml'), text)
}
