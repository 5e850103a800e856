// What contenders landed, compared before a time is printed: number of rows, and a hash over all
// values that does not depend on their order. Read by DuckDB from the Parquet files of all.
import { DuckDBInstance } from '@duckdb/node-api'
import type { BenchCase } from './bench-cases.ts'
import { sqlTypeOf } from './peers/duckdb-sql.ts'

export interface Landed {
  readonly rows: number
  readonly hash: string
  /** Null where refused rows are not kept. */
  readonly refused: number | null
}

type Ask = (sql: string) => Promise<readonly string[]>

async function withDuckdb<Result>(use: (ask: Ask) => Promise<Result>): Promise<Result> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return await use(async (sql) => {
      const reader = await connection.runAndReadAll(sql)
      return reader.getRows()[0]?.map(String) ?? []
    })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The cast below would make a date of the text of one: whoever left it as text is found here. */
async function assertConverted(
  { columns }: Pick<BenchCase, 'columns'>,
  output: string,
  ask: Ask,
): Promise<void> {
  const names = columns.map(({ name }) => name).join(', ')
  const [landed = ''] = await ask(`SELECT coalesce(string_agg(column_name), '')
    FROM (DESCRIBE SELECT ${names} FROM '${output}') WHERE column_type IN ('VARCHAR', 'BLOB')`)
  const texts = columns.filter((column) => sqlTypeOf(column) === 'VARCHAR')
  const expected = texts.map(({ name }) => name).join(',')
  if (landed !== expected) throw new Error(`${output}: columns of text: ${landed}, not ${expected}`)
}

/** Reads what one contender landed. Columns count by name, values as the types of the case. */
export async function readLanded(
  benchCase: Pick<BenchCase, 'columns'>,
  output: string,
  countRefused: string | null,
): Promise<Landed> {
  // A column is cast to what it must be: engines differ in widths of integers, not in values.
  const values = benchCase.columns.map((column) => `${column.name}::${sqlTypeOf(column)}`)
  return await withDuckdb(async (ask) => {
    await assertConverted(benchCase, output, ask)
    const [rows = '', hash = ''] = await ask(
      `SELECT count(*), coalesce(sum(hash(${values.join(', ')})::HUGEINT), 0) FROM '${output}'`,
    )
    const [refused] = countRefused === null ? [undefined] : await ask(countRefused)
    return { rows: Number(rows), hash, refused: refused === undefined ? null : Number(refused) }
  })
}

/** Throws where a contender landed other rows than ours, or kept another number of refused ones. */
export function compareLanded(
  caseName: string,
  name: string,
  theirs: Landed,
  ours: Landed,
  rowsOfExtract: number,
): void {
  const complain = (what: string, theirs: unknown, ours: unknown): never => {
    throw new Error(`${caseName}: ${name} ${what}: ${theirs}, safelanding ${ours}`)
  }
  if (theirs.rows !== ours.rows) complain('landed another number of rows', theirs.rows, ours.rows)
  if (theirs.hash !== ours.hash) complain('landed other values', theirs.hash, ours.hash)
  if (theirs.refused === null) return
  if (theirs.refused + theirs.rows !== rowsOfExtract) {
    complain('lost rows of the extract', theirs.refused + theirs.rows, rowsOfExtract)
  }
}
