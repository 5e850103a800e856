// What a load must do with an extract, found by DuckDB over the raw file: every row judged by the facts
// of its columns, in the order of the contract, then by the table checks. Shares nothing with our code.
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import type { ColumnFacts } from './column-facts.ts'

export interface TableFacts {
  /** `namespace/table`. */
  readonly table: string
  /** What to select the raw rows from; an empty field is NULL. */
  readonly raw: string
  /** patient_id first. */
  readonly columns: readonly ColumnFacts[]
  /** Columns of which no value may come twice. */
  readonly unique?: readonly string[]
  readonly onePerPatient?: boolean
  /** Of rows equal in every column the first is kept. */
  readonly keepIdentical?: boolean
  /** The table whose accepted patients these rows must have. */
  readonly patients?: string
  /** Conditions over the fields of `raw` and the values of accepted rows. */
  readonly coercions?: readonly { column: string; kind: string; where: string }[]
}

/** Rows by `column rule`, `row` standing for the whole row. */
export type RejectCounts = Readonly<Record<string, number>>

export interface Questions {
  rows(sql: string): Promise<unknown[][]>
  close(): void
}

/** A DuckDB of the test's own. */
export async function openQuestions(): Promise<Questions> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  return {
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][],
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/**
 * A raw file as a DuckDB table. DuckDB takes one empty field too many without a word, so the fields of
 * every line are counted here first; a file with quotes would need more than that, and none has any.
 */
