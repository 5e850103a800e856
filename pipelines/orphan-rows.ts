// Rows whose patient is not among those that stay, told apart by why: the patient's own row was refused,
// or the extract never had one. All children of a patients table are asked together, so that one cause
// can be summed over them.
import { limits } from '../config/limits.ts'
import type { Cascade } from '../contracts/check-outcome.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import { patientIdColumn } from '../contracts/table-contract.ts'
import { quoteText } from '../lake/open-duckdb.ts'
import {
  boundedRows,
  type CheckedTable,
  listOf,
  type RefusedRow,
  refusedRows,
  type SqlRunner,
  scan,
} from './checked-table.ts'
import { createRefusedPatients, type RefusedRecords } from './refused-patients.ts'

export interface Orphans {
  readonly rows: RefusedRow[]
  readonly cascade: Cascade | null
  /** What should be known about the causes, for every child that has orphans. */
  readonly notice: string | null
}

/** Table `gone`: rows that are refused already, of the patients and of their children. */
async function createGone(
  sql: SqlRunner,
  tables: readonly CheckedTable[],
  refused: readonly RefusedRow[],
): Promise<void> {
  await sql.run(`CREATE OR REPLACE TEMP TABLE gone
    (filename VARCHAR, file_row_number BIGINT, "column" VARCHAR, rule VARCHAR)`)
  const byName = new Map(tables.map((table) => [table.contract.id, table]))
  const values: string[] = []
  const flush = async (): Promise<void> => {
    if (values.length > 0) await sql.run(`INSERT INTO gone VALUES ${values.join(', ')}`)
    values.length = 0
  }
  for (const { table, part, row, rule, column } of refused) {
    const path = byName.get(table)?.parts[part]
    if (path === undefined) continue
    const name = column === null ? 'NULL' : quoteText(column)
    values.push(`(${quoteText(path)}, ${row}, ${name}, ${quoteText(rule)})`)
    if (values.length >= 10_000) await flush()
  }
  await flush()
}

/** Tables `existing`, the patients that stay, and `orphans`, the rows of others. */
async function createOrphans(
  sql: SqlRunner,
  patients: CheckedTable,
  children: readonly CheckedTable[],
): Promise<void> {
  const source = patients.parts.length > 0 ? patients.parts : (children[0]?.parts ?? [])
  const staying =
    patients.parts.length > 0 ? 'ANTI JOIN gone USING (filename, file_row_number)' : 'WHERE false'
  await sql.run(`CREATE OR REPLACE TEMP TABLE existing AS
    SELECT DISTINCT ${patientIdColumn} FROM ${scan(source)} ${staying}`)
  await sql.run(`CREATE OR REPLACE TEMP TABLE orphans AS
    SELECT 0 AS child, '' AS filename, 0::BIGINT AS file_row_number, ${patientIdColumn}
    FROM existing WHERE false`)
  // A row that fails a key as well counts under the key; a copy that is dropped counts here.
  const first = Object.entries(ruleDefinitions)
    .filter(([, { number }]) => number < ruleDefinitions.patient_exists.number)
    .map(([name]) => quoteText(name))
  for (const [child, { parts }] of children.entries()) {
    await sql.run(`INSERT INTO orphans
      SELECT ${child}, filename, file_row_number, ${patientIdColumn} FROM ${scan(parts)}
      ANTI JOIN existing USING (${patientIdColumn})
      ANTI JOIN (FROM gone WHERE rule IN (${first.join(', ')})) USING (filename, file_row_number)`)
  }
}

