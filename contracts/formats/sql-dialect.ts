// How DuckDB, Trino and SQL Server write what a contract says: names, literals, types, and checks of
// one value. A check that a dialect cannot write is null.
import type { ColumnConstraint, ContractColumn } from '../table-contract.ts'
import { likePatterns, patternIn } from './pattern.ts'

export type SqlDialectName = 'duckdb' | 'trino' | 'tsql'

export interface SqlDialect {
  readonly name: SqlDialectName
  /** As people call it. */
  readonly title: string
  /** Whether tables may have CHECK, UNIQUE and key constraints. */
  readonly hasChecks: boolean
  quote(name: string): string
  text(value: string): string
  date(iso: string): string
  /** Type of a text column of at most so many characters; null: any number. */
  textType(length: number | null): string
  readonly types: Readonly<Record<'bool' | 'int' | 'float' | 'date', string>>
  /** The whole value matches a pattern. */
  matches(column: string, pattern: string): string | null
  firstOfMonth(column: string): string
  /** A whole number wide enough for differences of two others. */
  wide(expression: string): string
}

/** SQL has no escapes for NUL: it becomes a call. */
function quotedText(value: string, prefix: string, nul: string): string {
  const parts = value.split('\u0000').map((part) => `${prefix}'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(` || ${nul} || `)})`
}

const doubleQuoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const duckdb: SqlDialect = {
  name: 'duckdb',
  title: 'DuckDB',
  hasChecks: true,
  quote: doubleQuoted,
  text: (value) => quotedText(value, '', 'chr(0)'),
  date: (iso) => `DATE '${iso}'`,
  textType: () => 'VARCHAR',
  types: { bool: 'BOOLEAN', int: 'BIGINT', float: 'DOUBLE', date: 'DATE' },
  matches: (column, pattern) => {
    const written = patternIn(pattern, 're2')
    return written === null ? null : `regexp_full_match(${column}, ${duckdb.text(written)})`
  },
  firstOfMonth: (column) => `day(${column}) = 1`,
  wide: (expression) => `CAST(${expression} AS HUGEINT)`,
}

const trino: SqlDialect = {
  name: 'trino',
  title: 'Trino',
  hasChecks: false,
  quote: doubleQuoted,
  text: (value) => quotedText(value, '', 'chr(0)'),
  date: (iso) => `DATE '${iso}'`,
  textType: () => 'varchar',
  types: { bool: 'boolean', int: 'bigint', float: 'double', date: 'date' },
  matches: (column, pattern) => {
    const written = patternIn(pattern, 'java')
    return written === null ? null : `regexp_like(${column}, ${trino.text(`^(?:${written})$`)})`
  },
  firstOfMonth: (column) => `day(${column}) = 1`,
  wide: (expression) => `CAST(${expression} AS decimal(38, 0))`,
}

/** Texts compare by code point and with case, as in the contract. */
const collation = 'COLLATE Latin1_General_100_BIN2'

const tsql: SqlDialect = {
  name: 'tsql',
  title: 'SQL Server',
  hasChecks: true,
  quote: (name) => `[${name.replaceAll(']', ']]')}]`,
  text: (value) => quotedText(value, 'N', 'NCHAR(0)').replaceAll(' || ', ' + '),
  date: (iso) => `CONVERT(date, '${iso}', 23)`,
  textType: (length) => `nvarchar(${length ?? 'max'}) ${collation}`,
  types: { bool: 'bit', int: 'bigint', float: 'float(53)', date: 'date' },
  matches: (column, pattern) => {
    const texts = likePatterns(pattern)
    if (texts === null) return null
    return texts.map((text) => `${column} LIKE ${tsql.text(text)}`).join(' OR ')
  },
  firstOfMonth: (column) => `DAY(${column}) = 1`,
  wide: (expression) => `CAST(${expression} AS decimal(38, 0))`,
}

export const sqlDialects: Readonly<Record<SqlDialectName, SqlDialect>> = { duckdb, trino, tsql }

/** A bound or category; numbers of float columns with an exponent, which makes them doubles. */
function literal(dialect: SqlDialect, column: ContractColumn, value: string | number): string {
  if (column.type === 'date') return dialect.date(String(value))
  if (typeof value === 'string') return dialect.text(value)
  return column.type === 'float' ? value.toExponential().toUpperCase() : String(value)
}

/** What SQL makes of a constraint: an expression that is not false, and what it leaves out. */
export interface SqlCheck {
  readonly expression: string
  /** A part that is not said: `step`. */
  readonly without?: string
}

/** A row constraint as an expression; null where the dialect cannot say it. */
export function sqlCheck(
  dialect: SqlDialect,
  column: ContractColumn,
  constraint: ColumnConstraint,
): SqlCheck | null {
  const name = dialect.quote(column.name)
  const write = (value: string | number) => literal(dialect, column, value)
  switch (constraint.kind) {
    case 'categorical':
      return { expression: `${name} IN (${constraint.values.map(write).join(', ')})` }
    case 'first_of_month':
      return { expression: dialect.firstOfMonth(name) }
    case 'regex': {
      const expression = dialect.matches(name, constraint.pattern)
      return expression === null ? null : { expression }
    }
    case 'date_after': {
      const others = constraint.columns.map((other) => `${name} >= ${dialect.quote(other)}`)
      return { expression: others.join(' AND ') }
    }
    case 'closed_range': {
      const { minimum, maximum, step } = constraint
      const range = `${name} BETWEEN ${write(minimum)} AND ${write(maximum)}`
      if (column.type === 'float') return { expression: range, without: 'step' }
      if (step === 1) return { expression: range }
      const distance = `(${dialect.wide(name)} - ${dialect.wide(write(minimum))})`
      return { expression: `${range} AND ${distance} % ${step} = 0` }
    }
    case 'general_range': {
      const { minimum, maximum, includesMinimum, includesMaximum } = constraint
      const low =
        minimum === null ? [] : [`${name} >${includesMinimum ? '=' : ''} ${write(minimum)}`]
      const high =
        maximum === null ? [] : [`${name} <${includesMaximum ? '=' : ''} ${write(maximum)}`]
      return { expression: [...low, ...high].join(' AND ') }
    }
    default:
      return null
  }
}
