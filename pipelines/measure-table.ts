// What the checks that name no rows need to know of a table, measured over the rows that would be
// published: one pass over its parts for all its nulls and months, and a count for each check that warns.
import { quoteIdentifier } from '../lake/open-duckdb.ts'
import {
  type CheckedTable,
  isKeyCheck,
  listOf,
  missingColumn,
  namesRows,
  type PlannedCheck,
  patientsOf,
  type SqlRunner,
} from './checked-table.ts'
import { countDuplicated } from './duplicated-rows.ts'
import { countOrphans } from './orphan-rows.ts'

export interface Measurement {
  /** Rows without a value, by column. */
  readonly nulls: ReadonlyMap<string, number>
  /** Months with a row, by column: year × 12 + month − 1, ascending. */
  readonly months: ReadonlyMap<string, readonly number[]>
  /** Rows that fail a check of severity warn. */
  readonly failing: ReadonlyMap<PlannedCheck, number>
}

/** True where a check of the table needs to be measured with DuckDB. */
export function needsMeasuring({ checks }: CheckedTable): boolean {
  return checks.some(
    (check) =>
      check.kind === 'coverage' ||
      check.kind === 'null_share' ||
      (namesRows(check) && check.severity === 'warn'),
  )
}

/** Columns that checks of a kind are about, as far as they landed (as dates, for coverage). */
function columnsOf(table: CheckedTable, kind: PlannedCheck['kind']): string[] {
  const names = table.checks.flatMap((check) => (check.kind === kind ? check.columns : []))
  return [...new Set(names)].filter((name) => {
    const type = table.columnTypes.get(name)
    return kind === 'coverage' ? type === 'date' : type !== undefined
  })
}

async function measureColumns(
  sql: SqlRunner,
  table: CheckedTable,
): Promise<Pick<Measurement, 'nulls' | 'months'>> {
  const counted = columnsOf(table, 'null_share')
  const dated = columnsOf(table, 'coverage')
  const isEmpty = table.parts.length === 0
  if (isEmpty || counted.length + dated.length === 0) {
    return {
      nulls: new Map(counted.map((name) => [name, 0])),
      months: new Map(dated.map((name) => [name, []])),
    }
  }
  const month = (name: string): string => `year(${name}) * 12 + month(${name}) - 1`
  const selected = [
    ...counted.map((name) => `count(*) - count(${quoteIdentifier(name)})`),
    ...dated.map(quoteIdentifier).map((name) => {
      const distinct = `list(DISTINCT ${month(name)}) FILTER (WHERE ${name} IS NOT NULL)`
      return `array_to_string(list_sort(${distinct}), ',')`
    }),
  ]
  const query = `SELECT ${selected.join(', ')} FROM read_parquet(${listOf(table.parts)})`
  const [row = []] = await sql.rows(query)
  const listed = (text: unknown): number[] =>
    text === null || text === '' ? [] : String(text).split(',').map(Number)
  return {
    nulls: new Map(counted.map((name, index) => [name, Number(row[index])])),
    months: new Map(dated.map((name, index) => [name, listed(row[counted.length + index])])),
  }
}

/** Measures a table; `tables` are all of the candidate snapshot, with the parts to be published. */
export async function measureTable(
  sql: SqlRunner,
  table: CheckedTable,
  tables: readonly CheckedTable[],
): Promise<Measurement> {
  const failing = new Map<PlannedCheck, number>()
  for (const check of table.checks) {
    if (check.severity !== 'warn' || missingColumn(table, check) !== null) continue
    if (isKeyCheck(check)) failing.set(check, await countDuplicated(sql, table, check))
    if (check.kind !== 'patient_exists') continue
    const patients = patientsOf(tables, table)
    if (patients !== undefined) failing.set(check, await countOrphans(sql, table, patients))
  }
  return { ...(await measureColumns(sql, table)), failing }
}
