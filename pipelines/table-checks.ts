// Questions over a whole table, asked of the candidate snapshot with DuckDB, which spills to disk:
// unique keys, one row per patient, patients that exist. The answer names rows as (part file, row in
// it); the caller lands the batches of those rows again with the rows refused.
import { limits } from '../config/limits.ts'
import { LandingError } from '../contracts/errors.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import { patientIdColumn, type TableContract } from '../contracts/table-contract.ts'

/** The part of a DuckDB connection that table checks need. */
export interface SqlRunner {
  /** Rows as arrays of plain values; bigint for 64-bit integers. */
  rows(sql: string): Promise<unknown[][]>
  run(sql: string): Promise<void>
}

export interface CheckedTable {
  readonly contract: TableContract
  readonly duplicates: 'refuse' | 'keep_identical'
  /** Absolute paths of the parts, in the order of the extract. */
  readonly parts: readonly string[]
  /** False: rows of an earlier snapshot that this load does not replace. */
  readonly loaded: boolean
}

/** A row that a table check refuses. */
export interface RefusedRow {
  readonly table: string
  /** Index into the table's parts, and row in that part from 0. */
  readonly part: number
  readonly row: number
  readonly rule: RuleName
  readonly column: string | null
}

export interface SkippedCheck {
  readonly table: string
  readonly check: string
  readonly reason: string
}

/** The keys that must be unique in a table: of the contract's rows, columns and checks. */
export function uniqueKeys(contract: TableContract): UniqueKey[] {
  const keys: UniqueKey[] = []
  for (const column of contract.columns) {
    if (column.constraints.some((constraint) => constraint.kind === 'unique')) {
      keys.push({ rule: 'unique', columns: [column.name] })
    }
  }
  for (const check of contract.checks) {
    if (check.kind === 'unique') keys.push({ rule: 'unique', columns: check.columns })
  }
  if (contract.rows === 'one_per_patient') {
    keys.push({ rule: 'one_row_per_patient', columns: [patientIdColumn] })
  }
  return keys
}

export interface UniqueKey {
  readonly rule: 'unique' | 'one_row_per_patient'
  readonly columns: readonly string[]
}

/** True when the contract asks any question that needs the whole table. */
export function hasTableChecks(contract: TableContract): boolean {
  return (
    uniqueKeys(contract).length > 0 ||
    contract.checks.some((check) => check.kind === 'patient_exists')
  )
}

/** Runs every table check of every table; a row appears once, under its first failing rule. */
export async function findRefusedRows(
  sql: SqlRunner,
  tables: readonly CheckedTable[],
): Promise<{ refused: RefusedRow[]; skipped: SkippedCheck[] }> {
  const refused = new Map<string, RefusedRow>()
  const skipped: SkippedCheck[] = []
  for (const table of tables) {
    for (const key of uniqueKeys(table.contract)) {
      addFirst(refused, await duplicatedRows(sql, table, key))
    }
  }
  // The temporary table of existing patients serves every table of a namespace.
  const prepared = new Set<CheckedTable>()
  for (const table of tables) {
    if (!table.contract.checks.some((check) => check.kind === 'patient_exists')) continue
    const patients = tables.find(({ contract }) => isPatientsTable(contract, table.contract))
    if (patients === undefined) {
      const reason = `no ${table.contract.namespace}/patients table is landed`
      skipped.push({ table: table.contract.id, check: 'patient_exists', reason })
    } else {
      if (!prepared.has(patients)) {
        await createExistingPatients(sql, patients, [...refused.values()])
        prepared.clear()
        prepared.add(patients)
      }
      addFirst(refused, await orphanRows(sql, table, patients))
    }
  }
  const order = [...refused.values()].sort(
    (a, b) => a.table.localeCompare(b.table) || a.part - b.part || a.row - b.row,
  )
  return { refused: order, skipped }
}

function isPatientsTable(candidate: TableContract, child: TableContract): boolean {
  return candidate.table === 'patients' && candidate.namespace === child.namespace
}

function addFirst(refused: Map<string, RefusedRow>, rows: readonly RefusedRow[]): void {
  for (const row of rows) {
    const key = `${row.table}\u0000${row.part}\u0000${row.row}`
    const other = refused.get(key)
    if (
      other === undefined ||
      ruleDefinitions[row.rule].number < ruleDefinitions[other.rule].number
    ) {
      refused.set(key, row)
    }
  }
}

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

const listOf = (parts: readonly string[]): string => `[${parts.map(quoteText).join(', ')}]`

/** The rows of a table with `filename` and `file_row_number` (from 0) beside their columns. */
function scan(parts: readonly string[]): string {
  return `read_parquet(${listOf(parts)}, filename = true, file_row_number = true)`
}

