// One snapshot names patients in one way: tables of whole numbers beside tables of texts could not be
// joined, and comparing them would fail on a value.
import { LandingError } from '../contracts/errors.ts'
import { patientIdColumn } from '../contracts/table-contract.ts'
import type { ReadManifest } from '../lake/manifest.ts'
import type { PlannedTable } from './plan-load.ts'

interface LoadBesides {
  readonly previous: ReadManifest | null
}

/** Refuses a load beside carried tables whose patient_id has another type (carried_table_refused). */
export function refuseMixedPatientIds(
  { previous }: LoadBesides,
  planned: readonly PlannedTable[],
): void {
  const [own] = planned.flatMap(({ plan }) => plan.parquetColumns[0] ?? [])
  if (previous === null || own === undefined) return
  const loaded = new Set(planned.map(({ contract }) => contract.id))
  for (const [table, { columns }] of Object.entries(previous.manifest.tables)) {
    const carried = columns.find(({ name }) => name === patientIdColumn)
    if (loaded.has(table) || carried === undefined || carried.parquet === own.type) continue
    throw new LandingError(
      'carried_table_refused',
      `${table} is not part of this load, and its ${patientIdColumn} is of type ` +
        `${carried.parquet}, not ${own.type}`,
      { remedy: `Load it too, or load into a lake of its own. Nothing was published.` },
    )
  }
}
