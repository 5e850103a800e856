// Keys that more than one row has: which rows those are, and how many. Nulls are no keys.
import { patientIdColumn } from '../contracts/table-contract.ts'
import { quoteIdentifier } from '../lake/open-duckdb.ts'
import {
  boundedRows,
  type CheckedTable,
  listOf,
  type PlannedCheck,
  type RefusedRow,
  refusedRows,
  ruleColumn,
  type SqlRunner,
  scan,
} from './checked-table.ts'

function keyGroups({ parts }: CheckedTable, { columns }: PlannedCheck, select: string): string {
  const names = columns.map(quoteIdentifier)
  const notNull = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
  return `SELECT ${select} FROM read_parquet(${listOf(parts)}) WHERE ${notNull}
    GROUP BY ${names.join(', ')} HAVING count(*) > 1`
}

/** Rows whose key another row has too. */
export async function countDuplicated(
  sql: SqlRunner,
  table: CheckedTable,
  check: PlannedCheck,
): Promise<number> {
  if (table.parts.length === 0) return 0
  const groups = keyGroups(table, check, 'count(*) AS copies')
  const [row] = await sql.rows(`SELECT coalesce(sum(copies), 0)::BIGINT FROM (${groups})`)
  return Number(row?.[0])
}

/**
 * Every row of a duplicated key. With `keep_identical`: of rows equal in every column all but the first,
 * as identical_duplicate, and the rows of keys that still have two.
 */
export async function duplicatedRows(
  sql: SqlRunner,
  table: CheckedTable,
  check: PlannedCheck,
): Promise<RefusedRow[]> {
  if (table.parts.length === 0) return []
  const rule = check.kind === 'unique' ? 'unique' : 'one_row_per_patient'
  const columns = check.columns.map(quoteIdentifier).join(', ')
  await sql.run(`CREATE OR REPLACE TEMP TABLE duplicated AS ${keyGroups(table, check, columns)}`)
  const [count] = await sql.rows('SELECT count(*) FROM duplicated')
  if (Number(count?.[0]) === 0) return []
  const duplicated = `${scan(table.parts)} SEMI JOIN duplicated USING (${columns})`
  const column = ruleColumn(check)
  if (table.duplicates === 'refuse') {
    const query = `SELECT filename, file_row_number FROM ${duplicated}`
    return refusedRows(await boundedRows(sql, table, query), table, rule, column)
  }
  // Names of contract columns have no spaces: ours cannot be one of them.
  const every = [patientIdColumn, ...table.contract.columns.map(({ name }) => name)]
  const landed = every.filter((name) => table.columnTypes.has(name))
  const query = `WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY ${landed.map(quoteIdentifier).join(', ')}
        ORDER BY list_position(${listOf(table.parts)}, filename), file_row_number) AS "its copy"
      FROM ${duplicated}),
    counted AS (
      SELECT *, count(*) FILTER ("its copy" = 1) OVER (PARTITION BY ${columns}) AS "rows of key"
      FROM numbered)
    SELECT filename, file_row_number, "rows of key" > 1 AND "its copy" = 1 FROM counted
    WHERE "rows of key" > 1 OR "its copy" > 1`
  const rows = await boundedRows(sql, table, query)
  const differing = rows.filter((row) => row[2] === true)
  const copies = rows.filter((row) => row[2] !== true)
  return [
    ...refusedRows(differing, table, rule, column),
    ...refusedRows(copies, table, 'identical_duplicate', null),
  ]
}
