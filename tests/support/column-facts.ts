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

export const dateAfter = (column: string): Check => ({
  rule: 'date_after',
  passes: `v >= "v ${column}"`,
})
/** Everything here was extracted before this day. */
export const noFutureDates: Check = { rule: 'no_future_dates', passes: "v <= DATE '2026-11-22'" }

/** What becomes of a digit at each place from the right, ten digits a place: Verhoeff's permutation. */
const permutations = [
  ...['0123456789', '1576283094', '5803796142', '8916043527'],
  ...['9453126870', '4286573901', '2793806415', '7046913258'],
].join('')
const printed = (digits: number): string =>
  `CAST(printf('%.${digits - 1}e', CAST(code AS DOUBLE)) AS HUGEINT) = CAST(code AS HUGEINT)`
/** Digits as a tool prints them that keeps numbers as float64. */
const isPrinted = `length(code) >= 16 AND (${printed(15)} OR (CAST(code AS BIGINT) > 9007199254740992
  AND (CAST(CAST(code AS DOUBLE) AS BIGINT) = CAST(code AS BIGINT)
  OR ${printed(16)} OR ${printed(17)})))`

/**
 * SNOMED CT and dm+d codes of a column of the raw rows whose check digit is wrong. A digit stands
 * for a turn by so many fifths, from 5 on with a flip, behind which turns go the other way; all of
 * them together must come to nothing.
 */
const wrongCodes = (raw: string, column: string): string => `SELECT code FROM
  (SELECT code, image, coalesce(sum(image // 5) OVER (PARTITION BY code ORDER BY place
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS flips FROM
    (SELECT code, place, CAST(substr('${permutations}', (place % 8) * 10 +
      CAST(substr(code, length(code) - place, 1) AS INT) + 1, 1) AS INT) AS image FROM
      (SELECT DISTINCT "${column}" AS code FROM ${raw}
        WHERE regexp_full_match("${column}", '[1-9][0-9]{5,17}')),
      (SELECT CAST(range AS INT) AS place FROM range(18)) WHERE place < length(code)))
  GROUP BY code HAVING sum(image // 5) % 2 <> 0
    OR sum(CASE WHEN flips % 2 = 0 THEN image % 5 ELSE -(image % 5) END) % 5 <> 0`

/** Where a code was rounded, that is what is told. */
export function checkDigit(raw: string, column: string): readonly Check[] {
  const wrong = wrongCodes(raw, column)
  return [
    {
      rule: 'float_rounded_code',
      passes: `v NOT IN (SELECT code FROM (${wrong}) WHERE ${isPrinted})`,
    },
    { rule: 'check_digit', passes: `v NOT IN (${wrong})` },
  ]
}

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
/** T and F. */
export const letterColumn: Builder = builder('BOOLEAN', "t IN ('T', 'F')", "t = 'T'")
/** SNOMED CT and dm+d: 6 to 18 digits without a leading zero. */
export const sctidColumn: Builder = builder('VARCHAR', matches('[1-9][0-9]{5,17}'), 't')
/** ICD-10 without a dot, padded with X or not. */
export const icd10Column: Builder = builder(
  'VARCHAR',
  matches('[A-Z][0-9]{2}(X[0-9]?|[0-9]{0,2})'),
  't',
)
