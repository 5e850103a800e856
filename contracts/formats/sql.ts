// A contract as the CREATE TABLE of a SQL engine: types, NOT NULL, keys and checks as far as the
// engine has them, prose as comments on table and columns. What it cannot check stands in comments.
import { describeCheck, describeConstraint } from '../describe-constraint.ts'
import {
  type ColumnConstraint,
  type ContractColumn,
  patientIdColumn,
  type TableContract,
} from '../table-contract.ts'
import { type Exported, type ExportOptions, type Notice, noticesOf } from './conversion.ts'
import { isHard } from './native-column.ts'
import { tableComments } from './sql-comments.ts'
import { type SqlDialect, type SqlDialectName, sqlCheck, sqlDialects } from './sql-dialect.ts'
import { typePattern } from './value-forms.ts'

export interface SqlOptions extends ExportOptions {
  /** Contracts whose tables are made by the same text, before or after this one. */
  readonly beside: readonly TableContract[]
}

/** Longest text of a column that is part of a key of SQL Server, in characters. */
const keyTextMax = 400

const textLengths: Readonly<Record<string, number>> = {
  ...{ snomedct: 18, dmd: 18, ctv3: 5, icd10: 5, opcs4: 4, bnf: 15, nhs_number: 20 },
}

function isInKey(contract: TableContract, column: ContractColumn): boolean {
  const own = column.constraints.some((one) => one.kind === 'unique' && isHard(one))
  const hasCheck = contract.checks.some(
    (check) =>
      check.kind === 'unique' && check.severity !== 'warn' && check.columns.includes(column.name),
  )
  return own || hasCheck
}

function typeOf(contract: TableContract, column: ContractColumn, dialect: SqlDialect): string {
  const { type } = column
  if (type === 'bool' || type === 'int' || type === 'float' || type === 'date') {
    return dialect.types[type]
  }
  const categories = column.constraints.flatMap((one) =>
    one.kind === 'categorical' && isHard(one) ? [...one.values] : [],
  )
  const longest = Math.max(0, ...categories.map((value) => String(value).length))
  const key = isInKey(contract, column) ? keyTextMax : null
  const length = textLengths[type] ?? (longest > 0 && longest <= keyTextMax ? longest : key)
  return dialect.textType(length)
}

interface Table {
  readonly contract: TableContract
  readonly dialect: SqlDialect
  readonly add: ReturnType<typeof noticesOf>['add']
  /** Lines within the parentheses of CREATE TABLE. */
  readonly checks: string[]
  /** Columns of unique keys whose nulls do not count. */
  readonly keys: (readonly string[])[]
  /** Sentences about what is not checked. */
  readonly unchecked: string[]
}

