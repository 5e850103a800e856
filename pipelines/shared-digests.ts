// Which digests of keys more than one row may have, of any number of rows: a digest is two numbers, each an
// index into bits. A row whose first number came once is alone; of the others one whose second number came
// once is. What is left, few rows where few share a key, DuckDB groups.
import {
  type CheckedTable,
  type KeyBits,
  type NumberChunk,
  runsFor,
  type SqlRunner,
} from './checked-table.ts'
import { countNumbers, hasBit, rowsOf } from './whole-keys.ts'

export interface KeySql {
  /** Columns of the key, a condition that none is null, the digest of a row. */
  readonly columns: string
  readonly present: string
  readonly digest: string
}

/** Rows that may share their key, and their different digests. */
export interface Suspects {
  readonly rows: number
  readonly digests: number
}

/** The rows among them whose first number has its bit set, by their second. */
async function* secondNumbers(
  chunks: AsyncIterable<NumberChunk>,
  repeated: KeyBits,
): AsyncIterable<NumberChunk> {
  let numbers = new Uint32Array(0)
  const column = { getItem: (row: number) => numbers[row] ?? 0 }
  for await (const { rowCount, columns } of chunks) {
    const [first, second] = columns
    if (first === undefined || second === undefined) throw new Error('a query has its columns')
    if (numbers.length < rowCount) numbers = new Uint32Array(rowCount)
    let count = 0
    for (let i = 0; i < rowCount; i++) {
      if (hasBit(repeated, first.getItem(i))) numbers[count++] = second.getItem(i)
    }
    yield { rowCount: count, columns: [column] }
  }
}

/** Table `narrowed`: both numbers of all rows that may not be alone; returns how many. */
async function createNarrowed(sql: SqlRunner, table: CheckedTable, key: KeySql): Promise<number> {
  const { digestBits } = sql.rowsOfRun
  const span = 2 ** digestBits
  const first = `(${key.digest} & ${span - 1})::UINTEGER`
  const both = `${first}, (${key.digest} >> ${digestBits})::UINTEGER`
  const from = `FROM ${rowsOf(table)} WHERE ${key.present}`
  await sql.run('CREATE OR REPLACE TABLE narrowed (low UINTEGER, high UINTEGER)')
  const { repeated, repeatedKeys } = await countNumbers(sql.numbers(`SELECT ${first} ${from}`), {
    seen: sql.bits('seen', span),
    repeated: sql.bits('repeated', span),
  })
  if (repeatedKeys === 0) return 0
  const rows = sql.numbers(`SELECT ${both} ${from}`)
  const again = await countNumbers(secondNumbers(rows, repeated), {
    seen: sql.bits('seen', span),
    repeated: sql.bits('repeatedSecond', span),
  })
  if (again.repeatedKeys === 0) return 0
  let count = 0
  await sql.fill('narrowed', async (add) => {
    for await (const { rowCount, columns } of sql.numbers(`SELECT ${both} ${from}`)) {
      const [lows, highs] = columns
      if (lows === undefined || highs === undefined) throw new Error('a query has its columns')
      for (let i = 0; i < rowCount; i++) {
        const low = lows.getItem(i)
        if (!hasBit(repeated, low)) continue
        const high = highs.getItem(i)
        if (!hasBit(again.repeated, high)) continue
        add(low, high)
        count++
      }
    }
  })
  return count
}

/** Table `suspects`: digests that more than one row has. */
export async function createSuspects(
  sql: SqlRunner,
  table: CheckedTable,
  key: KeySql,
): Promise<Suspects> {
  const { keys, digestBits } = sql.rowsOfRun
  let rows = table.rows
  let from = `(SELECT ${key.digest} AS digest FROM ${rowsOf(table)} WHERE ${key.present})`
  await sql.run('CREATE OR REPLACE TABLE suspects (digest UBIGINT, copies BIGINT)')
  // To narrow them the rows are read three times: no less than to group them in three runs.
  if (rows > 3 * keys) {
    rows = await createNarrowed(sql, table, key)
    from = `(SELECT (high::UBIGINT << ${digestBits}) | low AS digest FROM narrowed)`
  }
  const runs = runsFor(rows, keys)
  for (let run = 0; run < runs; run++) {
    await sql.run(`INSERT INTO suspects SELECT digest, count(*) FROM ${from}
      WHERE digest % ${runs} = ${run} GROUP BY digest HAVING count(*) > 1`)
  }
  await sql.run('DROP TABLE IF EXISTS narrowed')
  const [row] = await sql.rows('SELECT coalesce(sum(copies), 0)::BIGINT, count(*) FROM suspects')
  return { rows: Number(row?.[0]), digests: Number(row?.[1]) }
}
