// Keys that more than one row has: which rows those are, and how many. Nulls are no keys. Whole numbers
// are told apart by a bit each; other keys by their 64-bit digests, and rows whose digest is not alone
// by the keys themselves.
import { patientIdColumn } from '../contracts/table-contract.ts'
import { quoteIdentifier } from '../lake/open-duckdb.ts'
import {
  type CheckedTable,
  type PlannedCheck,
  refuseTooMany,
  ruleColumn,
  runsFor,
  type SqlRunner,
  scan,
} from './checked-table.ts'
import type { NamedRows } from './named-rows.ts'
import { createSuspects, type KeySql, type Suspects } from './shared-digests.ts'
import { countKeys, eachRowOf, rowsOf, wholeKeyOf } from './whole-keys.ts'

function keySql({ columns }: PlannedCheck, { rowsOfRun }: SqlRunner): KeySql {
  const names = columns.map(quoteIdentifier)
  const list = names.join(', ')
  const present = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
  const digest = `(hash(${list}) >> ${64 - 2 * rowsOfRun.digestBits})`
  return { columns: list, present, digest }
}

/**
 * Fills the table `candidates` with the suspected rows, a part of them at a time, and calls `use` each
 * time; rows of one key are always together. `columns`: which of the table's are needed.
 */
async function eachCandidates(
  sql: SqlRunner,
  table: CheckedTable,
  check: PlannedCheck,
  suspects: Suspects,
  columns: string,
  use: () => Promise<void>,
): Promise<void> {
  const { present, digest } = keySql(check, sql)
  const runs = runsFor(suspects.rows, sql.rowsOfRun.compared)
  for (let run = 0; run < runs; run++) {
    await sql.run(`CREATE OR REPLACE TABLE candidates AS
      SELECT "its part", "its row", ${columns} FROM (
        SELECT *, ${digest} AS "its digest" FROM ${scan(table)}
        WHERE ${present} AND ${digest} % ${runs} = ${run}) AS suspected
      SEMI JOIN suspects ON "its digest" = suspects.digest`)
    await use()
  }
  await sql.run('DROP TABLE IF EXISTS candidates')
}

/** Rows of the table `candidates` whose key another one of them has too. */
function sharedKeys(sql: SqlRunner, check: PlannedCheck): string {
  const { columns } = keySql(check, sql)
  return `candidates SEMI JOIN (SELECT ${columns} FROM candidates GROUP BY ${columns}
    HAVING count(*) > 1) AS shared USING (${columns})`
}

/** Rows whose key another row has too. */
export async function countDuplicated(
  sql: SqlRunner,
  table: CheckedTable,
  check: PlannedCheck,
): Promise<number> {
  if (table.parts.length === 0) return 0
  const [column] = check.columns
  const key = check.columns.length === 1 ? await wholeKeyOf(sql, table, column ?? '') : null
  if (key !== null) {
    const { rows, keys, repeatedKeys } = await countKeys(sql, rowsOf(table), key)
    return rows - keys + repeatedKeys
  }
  const suspects = await createSuspects(sql, table, keySql(check, sql))
  let count = 0
  if (suspects.rows > 0) {
    await eachCandidates(sql, table, check, suspects, keySql(check, sql).columns, async () => {
      const [row] = await sql.rows(`SELECT count(*) FROM ${sharedKeys(sql, check)}`)
      count += Number(row?.[0])
    })
  }
  return count
}

/** What names rows: counts them, and refuses the load where they are too many. */
function openNaming(table: CheckedTable, named: NamedRows, code: number) {
  let count = 0
  return {
    get count() {
      return count
    },
    add(part: number, row: number): void {
      refuseTooMany(table, ++count)
      named.add(part, row, code)
    },
  }
}

type Naming = ReturnType<typeof openNaming>

