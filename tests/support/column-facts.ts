// The facts of contract columns as DuckDB SQL, written from the contracts and the design alone: which
// texts have the form of a type, what value they are, and what a constraint asks of it.

export interface ColumnFacts {
  readonly name: string
  /** Type in DuckDB of what lands. */
  readonly type: string
  /** The text of the value over the raw fields, NULL for null. */
  readonly text: string
  /** Condition on the text `t`: it has the form of the type. */
  readonly form: string
  /** The value of the text `t`. */
  readonly value: string
  /** In contract order. */
  readonly checks: readonly Check[]
}

export interface Check {
  readonly rule: string
  /** Condition on the value `v`, null where only nulls fail. */
  readonly passes: string | null
}

const listOf = (values: readonly (string | number)[]): string =>
  values.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')

export const notNull: Check = { rule: 'not_null', passes: null }
export const firstOfMonth: Check = { rule: 'first_of_month', passes: 'day(v) = 1' }
export const categorical = (...values: readonly (string | number)[]): Check => ({
  rule: 'categorical',
  passes: `v IN (${listOf(values)})`,
})
export const regex = (pattern: string): Check => ({
  rule: 'regex',
  passes: `regexp_full_match(v, '${pattern.replaceAll("'", "''")}')`,
})
export const closedRange = (condition: string): Check => ({
  rule: 'closed_range',
  passes: condition,
})
export const generalRange = (condition: string): Check => ({
  rule: 'general_range',
  passes: condition,
})

const matches = (pattern: string): string => `regexp_full_match(t, '${pattern}')`

type Builder = (name: string, text: string, ...checks: readonly Check[]) => ColumnFacts

const builder =
  (type: string, form: string, value: string): Builder =>
  (name, text, ...checks) => ({ name, type, text, form, value, checks })

export const textColumn: Builder = builder('VARCHAR', 'true', 't')
export const intColumn: Builder = builder(
  'BIGINT',
  `${matches('[-+]?[0-9]+')} AND TRY_CAST(t AS BIGINT) IS NOT NULL`,
  'TRY_CAST(t AS BIGINT)',
)
/** With `whole_decimals`: zeros may follow a decimal point. */
export const wholeColumn: Builder = builder(
  'BIGINT',
  matches('[-+]?[0-9]+([.]0+)?'),
  "TRY_CAST(regexp_replace(t, '[.]0+$', '') AS BIGINT)",
)
export const floatColumn: Builder = builder(
  'DOUBLE',
  `${matches('[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?')}`,
  'TRY_CAST(t AS DOUBLE)',
)
/** YYYY-MM-DD; a time behind it is cut. */
export const dateColumn: Builder = builder(
  'DATE',
  `${matches('[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?Z?)?')}
    AND TRY_CAST(t[1:10] AS DATE) IS NOT NULL`,
  'TRY_CAST(t[1:10] AS DATE)',
)
/** 1 and 0. */
export const bitColumn: Builder = builder('BOOLEAN', "t IN ('0', '1')", "t = '1'")
/** SNOMED CT and dm+d: 6 to 18 digits without a leading zero. */
export const sctidColumn: Builder = builder('VARCHAR', matches('[1-9][0-9]{5,17}'), 't')
/** ICD-10 without a dot, padded with X or not. */
export const icd10Column: Builder = builder(
  'VARCHAR',
  matches('[A-Z][0-9]{2}(X[0-9]?|[0-9]{0,2})'),
  't',
)
