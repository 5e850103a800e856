// The same work in DuckDB's words, as fast as it goes: the same types, the same checks, the same rows
// out. Two formulations, because which is faster depends on the case and the version.
import type { BenchCase, BenchColumn } from './bench-cases.ts'

const sqlType: Readonly<Record<BenchColumn['type'], string>> = {
  patient_id: 'BIGINT',
  date: 'DATE',
  snomedct: 'VARCHAR',
  icd10: 'VARCHAR',
  float: 'DOUBLE',
  int: 'BIGINT',
  string: 'VARCHAR',
}

const pattern: Partial<Record<BenchColumn['type'], string>> = {
  snomedct: '[1-9][0-9]{5,17}',
  icd10: '[A-Z][0-9]{2}(X[0-9]?|[0-9]{0,2})?',
}

export const sqlTypeOf = ({ type }: BenchColumn): string => sqlType[type]

/** Of each column: name, SQL type, pattern, is it required, its categories, first of a month only? */
export const columnFacts = ({ columns }: BenchCase) =>
  columns.map(({ name, type, constraints }) => [
    ...[name, sqlType[type], pattern[type] ?? null],
    type === 'patient_id' || constraints.includes('not_null'),
    constraints.flatMap(categoriesOf)[0] ?? null,
    constraints.includes('first_of_month'),
  ])

const categoriesOf = (constraint: string): string[][] => {
  const list = /^\{categorical: \[(.*)\]\}$/.exec(constraint)?.[1]
  return list === undefined ? [] : [list.split(', ')]
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

function typedCondition(column: BenchColumn): string[] {
  const { name, type, constraints } = column
  const conditions: string[] = []
  const form = pattern[type]
  if (form !== undefined) {
    conditions.push(`(${name} IS NULL OR regexp_full_match(${name}, ${text(form)}))`)
  }
  for (const constraint of constraints) {
    if (constraint === 'not_null') conditions.push(`${name} IS NOT NULL`)
    if (constraint === 'first_of_month') conditions.push(`(${name} IS NULL OR day(${name}) = 1)`)
    for (const categories of categoriesOf(constraint)) {
      conditions.push(`(${name} IS NULL OR ${name} IN (${categories.map(text).join(', ')}))`)
    }
  }
  if (type === 'patient_id') conditions.push(`${name} IS NOT NULL`)
  return conditions
}

const parquet = (target: string): string =>
  `TO ${text(target)} (FORMAT parquet, COMPRESSION snappy)`

/** Everything read as text, then TRY_CAST and WHERE: refused rows are not kept. */
export function tryCastSql(benchCase: BenchCase, extract: string, target: string): string[] {
  const cast = benchCase.columns.map((column) =>
    sqlTypeOf(column) === 'VARCHAR'
      ? column.name
      : `TRY_CAST(${column.name} AS ${sqlTypeOf(column)}) AS ${column.name}`,
  )
  const castColumns = benchCase.columns.filter((column) => sqlTypeOf(column) !== 'VARCHAR')
  const raw = castColumns.map(({ name }) => `${name} AS raw_${name}`)
  const castable = castColumns.map(({ name }) => `(raw_${name} IS NULL OR ${name} IS NOT NULL)`)
  const conditions = [...castable, ...benchCase.columns.flatMap(typedCondition)]
  const names = benchCase.columns.map(({ name }) => name)
  return [
    `COPY (SELECT ${names.join(', ')} FROM (SELECT ${[...cast, ...raw].join(', ')}
    FROM read_csv(${text(extract)}, header = true, all_varchar = true, delim = ',', quote = '"'))
    WHERE ${conditions.join(' AND ')}) ${parquet(target)}`,
  ]
}

/**
 * Typed columns with rejects stored, then the constraints. What the reader refuses is kept in a table of
 * its own, and written beside the rows; what the constraints refuse is not, which favours DuckDB.
 */
export function storeRejectsSql(benchCase: BenchCase, extract: string, target: string): string[] {
  const names = benchCase.columns.map(({ name }) => name)
  const types = benchCase.columns.map((column) => `${text(column.name)}: '${sqlTypeOf(column)}'`)
  if (benchCase.name === 'quoted') types.push("'note': 'VARCHAR'")
  const conditions = benchCase.columns.flatMap(typedCondition)
  return [
    `COPY (SELECT ${names.join(', ')}
    FROM read_csv(${text(extract)}, header = true, delim = ',', quote = '"', auto_detect = false,
      columns = {${types.join(', ')}}, dateformat = '%Y-%m-%d', store_rejects = true,
      rejects_limit = 0)
    WHERE ${conditions.join(' AND ')}) ${parquet(target)}`,
    `COPY (SELECT line, byte_position, column_name, error_type, csv_line FROM reject_errors)
    ${parquet(`${target}.refused`)}`,
  ]
}
