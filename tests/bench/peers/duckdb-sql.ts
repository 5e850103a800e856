// The same work in DuckDB's words, as fast as it goes: the same types, the same checks, the same rows
// out. Two formulations, because which is faster depends on the case and the version; each dropping
// the rows it refuses, and keeping them as we do.
import type { BenchCase, BenchColumn, BenchConstraint } from '../bench-cases.ts'

/** try_cast: all is read as text and cast. typed: the CSV reader casts, and names what it cannot. */
export type Formulation = 'try_cast' | 'typed'

export interface DuckdbPlan {
  readonly statements: readonly string[]
  /** Run when the statements refused a row that the CSV reader had accepted. */
  readonly whenRefused: readonly string[]
}

export interface DuckdbTargets {
  readonly accepted: string
  /** Rows that a condition refuses; null where refused rows are dropped. */
  readonly refused: string | null
  /** Rows that the CSV reader refuses. */
  readonly errors: string
}

const sqlTypes: Readonly<Record<BenchColumn['type'], string>> = {
  patient_id: 'BIGINT',
  date: 'DATE',
  snomedct: 'VARCHAR',
  icd10: 'VARCHAR',
  float: 'DOUBLE',
  int: 'BIGINT',
  string: 'VARCHAR',
}

export const sqlTypeOf = ({ type }: BenchColumn): string => sqlTypes[type]

const patterns: Partial<Record<BenchColumn['type'], string>> = {
  snomedct: '[1-9][0-9]{5,17}',
  icd10: '[A-Z][0-9]{2}(X[0-9]?|[0-9]{0,2})',
}

export const sqlText = (value: string): string => `'${value.replaceAll("'", "''")}'`
const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : sqlText(value)

function ofConstraint(name: string, constraint: BenchConstraint): string {
  if (constraint === 'not_null') return `${name} IS NOT NULL`
  const when = (condition: string): string => `(${name} IS NULL OR ${condition})`
  if (constraint === 'first_of_month') return when(`day(${name}) = 1`)
  if ('categorical' in constraint) {
    return when(`${name} IN (${constraint.categorical.map(sqlText).join(', ')})`)
  }
  if ('regex' in constraint) return when(`regexp_full_match(${name}, ${sqlText(constraint.regex)})`)
  if ('date_after' in constraint) {
    const others = constraint.date_after.map((other) => `(${other} IS NULL OR ${name} >= ${other})`)
    return when(others.join(' AND '))
  }
  const { minimum, maximum } =
    'closed_range' in constraint ? constraint.closed_range : constraint.general_range
  const most = maximum === undefined ? [] : [`${name} <= ${literal(maximum)}`]
  return when([`${name} >= ${literal(minimum)}`, ...most].join(' AND '))
}

function conditionsOf({ name, type, constraints }: BenchColumn): string[] {
  const form = patterns[type]
  return [
    ...(type === 'patient_id' ? [`${name} IS NOT NULL`] : []),
    ...(form === undefined
      ? []
      : [`(${name} IS NULL OR regexp_full_match(${name}, ${sqlText(form)}))`]),
    ...constraints.map((constraint) => ofConstraint(name, constraint)),
  ]
}

/** What a column lands as, from the text or value that was read as `raw_…`; null where it is that. */
function conversionOf({ name, type, values }: BenchColumn, formulation: Formulation) {
  if (values !== undefined) {
    const whens = Object.entries(values).map(
      ([from, to]) => `WHEN ${sqlText(from)} THEN ${sqlText(to)}`,
    )
    return `CASE raw_${name} ${whens.join(' ')} END`
  }
  const isText = sqlTypes[type] === 'VARCHAR'
  return isText || formulation === 'typed' ? null : `TRY_CAST(raw_${name} AS ${sqlTypes[type]})`
}

interface Parts {
  readonly names: string
  /** Columns of text that a conversion was made from. */
  readonly rawNames: readonly string[]
  /** Columns as they are read, before any conversion. */
  readonly readNames: string
  readonly condition: string
  readonly rows: string
}

function partsOf({ columns }: BenchCase, formulation: Formulation, extract: string): Parts {
  const all = columns.map((column) => {
    const { name } = column
    const as = conversionOf(column, formulation)
    const isText = formulation === 'try_cast' || column.values !== undefined
    const readName = as === null ? name : `raw_${name}`
    return { name, as, readName, readType: isText ? 'VARCHAR' : sqlTypeOf(column) }
  })
  const converted = all.filter(({ as }) => as !== null)
  const castable = converted.map(({ name }) => `(raw_${name} IS NULL OR ${name} IS NOT NULL)`)
  const types = all.map(({ readName, readType }) => `${readName}: '${readType}'`)
  const select = ['*', ...converted.map(({ name, as }) => `${as} AS ${name}`)]
  return {
    names: all.map(({ name }) => name).join(', '),
    rawNames: converted.map(({ readName }) => readName),
    readNames: all.map(({ readName }) => readName).join(', '),
    condition: [...castable, ...columns.flatMap(conditionsOf)].join(' AND '),
    rows: `(SELECT ${select.join(', ')} FROM read_csv(${sqlText(extract)},
      header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', parallel = true,
      columns = {${types.join(', ')}}, dateformat = '%Y-%m-%d',
      store_rejects = true, rejects_limit = 0))`,
  }
}

/**
 * The whole load. Refused rows are counted by a sequence while the accepted ones are written, so that
 * the second scan, which writes them, is made only where there are any. `ignore_errors` instead of
 * `store_rejects` is no faster, and loses good rows beside bad ones (DuckDB 1.5.5, case dirty).
 */
export function duckdbPlan(
  benchCase: BenchCase,
  formulation: Formulation,
  extract: string,
  targets: DuckdbTargets,
): DuckdbPlan {
  const { names, readNames, condition, rows } = partsOf(benchCase, formulation, extract)
  const copy = (select: string, target: string): string =>
    `COPY (${select}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION snappy)`
  if (targets.refused === null) {
    const select = `SELECT ${names} FROM ${rows} WHERE ${condition}`
    return { statements: [copy(select, targets.accepted)], whenRefused: [] }
  }
  const counted = `CASE WHEN ${condition} THEN true ELSE nextval('refused') < 0 END`
  return {
    statements: [
      copy(`SELECT ${names} FROM ${rows} WHERE ${counted}`, targets.accepted),
      copy('SELECT * FROM reject_errors', targets.errors),
    ],
    whenRefused: [
      copy(`SELECT ${readNames} FROM ${rows} WHERE (${condition}) IS NOT TRUE`, targets.refused),
    ],
  }
}

/**
 * Accepted and refused rows in one scan, as two folders of one COPY, `accepted=true` and `=false`. The
 * price: all files have the columns of text that refused rows are kept in, empty where accepted.
 */
export function duckdbPartitionPlan(
  benchCase: BenchCase,
  extract: string,
  folder: string,
  errors: string,
): DuckdbPlan {
  const { names, rawNames, condition, rows } = partsOf(benchCase, 'typed', extract)
  const raw = rawNames.map((name) => `, CASE WHEN accepted THEN NULL ELSE ${name} END AS ${name}`)
  const judged = `(SELECT *, coalesce(${condition}, false) AS accepted FROM ${rows})`
  return {
    statements: [
      `COPY (SELECT ${names}${raw.join('')}, accepted FROM ${judged}) TO ${sqlText(folder)}
        (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (accepted))`,
      `COPY (SELECT * FROM reject_errors) TO ${sqlText(errors)} (FORMAT parquet)`,
    ],
    whenRefused: [],
  }
}
