// Where the refused rows of a patients table lie: in the quarantine of this run, or, for a table that is
// carried over, in that of the run that loaded it. Those are read only where the project still reads that
// extract as it was read then, which the identity of every batch proves; otherwise the reason is told.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedFile } from '../contracts/batch-task.ts'
import { isLandingError } from '../contracts/errors.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import type { ManifestTable } from '../contracts/snapshot-manifest.ts'
import { readLedger } from '../lake/ledger.ts'
import { batchIdentity } from './batch-identity.ts'
import type { OpenLoad } from './open-load.ts'
import { type PlannedTable, planTable } from './plan-load.ts'
import type { RefusedFile, RefusedRecords } from './refused-patients.ts'
import type { LandedTable } from './settle-tables.ts'

function refusedFile(
  { mapping, plan }: PlannedTable,
  { fieldCount, selected }: PlannedFile,
  path: string,
  rows: number,
): RefusedFile {
  const [patientColumn] = plan.columns
  if (patientColumn === undefined) throw new Error('a plan has the patient column first')
  return { path, rows, dialect: mapping.source.dialect, fieldCount, selected, patientColumn }
}

/** The refused rows of a table that this run has landed. */
export function recordsOfLanded({ planned, batches }: LandedTable): RefusedRecords {
  const files = batches.flatMap(({ quarantinePath, file, result }) =>
    quarantinePath === null ? [] : [refusedFile(planned, file, quarantinePath, result.rejected)],
  )
  return { files, reason: null }
}

const unknown = (reason: string): RefusedRecords => ({ files: null, reason })

async function planAsNow(open: OpenLoad, table: string): Promise<PlannedTable | null> {
  const mapping = open.project.tables.find((one) => one.table === table)
  const contract = open.contracts.get(table)
  if (mapping === undefined || contract === undefined) return null
  return planTable(open.project, mapping, contract, open.today, open.deviations).catch(
    (error: unknown) => {
      if (!isLandingError(error)) throw error
      return null
    },
  )
}

/** The refused rows of a table that is carried over from the run that loaded it. */
export async function recordsOfCarried(
  open: OpenLoad,
  table: string,
  entry: ManifestTable,
): Promise<RefusedRecords> {
  if (entry.rejected === 0) return { files: [], reason: null }
  const { run } = entry
  const ledger = await readLedger(open.lake, run).catch((error: unknown) => {
    if (!isLandingError(error)) throw error
    return null
  })
  const planned = await planAsNow(open, table)
  if (ledger === null) return unknown(`the ledger of run ${run} cannot be read`)
  if (planned === null) return unknown(`the extract of ${table} is not at hand`)
  const firstPasses = new Map<string, LedgerBatchLine>()
  for (const line of ledger.lines) {
    if (line.event === 'batch' && line.table_refusals === 0) firstPasses.set(line.batch, line)
  }
  const files: RefusedFile[] = []
  for (const { batch, table: name, file, result, quarantine } of ledger.batches.values()) {
    if (name !== table || quarantine === null) continue
    const first = firstPasses.get(batch)
    const now = planned.files.find((one) => one.file.name === file)?.file
    const identity =
      first === undefined || now === undefined
        ? null
        : batchIdentity(planned.digest, now, first.result, null)
    if (now === undefined || identity === null || identity !== first?.identity) {
      return unknown(`${table} is not read as it was in run ${run}`)
    }
    const path = join(open.lake.quarantineTable(run, table), quarantine)
    if (!existsSync(path)) return unknown(`the quarantine of run ${run} is gone`)
    files.push(refusedFile(planned, now, path, result.rejected))
  }
  return { files, reason: null }
}
