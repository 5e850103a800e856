// Keys that are whole numbers close together, as ids mostly are: one bit for each says whether a key came
// before, so one pass over one column proves that none came twice, or that every patient exists. Exact,
// and in memory that the rows do not count for. Where keys are of another kind DuckDB groups them.
import { limits } from '../config/limits.ts'
import { quoteIdentifier } from '../lake/open-duckdb.ts'
import {
  type CheckedTable,
  type KeyBits,
  listOf,
  type NumberChunk,
  type SqlRunner,
  scan,
} from './checked-table.ts'

/** A column of whole numbers from `low`, `span` of them at the most. */
export interface WholeKey {
  readonly column: string
  readonly low: bigint
  readonly span: number
}

/** The bits hold until others are asked for. */
export interface CountedKeys {
  /** Rows with a key, different keys, and keys that more than one row has. */
  readonly rows: number
  readonly keys: number
  readonly repeatedKeys: number
  readonly seen: KeyBits
  readonly repeated: KeyBits
}

/** The keys of all rows of a table, as SQL to select from. */
export const rowsOf = ({ parts }: CheckedTable): string => `read_parquet(${listOf(parts)})`

/** The column as close whole numbers; null where it is something else, or no row has a key. */
export async function wholeKeyOf(
  sql: SqlRunner,
  table: CheckedTable,
  column: string,
): Promise<WholeKey | null> {
  if (table.columnTypes.get(column) !== 'int64' || table.parts.length === 0) return null
  const name = quoteIdentifier(column)
  const [row = []] = await sql.rows(`SELECT min(${name}), max(${name}) FROM ${rowsOf(table)}`)
  const [low, high] = row
  if (typeof low !== 'bigint' || typeof high !== 'bigint') return null
  const span = high - low + 1n
  return span > limits.wholeKeySpanMax ? null : { column, low, span: Number(span) }
}

/** The key as a number from 0, `otherwise` where it is not in the range. */
function offsetSql({ column, low, span }: WholeKey, otherwise: string): string {
  const name = quoteIdentifier(column)
  const high = low + BigInt(span) - 1n
  return `CASE WHEN ${name} BETWEEN ${low} AND ${high} THEN ${name} - (${low}) ELSE ${otherwise}
    END::UINTEGER`
}

/** Notes every key of the rows; those without a value are no keys. */
export async function countKeys(
  sql: SqlRunner,
  rowsSql: string,
  key: WholeKey,
): Promise<CountedKeys> {
  const query = `SELECT ${offsetSql(key, 'NULL')} FROM ${rowsSql}
    WHERE ${quoteIdentifier(key.column)} IS NOT NULL`
  const bits = { seen: sql.bits('seen', key.span), repeated: sql.bits('repeated', key.span) }
  return countNumbers(sql.numbers(query), bits)
}

/** Notes every number of the first column, which is within the cleared bits. */
export async function countNumbers(
  chunks: AsyncIterable<NumberChunk>,
  { seen, repeated }: { readonly seen: KeyBits; readonly repeated: KeyBits },
): Promise<CountedKeys> {
  let rows = 0
  let again = 0
  let repeatedKeys = 0
  for await (const { rowCount, columns } of chunks) {
    const [offsets] = columns
    if (offsets === undefined) throw new Error('a query has its columns')
    rows += rowCount
    for (let i = 0; i < rowCount; i++) {
      const offset = offsets.getItem(i)
      const word = offset >>> 5
      const bit = 1 << (offset & 31)
      const before = seen[word] ?? 0
      if ((before & bit) === 0) {
        seen[word] = before | bit
        continue
      }
      again++
      const twice = repeated[word] ?? 0
      if ((twice & bit) === 0) repeatedKeys++
      repeated[word] = twice | bit
    }
  }
  return { rows, keys: rows - again, repeatedKeys, seen, repeated }
}

/** True where the bit of a key is set. */
export const hasBit = (bits: KeyBits, offset: number): boolean =>
  ((bits[offset >>> 5] ?? 0) & (1 << (offset & 31))) !== 0

/** Calls with every row (part and row in it) whose key has its bit set. */
export async function eachRowOf(
  sql: SqlRunner,
  table: CheckedTable,
  key: WholeKey,
  bits: KeyBits,
  use: (part: number, row: number) => void,
): Promise<void> {
  const query = `SELECT ${offsetSql(key, 'NULL')}, "its part", "its row"
    FROM ${scan(table)} WHERE ${quoteIdentifier(key.column)} IS NOT NULL`
  for await (const { rowCount, columns } of sql.numbers(query)) {
    const [offsets, partIndexes, rows] = columns
    if (offsets === undefined || partIndexes === undefined || rows === undefined) {
      throw new Error('a query has its columns')
    }
    for (let i = 0; i < rowCount; i++) {
      const offset = offsets.getItem(i)
      if (!hasBit(bits, offset)) continue
      use(partIndexes.getItem(i), rows.getItem(i))
    }
  }
}

/** Rows of the table whose key is not among those noted: out of their range, or without a bit. */
export async function countOthers(
  sql: SqlRunner,
  table: CheckedTable,
  key: WholeKey,
  bits: KeyBits,
): Promise<number> {
  let others = 0
  // The number behind the range stands for all that is not in it; no key has it.
  const nowhere = (key.span >>> 5) * 32 + 32
  const query = `SELECT ${offsetSql(key, String(nowhere))} FROM ${rowsOf(table)}`
  for await (const { rowCount, columns } of sql.numbers(query)) {
    const [offsets] = columns
    if (offsets === undefined) throw new Error('a query has its columns')
    for (let i = 0; i < rowCount; i++) {
      const offset = offsets.getItem(i)
      if (!hasBit(bits, offset)) others++
    }
  }
  return others
}