/** The cascade of a patients table from `orphans` and `refused_patients`; null where there is none. */
async function readCascade(
  sql: SqlRunner,
  patients: CheckedTable,
  children: readonly CheckedTable[],
): Promise<Cascade | null> {
  const explained = 'orphans SEMI JOIN refused_patients USING (patient_id)'
  const counts = await sql.rows(
    `SELECT child, count(*) FROM ${explained} GROUP BY child ORDER BY count(*) DESC, child`,
  )
  if (counts.length === 0) return null
  const [people] = await sql.rows(`SELECT count(DISTINCT patient_id) FROM ${explained}`)
  const rules = await sql.rows(
    `SELECT "column", rule, count(DISTINCT patient_id) FROM refused_patients
     SEMI JOIN orphans USING (patient_id)
     GROUP BY ALL ORDER BY count(DISTINCT patient_id) DESC, "column", rule`,
  )
  const tables = counts.map(([child, rows]) => {
    return [children[Number(child)]?.contract.id ?? '', Number(rows)] as const
  })
  return {
    cause: patients.contract.id,
    patients: Number(people?.[0]),
    rows: tables.reduce((total, [, rows]) => total + rows, 0),
    tables: Object.fromEntries(tables),
    rules: rules.map(([column, rule, count]) => ({
      column: column === null ? null : String(column),
      rule: String(rule) as RuleName,
      patients: Number(count),
    })),
  }
}

async function rowsOf(
  sql: SqlRunner,
  children: readonly CheckedTable[],
  isExplained: boolean,
): Promise<RefusedRow[]> {
  const rows: RefusedRow[] = []
  for (const [child, table] of children.entries()) {
    const cause = isExplained ? `patient_id IN (SELECT patient_id FROM refused_patients)` : 'false'
    const query = `SELECT filename, file_row_number, ${cause} FROM orphans WHERE child = ${child}`
    const found = await boundedRows(sql, table, query)
    const explained = found.filter((row) => row[2] === true)
    const plain = found.filter((row) => row[2] !== true)
    for (const row of refusedRows(explained, table, 'patient_exists', patientIdColumn)) {
      rows.push({ ...row, patientRefused: true })
    }
    for (const row of refusedRows(plain, table, 'patient_exists', patientIdColumn)) rows.push(row)
  }
  return rows
}

/** Rows of the children whose patient does not stay, and which of them a refused patient explains. */
export async function orphanRows(
  sql: SqlRunner,
  patients: CheckedTable,
  asked: readonly CheckedTable[],
  refused: readonly RefusedRow[],
  readRecords: (patients: CheckedTable) => Promise<RefusedRecords>,
): Promise<Orphans> {
  const children = asked.filter(({ parts }) => parts.length > 0)
  const none = { rows: [], cascade: null, notice: null }
  if (children.length === 0) return none
  await createGone(sql, [patients, ...children], refused)
  await createOrphans(sql, patients, children)
  const [count] = await sql.rows('SELECT count(*) FROM orphans')
  if (Number(count?.[0]) === 0) return none
  const records = await readRecords(patients)
  const total = (records.files ?? []).reduce((sum, { rows }) => sum + rows, 0)
  const { id } = patients.contract
  let unknown = records.reason
  if (total > limits.cascadeRefusalsMax) {
    unknown = `${id} has more than ${limits.cascadeRefusalsMax} refused rows`
  }
  if (records.files === null || unknown !== null) {
    const notice = `why patients are missing was not worked out: ${unknown}`
    return { rows: await rowsOf(sql, children, false), cascade: null, notice }
  }
  const unreadable = await createRefusedPatients(sql, patients, records.files)
  const cascade = await readCascade(sql, patients, children)
  const rows = await rowsOf(sql, children, cascade !== null)
  const name = unreadable === 1 ? '1 refused row' : `${unreadable} refused rows`
  const notice =
    unreadable === 0
      ? null
      : `no patient can be read in ${name} of ${id}: what they explain is not known`
  return { rows, cascade, notice }
}

/** Rows whose patient is not in the patients table. */
export async function countOrphans(
  sql: SqlRunner,
  table: CheckedTable,
  patients: CheckedTable,
): Promise<number> {
  if (table.parts.length === 0) return 0
  const existing = `(SELECT ${patientIdColumn} FROM read_parquet(${listOf(patients.parts)}))`
  const join =
    patients.parts.length === 0 ? '' : `ANTI JOIN ${existing} AS known USING (${patientIdColumn})`
  const [row] = await sql.rows(
    `SELECT count(*) FROM read_parquet(${listOf(table.parts)}) AS rows_of ${join}`,
  )
  return Number(row?.[0])
}
