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
    const categories = /^\{categorical: \[(.*)\]\}$/.exec(constraint)?.[1]
    if (categories !== undefined) {
      const list = categories.split(', ').map(text).join(', ')
      conditions.push(`(${name} IS NULL OR ${name} IN (${list}))`)
    }
  }
  if (type === 'patient_id') conditions.push(`${name} IS NOT NULL`)
  return conditions
}

/** Everything read as text, then TRY_CAST and WHERE. */
export function tryCastSql(benchCase: BenchCase, extract: string, target: string): string {
  const cast = benchCase.columns.map(({ name, type }) =>
    sqlType[type] === 'VARCHAR' ? name : `TRY_CAST(${name} AS ${sqlType[type]}) AS ${name}`,
  )
  const raw = benchCase.columns
    .filter(({ type }) => sqlType[type] !== 'VARCHAR')
    .map(({ name }) => `${name} AS raw_${name}`)
  const castable = benchCase.columns
    .filter(({ type }) => sqlType[type] !== 'VARCHAR')
    .map(({ name }) => `(raw_${name} IS NULL OR ${name} IS NOT NULL)`)
  const conditions = [...castable, ...benchCase.columns.flatMap(typedCondition)]
  const names = benchCase.columns.map(({ name }) => name)
  return `COPY (SELECT ${names.join(', ')} FROM (SELECT ${[...cast, ...raw].join(', ')}
    FROM read_csv(${text(extract)}, header = true, all_varchar = true, delim = ',', quote = '"'))
    WHERE ${conditions.join(' AND ')}) TO ${text(target)} (FORMAT parquet, COMPRESSION snappy)`
}

/** Typed columns with rejects stored, then the constraints. */
export function storeRejectsSql(benchCase: BenchCase, extract: string, target: string): string {
  const names = benchCase.columns.map(({ name }) => name)
  const types = benchCase.columns.map(({ name, type }) => `${text(name)}: '${sqlType[type]}'`)
  if (benchCase.name === 'quoted') types.push("'note': 'VARCHAR'")
  const conditions = benchCase.columns.flatMap(typedCondition)
  return `COPY (SELECT ${names.join(', ')}
    FROM read_csv(${text(extract)}, header = true, delim = ',', quote = '"', auto_detect = false,
      columns = {${types.join(', ')}}, dateformat = '%Y-%m-%d', store_rejects = true,
      rejects_limit = 0)
    WHERE ${conditions.join(' AND ')}) TO ${text(target)} (FORMAT parquet, COMPRESSION snappy)`
}