/** Comments end with their line: no text may end it earlier. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')

const tsqlNameMax = 128

function named(table: Table, parts: readonly string[], check: string): string {
  const { dialect, contract } = table
  const name = [...(dialect.name === 'tsql' ? ['ck', contract.table] : []), ...parts].join('_')
  const isTooLong = dialect.name === 'tsql' && name.length > tsqlNameMax
  return isTooLong ? check : `CONSTRAINT ${dialect.quote(name)} ${check}`
}

function leaveOut(
  table: Table,
  column: string | null,
  what: string,
  sentence: string,
  why: string,
): void {
  table.add(column, what, `is a comment: ${why}`)
  table.unchecked.push(column === null ? sentence : `${column}: ${sentence}`)
}

function addConstraint(table: Table, column: ContractColumn, constraint: ColumnConstraint): void {
  const { dialect } = table
  const { kind } = constraint
  const sentence = describeConstraint(constraint)
  if (!isHard(constraint)) {
    leaveOut(table, column.name, kind, sentence, 'it only warns')
    return
  }
  if (kind === 'not_null') return
  const check = kind === 'unique' ? null : sqlCheck(dialect, column, constraint)
  if (!dialect.hasChecks) {
    const shown = check === null ? sentence : `CHECK (${check.expression})`
    leaveOut(table, column.name, kind, shown, `${dialect.title} checks nothing but NOT NULL`)
    return
  }
  if (kind === 'unique') {
    table.keys.push([column.name])
    return
  }
  if (check === null) {
    leaveOut(table, column.name, kind, sentence, `${dialect.title} cannot check it`)
    return
  }
  table.checks.push(named(table, [column.name, kind], `CHECK (${check.expression})`))
  if (check.without !== undefined) {
    leaveOut(table, column.name, check.without, sentence, `${dialect.title} cannot check it`)
  }
}

function addForm(table: Table, column: ContractColumn): void {
  const { dialect } = table
  if (column.type === 'nhs_number') {
    leaveOut(
      table,
      column.name,
      column.type,
      'a valid NHS number',
      `${dialect.title} cannot check it`,
    )
  }
  const pattern = typePattern(column.type)
  if (pattern === null) return
  const expression = dialect.matches(dialect.quote(column.name), pattern)
  const sentence = `the form of ${column.type}`
  if (!dialect.hasChecks) {
    const shown = expression === null ? sentence : `CHECK (${expression})`
    leaveOut(table, column.name, column.type, shown, `${dialect.title} checks nothing but NOT NULL`)
  } else if (expression === null) {
    leaveOut(table, column.name, column.type, sentence, `${dialect.title} cannot check it`)
  } else table.checks.push(named(table, [column.name, 'form'], `CHECK (${expression})`))
}

function addTableChecks(table: Table, options: SqlOptions): void {
  const { contract, dialect } = table
  const name = (column: string) => dialect.quote(column)
  for (const check of contract.checks) {
    const sentence = describeCheck(check)
    const patients = options.beside.find(
      (other) => other.namespace === contract.namespace && other.table === 'patients',
    )
    const isHeld = dialect.hasChecks && check.severity !== 'warn'
    if (isHeld && check.kind === 'unique') table.keys.push(check.columns)
    else if (isHeld && check.kind === 'patient_exists' && patients?.rows === 'one_per_patient') {
      const target = `${name(contract.namespace)}.${name('patients')} (${name(patientIdColumn)})`
      table.checks.push(`FOREIGN KEY (${name(patientIdColumn)}) REFERENCES ${target}`)
    } else {
      const why =
        check.severity === 'warn'
          ? 'it only warns'
          : check.kind === 'patient_exists' && dialect.hasChecks
            ? 'the patients table is not made by the same text'
            : `${dialect.title} cannot check it`
      leaveOut(table, null, check.kind, sentence, why)
    }
  }
}

function addKeys(table: Table): { inside: string[]; after: string[] } {
  const { contract, dialect, keys } = table
  const quoted = (columns: readonly string[]) =>
    columns.map((column) => dialect.quote(column)).join(', ')
  const isOne = contract.rows === 'one_per_patient'
  if (isOne && !dialect.hasChecks) {
    leaveOut(table, null, 'rows', 'one row for each patient', `${dialect.title} has no keys`)
  }
  const primary =
    isOne && dialect.hasChecks ? [`PRIMARY KEY (${dialect.quote(patientIdColumn)})`] : []
  if (dialect.name !== 'tsql') {
    return { inside: [...primary, ...keys.map((key) => `UNIQUE (${quoted(key)})`)], after: [] }
  }
  // A UNIQUE of SQL Server takes two nulls for the same.
  const where = `${dialect.quote(contract.namespace)}.${dialect.quote(contract.table)}`
  const after = keys.map((key, index) => {
    const filter = key.map((column) => `${dialect.quote(column)} IS NOT NULL`).join(' AND ')
    return `CREATE UNIQUE INDEX [unique_${index + 1}] ON ${where} (${quoted(key)}) WHERE ${filter};`
  })
  for (const column of contract.columns) {
    const isCut = typeOf(contract, column, dialect) === dialect.textType(keyTextMax)
    if (isCut) table.add(column.name, 'length', `is at most ${keyTextMax} characters, for a key`)
  }
  return { inside: primary, after }
}

/** The contract as CREATE TABLE and what goes with it. */
export function exportSql(
  contract: TableContract,
  dialectName: SqlDialectName,
  options: SqlOptions,
): Exported {
  const dialect = sqlDialects[dialectName]
  const { list, add } = noticesOf(contract.id)
  const table: Table = { contract, dialect, add, checks: [], keys: [], unchecked: [] }
  for (const column of contract.columns) {
    addForm(table, column)
    for (const constraint of column.constraints) addConstraint(table, column, constraint)
    if (column.dummy !== undefined) add(column.name, 'dummy', 'is left out')
  }
  addTableChecks(table, options)
  if (contract.extends !== null) add(null, 'extends', 'is left out: columns are written out')
  const { inside, after } = addKeys(table)
  const comments = tableComments(contract, dialect, add)
  const patient = options.patientId === 'int' ? dialect.types.int : dialect.textType(keyTextMax)
  const columns = [
    `${dialect.quote(patientIdColumn)} ${patient} NOT NULL${comments.ofPatient}`,
    ...contract.columns.map((column) => {
      const isNeverNull = column.constraints.some((one) => one.kind === 'not_null' && isHard(one))
      const type = typeOf(contract, column, dialect)
      const comment = comments.ofColumn(column)
      return `${dialect.quote(column.name)} ${type}${isNeverNull ? ' NOT NULL' : ''}${comment}`
    }),
  ]
  const where = `${dialect.quote(contract.namespace)}.${dialect.quote(contract.table)}`
  const lines = [
    `-- ${oneLine(`${contract.id} ${contract.version}: ${contract.title}`)}`,
    ...table.unchecked.map((sentence) => `-- not checked: ${oneLine(sentence)}`),
    comments.schema,
    `CREATE TABLE ${where} (`,
    [...columns, ...inside, ...table.checks].map((line) => `  ${line}`).join(',\n'),
    `)${comments.ofTable};`,
    ...after,
    ...comments.after,
  ]
  return { text: `${lines.join('\n')}\n`, notices: list satisfies readonly Notice[] }
}