async function duplicatedRows(
  sql: SqlRunner,
  table: CheckedTable,
  key: UniqueKey,
): Promise<RefusedRow[]> {
  if (table.parts.length === 0) return []
  const columns = key.columns.map(quoteName).join(', ')
  const notNull = key.columns.map((column) => `${quoteName(column)} IS NOT NULL`).join(' AND ')
  await sql.run(`CREATE OR REPLACE TEMP TABLE duplicated AS
    SELECT ${columns} FROM read_parquet(${listOf(table.parts)}) WHERE ${notNull}
    GROUP BY ${columns} HAVING count(*) > 1`)
  const [count] = await sql.rows('SELECT count(*) FROM duplicated')
  if (Number(count?.[0]) === 0) return []
  const duplicated = `${scan(table.parts)} SEMI JOIN duplicated USING (${columns})`
  const column = key.rule === 'unique' && key.columns.length === 1 ? (key.columns[0] ?? null) : null
  if (table.duplicates === 'refuse') {
    const query = `SELECT filename, file_row_number FROM ${duplicated}`
    return refusedRows(await boundedRows(sql, table, query), table, key.rule, column)
  }
  // Of rows equal in every column the first is kept; a key that still has two rows is refused whole.
  // Names of contract columns have no spaces: ours cannot be one of them.
  const every = [patientIdColumn, ...table.contract.columns.map(({ name }) => name)]
  const query = `WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY ${every.map(quoteName).join(', ')}
        ORDER BY list_position(${listOf(table.parts)}, filename), file_row_number) AS "its copy"
      FROM ${duplicated}),
    counted AS (
      SELECT *, count(*) FILTER ("its copy" = 1) OVER (PARTITION BY ${columns}) AS "rows of key"
      FROM numbered)
    SELECT filename, file_row_number, "rows of key" > 1 AND "its copy" = 1 FROM counted
    WHERE "rows of key" > 1 OR "its copy" > 1`
  const rows = await boundedRows(sql, table, query)
  return [
    ...refusedRows(
      rows.filter((row) => row[2] === true),
      table,
      key.rule,
      column,
    ),
    ...refusedRows(
      rows.filter((row) => row[2] !== true),
      table,
      'identical_duplicate',
      null,
    ),
  ]
}

async function orphanRows(
  sql: SqlRunner,
  table: CheckedTable,
  patients: CheckedTable,
): Promise<RefusedRow[]> {
  if (table.parts.length === 0) return []
  const orphans =
    patients.parts.length === 0 ? '' : `ANTI JOIN existing USING (${quoteName(patientIdColumn)})`
  const query = `SELECT filename, file_row_number FROM ${scan(table.parts)} ${orphans}`
  const rows = await boundedRows(sql, table, query)
  return refusedRows(rows, table, 'patient_exists', patientIdColumn)
}

/** Table `existing`: the patients that stay once the refused rows of their table are gone. */
async function createExistingPatients(
  sql: SqlRunner,
  patients: CheckedTable,
  refused: readonly RefusedRow[],
): Promise<void> {
  if (patients.parts.length === 0) return
  await sql.run('CREATE OR REPLACE TEMP TABLE gone (filename VARCHAR, file_row_number BIGINT)')
  const gone = refused.filter(({ table }) => table === patients.contract.id)
  const chunkRows = 10_000
  for (let start = 0; start < gone.length; start += chunkRows) {
    const chunk = gone.slice(start, start + chunkRows)
    const values = chunk.map(
      ({ part, row }) => `(${quoteText(patients.parts[part] ?? '')}, ${row})`,
    )
    await sql.run(`INSERT INTO gone VALUES ${values.join(', ')}`)
  }
  await sql.run(`CREATE OR REPLACE TEMP TABLE existing AS
    SELECT DISTINCT ${quoteName(patientIdColumn)} FROM ${scan(patients.parts)}
    ANTI JOIN gone USING (filename, file_row_number)`)
}

async function boundedRows(
  sql: SqlRunner,
  table: CheckedTable,
  query: string,
): Promise<unknown[][]> {
  const rows = await sql.rows(`${query} LIMIT ${limits.tableRefusalsMax + 1}`)
  if (rows.length > limits.tableRefusalsMax) {
    throw new LandingError(
      'reject_ceiling_breached',
      `${table.contract.id}: a table check refuses more than ${limits.tableRefusalsMax} rows`,
    )
  }
  return rows
}

function refusedRows(
  rows: readonly unknown[][],
  table: CheckedTable,
  rule: RuleName,
  column: string | null,
): RefusedRow[] {
  const partIndexes = new Map(table.parts.map((part, index) => [part, index]))
  return rows.map(([filename, row]) => {
    const part = partIndexes.get(String(filename))
    if (part === undefined) throw new Error('a table check named a file that is not a part')
    return { table: table.contract.id, part, row: Number(row), rule, column }
  })
}