export function rawFile(
  path: string,
  options: { delimiter?: string; lineEnd?: string; header?: boolean } = {},
): string {
  const { delimiter = ',', lineEnd = '\n', header = true } = options
  const text = readFileSync(path, 'utf8')
  if (/["\r\0]/.test(text)) throw new Error(`${path} has quotes, CR or NUL bytes`)
  const lines = text.split(lineEnd)
  if (lines.at(-1) === '') lines.pop()
  const fields = lines.map((line) => line.split(delimiter).length)
  if (new Set(fields).size !== 1) throw new Error(`${path}: lines differ in their fields`)
  const names = lines[0]?.split(delimiter).map((name, at) => (header ? name : `f${at + 1}`)) ?? []
  const file = `read_csv(${quoted(path)}, all_varchar = true, header = ${header}, quote = '',
    escape = '', delim = ${quoted(delimiter)}, new_line = '\\n', names = [${names.map(quoted)}])`
  const tail = lineEnd.slice(0, -1)
  if (tail === '') return file
  // DuckDB knows no row terminators of several bytes: the rest of one is cut from the last field.
  const last = `f${names.length}`
  const cut = `nullif(${last}[:-${tail.length + 1}], '') AS ${last}`
  return `(SELECT * REPLACE (${cut}) FROM ${file})`
}

const judged = (table: string): string => `"judged ${table}"`

function firstFailure(columns: readonly ColumnFacts[]): string {
  const cases = columns.flatMap(({ name, form, checks }) => {
    const text = `"t ${name}"`
    const condition = form.replaceAll(/\bt\b/g, text)
    const fails = checks.map(({ rule, passes }) => {
      if (passes === null) return `WHEN ${text} IS NULL THEN '${name} ${rule}'`
      const value = `"v ${name}"`
      const passing = passes.replaceAll(/\bv\b/g, value)
      return `WHEN ${text} IS NOT NULL AND NOT coalesce(${passing}, true) THEN '${name} ${rule}'`
    })
    return [`WHEN ${text} IS NOT NULL AND NOT (${condition}) THEN '${name} type'`, ...fails]
  })
  return `CASE ${cases.join('\n')} END`
}

async function judgeTable(questions: Questions, facts: TableFacts): Promise<void> {
  const { table, columns, raw } = facts
  const texts = columns.map(({ name, text }) => `CAST(${text} AS VARCHAR) AS "t ${name}"`)
  const values = columns.map(({ name, value }) => {
    return `${value.replaceAll(/\bt\b/g, `"t ${name}"`)} AS "v ${name}"`
  })
  await questions.rows(`CREATE OR REPLACE TABLE ${judged(table)} AS
    WITH texts AS (SELECT raw, ${texts.join(', ')} FROM ${raw} AS raw),
    held AS (SELECT *, ${values.join(', ')} FROM texts),
    numbered AS (SELECT *, row_number() OVER () AS place FROM held)
    SELECT *, ${firstFailure(columns)} AS failure FROM numbered`)
  const all = columns.map(({ name }) => `"v ${name}"`).join(', ')
  if (facts.keepIdentical) {
    await questions.rows(`CREATE OR REPLACE TEMP TABLE copies AS SELECT place FROM
      (SELECT place, row_number() OVER (PARTITION BY ${all} ORDER BY place) AS copy
      FROM ${judged(table)} WHERE failure IS NULL) WHERE copy > 1`)
    await questions.rows(`UPDATE ${judged(table)} SET failure = 'row identical_duplicate'
      WHERE place IN (SELECT place FROM copies)`)
  }
  const keys = (facts.unique ?? []).map((name) => [name, `${name} unique`])
  if (facts.onePerPatient) keys.push(['patient_id', 'row one_row_per_patient'])
  // A key is asked of all rows that pass by themselves; the first that fails is the one that counts.
  const passing = `SELECT * FROM ${judged(table)} WHERE failure IS NULL`
  await questions.rows(`CREATE OR REPLACE TEMP TABLE passing AS ${passing}`)
  for (const [name, failure] of keys) {
    await questions.rows(`UPDATE ${judged(table)} SET failure = '${failure}'
      WHERE failure IS NULL AND "v ${name}" IN
      (SELECT "v ${name}" FROM passing GROUP BY ALL HAVING count(*) > 1)`)
  }
  if (facts.patients === undefined) return
  await questions.rows(`UPDATE ${judged(table)} SET failure = 'patient_id patient_exists'
    WHERE failure IS NULL AND "v patient_id" NOT IN
    (SELECT "v patient_id" FROM ${judged(facts.patients)} WHERE failure IS NULL)`)
}

export interface Expectation {
  readonly in: number
  readonly accepted: number
  /** Of the rows without a patient: those of a patient that the extract has. */
  readonly cascaded: number
  readonly rejects: RejectCounts
  readonly coercions: RejectCounts
}

/** Judges the rows of a table; the table of its patients must have been judged before. */
export async function expectedTable(questions: Questions, facts: TableFacts): Promise<Expectation> {
  const { table } = facts
  await judgeTable(questions, facts)
  const counts = await questions.rows(
    `SELECT failure, count(*)::INT FROM ${judged(table)} GROUP BY 1`,
  )
  const rejects: Record<string, number> = {}
  let accepted = 0
  let rowCount = 0
  for (const [failure, count] of counts) {
    rowCount += Number(count)
    if (failure === null) accepted = Number(count)
    else rejects[String(failure)] = Number(count)
  }
  const coercions: Record<string, number> = {}
  for (const { column, kind, where } of facts.coercions ?? []) {
    const [count] = await questions.rows(`SELECT count(*)::INT FROM ${judged(table)}
      WHERE failure IS NULL AND (${where})`)
    if (Number(count?.[0]) > 0) coercions[`${column} ${kind}`] = Number(count?.[0])
  }
  const cascaded = await countCascaded(questions, facts)
  return { in: rowCount, accepted, cascaded, rejects, coercions }
}

async function countCascaded(questions: Questions, facts: TableFacts): Promise<number> {
  if (facts.patients === undefined) return 0
  const [row] = await questions.rows(`SELECT count(*)::INT FROM ${judged(facts.table)}
    WHERE failure = 'patient_id patient_exists' AND "v patient_id" IN
    (SELECT "v patient_id" FROM ${judged(facts.patients)})`)
  return Number(row?.[0])
}

/** Columns with their types, and rows that only one of the landed and the expected table has. */
export async function differences(
  questions: Questions,
  facts: TableFacts,
  landedFolder: string,
): Promise<{ columns: unknown[][]; missing: number; surplus: number }> {
  const landed = `read_parquet(${quoted(`${landedFolder}/*.parquet`)})`
  const described = await questions.rows(`DESCRIBE SELECT * FROM ${landed}`)
  const names = facts.columns.map(({ name }) => `"v ${name}"`).join(', ')
  const wanted = `SELECT ${names} FROM ${judged(facts.table)} WHERE failure IS NULL`
  const count = async (sql: string) => Number((await questions.rows(sql))[0]?.[0])
  return {
    columns: described.map(([name, type]) => [name, type]),
    missing: await count(
      `SELECT count(*)::INT FROM (${wanted} EXCEPT ALL SELECT * FROM ${landed})`,
    ),
    surplus: await count(
      `SELECT count(*)::INT FROM (SELECT * FROM ${landed} EXCEPT ALL ${wanted})`,
    ),
  }
}
