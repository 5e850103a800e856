// The digest of all that made a batch: slice, contract, mapping, dialect, deviations in force, refusals
// of table checks and the revision of kernels and encoder. A batch of an earlier run is taken over only
// when it is equal.
import { createHash } from 'node:crypto'
import type { FutureDates, PlannedFile, TableRefusals } from '../contracts/batch-task.ts'
import type { Deviation } from '../contracts/deviation.ts'
import type { Project, TableMapping } from '../contracts/extract.ts'
import type { SliceSummary } from '../contracts/stage.ts'
import type { TableContract } from '../contracts/table-contract.ts'

/** Raise it whenever the same slice could come out differently: kernels, scanner, encoder. */
export const landingRevision = 2

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/** What of an entry changes the rows that land: not its ceiling, nor its prose or its dates. */
function essence(entry: Deviation): unknown[] {
  const { id, columns, rule, kind, failing, values, minimum, maximum, first, last } = entry
  return [id, columns, rule, kind, failing, values, minimum, maximum, first, last, entry.formats]
}

/**
 * Digest of what turns the slices of one table into part files, the slices themselves left out.
 * `deviations` are those in force for the table.
 */
export function planDigest(
  project: Project,
  mapping: TableMapping,
  contract: TableContract,
  deviations: readonly Deviation[],
): string {
  const { dialect } = mapping.source
  return digestOf([
    landingRevision,
    contract.id,
    contract.digest,
    project.patientIdType,
    project.compression,
    project.dictionary,
    dialect,
    mapping.columns,
    // Without deviations the digest is what it was before there were any.
    ...(deviations.length === 0 ? [] : [deviations.map(essence)]),
  ])
}

/** Digest of the rows that table checks refuse in a batch; null for none. */
export function refusalsDigest(refusals: TableRefusals | null): string | null {
  if (refusals === null) return null
  const { ordinals, places, reasons } = refusals
  const hash = createHash('sha256').update(JSON.stringify(reasons))
  for (const { buffer, byteOffset, byteLength } of [ordinals, places]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}

/**
 * Digest of one batch: equal digests mean equal part files, row for row. Where the day of the load
 * decides over rows, the number of dates in the future stands for it: of the same bytes, equally
 * many are the same ones. So a load of the same data on another day is found to change nothing.
 * `refusals`: their digest.
 */
export function batchIdentity(
  plan: string,
  file: PlannedFile,
  result: {
    readonly slice: Pick<SliceSummary, 'start' | 'end' | 'fingerprint'>
    readonly futureDates: FutureDates | null
  },
  refusals: string | null,
): string {
  const { slice, futureDates } = result
  return digestOf([
    plan,
    file.name,
    file.fieldCount,
    file.selected,
    slice.start,
    slice.end,
    slice.fingerprint,
    // Without refusals the digest is what it was when they were listed in it.
    refusals ?? [],
    ...(futureDates === null ? [] : [futureDates.count]),
  ])
}

/** Is what a batch came to on the day of its load still so today, or not a matter of days? */
export function holdsToday(futureDates: FutureDates | null, today: string): boolean {
  if (futureDates === null || futureDates.day === today) return true
  return futureDates.count === 0 && futureDates.day < today
}