/** By a bit each: true when all is done, false where rows must be compared. */
async function nameByBits(
  sql: SqlRunner,
  table: CheckedTable,
  column: string,
  naming: Naming,
): Promise<boolean> {
  const key = await wholeKeyOf(sql, table, column)
  if (key === null) return false
  const { rows, keys, repeatedKeys, repeated } = await countKeys(sql, rowsOf(table), key)
  if (repeatedKeys === 0) return true
  // Of the rows of a key all but one are refused, identical or not.
  refuseTooMany(table, rows - keys)
  if (table.duplicates === 'keep_identical') return false
  refuseTooMany(table, rows - keys + repeatedKeys)
  await eachRowOf(sql, table, key, repeated, naming.add)
  return true
}

/** Of rows equal in every column all but the first are copies; the rest of a key may still differ. */
async function nameIdentical(
  sql: SqlRunner,
  table: CheckedTable,
  check: PlannedCheck,
  suspects: Suspects,
  differing: Naming,
  copies: Naming,
): Promise<void> {
  const { columns } = keySql(check, sql)
  const every = [patientIdColumn, ...table.contract.columns.map(({ name }) => name)]
  const landed = every.filter((name) => table.columnTypes.has(name)).map(quoteIdentifier)
  const query = `WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY ${landed.join(', ')}
        ORDER BY "its part", "its row") AS "its copy"
      FROM ${sharedKeys(sql, check)}),
    counted AS (
      SELECT *, count(*) FILTER ("its copy" = 1) OVER (PARTITION BY ${columns}) AS "rows of key"
      FROM numbered)
    SELECT "its part", "its row", ("rows of key" > 1 AND "its copy" = 1)::UINTEGER FROM counted
    WHERE "rows of key" > 1 OR "its copy" > 1`
  await eachCandidates(sql, table, check, suspects, landed.join(', '), async () => {
    for await (const { rowCount, columns: found } of sql.numbers(query)) {
      const [parts, rows, isDiffering] = found
      for (let i = 0; i < rowCount; i++) {
        const naming = isDiffering?.getItem(i) === 1 ? differing : copies
        naming.add(parts?.getItem(i) ?? -1, rows?.getItem(i) ?? -1)
      }
      refuseTooMany(table, differing.count + copies.count)
    }
  })
}

/**
 * Names every row of a duplicated key; returns how many. With `keep_identical`: of rows equal in every
 * column all but the first, as identical_duplicate and not counted, and the rows of keys that still have
 * two. `index`: place of the check among those of the table.
 */
export async function nameDuplicatedRows(
  sql: SqlRunner,
  table: CheckedTable,
  check: PlannedCheck,
  index: number,
  named: NamedRows,
): Promise<number> {
  if (table.parts.length === 0) return 0
  const rule = check.kind === 'unique' ? 'unique' : 'one_row_per_patient'
  const [column, ...others] = check.columns
  const code = named.codeOf({ rule, column: ruleColumn(check) }, index)
  const naming = openNaming(table, named, code)
  if (column !== undefined && others.length === 0) {
    if (await nameByBits(sql, table, column, naming)) return naming.count
  }
  const suspects = await createSuspects(sql, table, keySql(check, sql))
  if (suspects.rows === 0) return 0
  refuseTooMany(table, suspects.rows - suspects.digests)
  if (table.duplicates === 'keep_identical') {
    const copy = named.codeOf({ rule: 'identical_duplicate', column: null }, index)
    await nameIdentical(sql, table, check, suspects, naming, openNaming(table, named, copy))
    return naming.count
  }
  await eachCandidates(sql, table, check, suspects, keySql(check, sql).columns, async () => {
    const query = `SELECT "its part", "its row" FROM ${sharedKeys(sql, check)}`
    for await (const { rowCount, columns } of sql.numbers(query)) {
      const [parts, rows] = columns
      for (let i = 0; i < rowCount; i++) {
        naming.add(parts?.getItem(i) ?? -1, rows?.getItem(i) ?? -1)
      }
    }
  })
  return naming.count
}
