// Who the refused patients are: their rows are in quarantine only, as raw records, and are read again
// with the source's own record splitter and the slow reference of the patient column. Ids go into a
// table of the checks' own database and nowhere else.
import { limits } from '../config/limits.ts'
import type { CsvDialect } from '../contracts/extract.ts'
import { quoteText } from '../lake/open-duckdb.ts'
import { splitRecord } from '../sources/csv/split-record.ts'
import { readText } from '../transforms/reference/read-text.ts'
import { readValue } from '../transforms/reference/read-value.ts'
import type { ColumnPlan } from '../transforms/table-plan.ts'
import { type CheckedTable, type SqlRunner, scan } from './checked-table.ts'

/** The refused rows of a table and what is needed to read them; or why they cannot be read. */
export type RefusedRecords =
  | { readonly files: readonly RefusedFile[]; readonly reason: null }
  | { readonly files: null; readonly reason: string }

export interface RefusedFile {
  /** Absolute path of the quarantine file, and its rows. */
  readonly path: string
  readonly rows: number
  readonly dialect: CsvDialect
  readonly fieldCount: number
  readonly selected: readonly number[]
  readonly patientColumn: ColumnPlan
}

const chunkRows = 10_000

/** The patient of a refused record: null where it has none, undefined where it cannot be read. */
function patientOf(record: Uint8Array | null, file: RefusedFile): string | null | undefined {
  if (record === null) return undefined
  const fields = splitRecord(record, file.dialect, file.fieldCount, file.selected)
  const field = fields?.[file.patientColumn.field]
  if (field === undefined) return undefined
  const reading = readText(file.patientColumn, field)
  if (reading.kind !== 'text') return null
  const value = readValue(file.patientColumn, reading.text)?.value
  return value === undefined ? null : String(value)
}

const sqlText = (text: unknown): string => (text === null ? 'NULL' : quoteText(String(text)))

async function insertRows(sql: SqlRunner, rows: readonly string[]): Promise<void> {
  for (let start = 0; start < rows.length; start += chunkRows) {
    const values = rows.slice(start, start + chunkRows).join(', ')
    await sql.run(`INSERT INTO refused_patients VALUES ${values}`)
  }
}

/**
 * Fills the table `refused_patients` (patient_id, column, rule): patients of refused records, and those
 * whose rows are in the table `gone`. Returns the refused records in which no patient can be read.
 */
export async function createRefusedPatients(
  sql: SqlRunner,
  patients: CheckedTable,
  files: readonly RefusedFile[],
): Promise<number> {
  const isWhole = patients.columnTypes.get('patient_id') === 'int64'
  await sql.run(`CREATE OR REPLACE TABLE refused_patients
    (patient_id ${isWhole ? 'BIGINT' : 'VARCHAR'}, "column" VARCHAR, rule VARCHAR)`)
  if (patients.parts.length > 0) {
    await sql.run(`INSERT INTO refused_patients
      SELECT patient_id, gone_reasons."column", gone_reasons.rule FROM ${scan(patients)} AS own
      JOIN gone ON "its part" = gone.part AND "its row" = gone.row
      JOIN gone_reasons ON gone.reason = gone_reasons.reason
      WHERE gone_reasons.rule <> 'identical_duplicate'`)
  }
  let unreadable = 0
  for (const file of files) {
    const record = `CASE WHEN octet_length(raw_record) <= ${limits.cascadeRecordBytesMax}
      THEN raw_record END`
    // A copy that was dropped is not a patient that was refused.
    const query = `SELECT "column", rule, ${record} FROM read_parquet(${quoteText(file.path)})
      WHERE rule <> 'identical_duplicate'`
    for await (const rows of sql.chunks(query)) {
      const values: string[] = []
      for (const [column, rule, raw] of rows) {
        const bytes = (raw as { bytes: Uint8Array } | null)?.bytes ?? null
        const id = patientOf(bytes, file)
        if (id === undefined) unreadable++
        else if (id !== null) {
          values.push(`(${isWhole ? id : sqlText(id)}, ${sqlText(column)}, ${sqlText(rule)})`)
        }
      }
      await insertRows(sql, values)
    }
  }
  return unreadable
}
