// Reading and writing manifests. A manifest is asserted before it is written and again after it is
// read, and carries its own digest; the chain of `previous` digests covers all older ones. Which
// snapshot is current follows from the manifests alone, never from the `current` link.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { limits } from '../config/limits.ts'
import {
  type CheckObservation,
  type CheckOutcome,
  checkOutcomeKinds,
  checkVerdicts,
} from '../contracts/check-outcome.ts'
import { deviationKinds } from '../contracts/deviation.ts'
import { LandingError } from '../contracts/errors.ts'
import {
  type ManifestColumn,
  type ManifestDeviation,
  type ManifestFile,
  type ManifestTable,
  manifestFormat,
  type SnapshotManifest,
} from '../contracts/snapshot-manifest.ts'
import { digestOf, onStorage, storageError, systemErrorCode } from './durable-files.ts'
import { isPartName, isRunId, isTableName, type LakeLayout, snapshotNumber } from './lake-layout.ts'
import { sealJson, unsealJson } from './sealed-json.ts'

const count = z.int().min(0)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().min(1).max(200)
const runId = z.string().refine(isRunId)

const fileSchema: z.ZodType<ManifestFile> = z.strictObject({
  path: z.string().max(500),
  rows: count,
  bytes: z.int().min(1),
  sha256: digest,
  identity: z.string().min(1).nullable(),
})

const columnSchema: z.ZodType<ManifestColumn> = z.strictObject({
  name,
  type: name,
  parquet: name,
  nullable: z.boolean(),
})

const month = z.string().regex(/^\d{4}-\d{2}$/)
const observationSchema: z.ZodType<CheckObservation> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rows'), rows: count }),
  z.strictObject({
    kind: z.literal('change'),
    rows: count,
    snapshot: z.int().min(1),
    before: count,
  }),
  z.strictObject({
    kind: z.literal('months'),
    first: month.nullable(),
    last: month.nullable(),
    missing_count: count,
    missing: z.array(month).max(limits.coverageMonthsNamedMax),
  }),
  z.strictObject({ kind: z.literal('nulls'), nulls: count, rows: count }),
])

const checkSchema: z.ZodType<CheckOutcome> = z.strictObject({
  kind: z.enum(checkOutcomeKinds),
  columns: z.array(name),
  expected: z.string(),
  outcome: z.enum(checkVerdicts),
  observed: observationSchema.nullable(),
  reason: z.string().nullable(),
})

const tableSchema: z.ZodType<ManifestTable> = z.strictObject({
  contract: z.string().refine(isTableName),
  version: name,
  contract_sha256: digest,
  rows: count,
  run: runId,
  columns: z.array(columnSchema).min(1),
  absent_columns: z.array(name),
  checks_not_run: z.array(z.strictObject({ check: name, reason: z.string() })),
  checks: z.exactOptional(z.array(checkSchema)),
  rejected: count,
  withheld: count,
  files: z.array(fileSchema).min(1),
})

const deviationSchema: z.ZodType<ManifestDeviation> = z.strictObject({
  id: name,
  contract: z.string().refine(isTableName),
  column: z.string().min(1).max(4_096),
  rule: name,
  kind: z.enum(deviationKinds),
  ceiling: name.nullable(),
  observed: count,
  of: count,
  public_wording: z.string(),
  expires: z.iso.date(),
})

const manifestSchema: z.ZodType<SnapshotManifest> = z.strictObject({
  format: z.literal(manifestFormat),
  snapshot: z.int().min(1).max(999_999_999),
  run: runId,
  backend: name,
  published_at: z.iso.datetime(),
  software: name,
  previous: z.strictObject({ snapshot: z.int().min(1), sha256: digest }).nullable(),
  tables: z.record(z.string().refine(isTableName), tableSchema),
  deviations: z.array(deviationSchema),
  opt_outs: z.array(z.unknown()),
  key_ids: z.array(z.string()),
})

/** The first thing wrong with a manifest, in words; null where it is right. */
export function manifestFault(value: unknown): string | null {
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return `${issue?.path.join('.') || 'manifest'}: ${issue?.message ?? 'not valid'}`
  }
  const { snapshot, previous, tables, deviations } = parsed.data
  if (previous !== null && previous.snapshot >= snapshot) return 'previous: not an older snapshot'
  const stray = deviations.find(({ contract }) => tables[contract] === undefined)
  if (stray !== undefined) return `deviations: ${stray.id} is about no table of the snapshot`
  const seen = new Set<string>()
  for (const [table, entry] of Object.entries(tables)) {
    let rows = 0
    for (const file of entry.files) {
      const part = file.path.slice(table.length + 1)
      if (file.path !== `${table}/${part}` || !isPartName(part)) return `${table}: a path is wrong`
      if (seen.has(file.path)) return `${table}: a file is listed twice`
      seen.add(file.path)
      rows += file.rows
    }
    if (rows !== entry.rows) return `${table}: rows is not the sum of the rows of its files`
    if (new Set(entry.columns.map((column) => column.name)).size !== entry.columns.length) {
      return `${table}: a column is listed twice`
    }
  }
  return null
}

/** The bytes of manifest.json. A manifest that is not right is a defect of ours and throws so. */
export function printManifest(manifest: SnapshotManifest): Uint8Array {
  const fault = manifestFault(manifest)
  if (fault !== null) throw new Error(`a wrong manifest was about to be written: ${fault}`)
  const bytes = new TextEncoder().encode(`${sealJson(manifest)}\n`)
  if (bytes.byteLength > limits.manifestBytesMax) {
    throw new LandingError('storage_failed', 'the manifest would be larger than the limit allows')
  }
  return bytes
}

/** The manifest in the bytes of a manifest.json; `where` names the file in a `lake_damaged`. */
export function parseManifest(bytes: Uint8Array, where: string): SnapshotManifest {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const value = text.endsWith('\n') ? unsealJson(text.slice(0, -1)) : null
  if (value === null) {
    throw new LandingError('lake_damaged', `${where}: the manifest does not have its own checksum`)
  }
  const fault = manifestFault(value)
  if (fault !== null) throw new LandingError('lake_damaged', `${where}: ${fault}`)
  return value as SnapshotManifest
}

export interface ReadManifest {
  readonly manifest: SnapshotManifest
  /** SHA-256 of the bytes of manifest.json: what the next snapshot names as `previous`. */
  readonly sha256: string
}

/** The manifest of one snapshot: `unknown_name` where no such snapshot exists. */
export async function readManifest(lake: LakeLayout, snapshot: number): Promise<ReadManifest> {
  const folder = lake.snapshot(snapshot)
  const path = join(folder, 'manifest.json')
  let bytes: Uint8Array
  try {
    const { size } = await stat(path)
    if (size > limits.manifestBytesMax) {
      throw new LandingError('lake_damaged', `${path}: larger than any manifest can be`)
    }
    bytes = await readFile(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw storageError(error, path)
    if ((await folderNumbers(lake)).includes(snapshot)) {
      throw new LandingError('lake_damaged', `${path}: the manifest is missing`)
    }
    throw new LandingError('unknown_name', `there is no snapshot ${snapshot} in ${lake.root}`)
  }
  const manifest = parseManifest(bytes, path)
  if (manifest.snapshot !== snapshot) {
    throw new LandingError('lake_damaged', `${path}: the manifest of another snapshot`)
  }
  return { manifest, sha256: digestOf(bytes) }
}

async function folderNumbers(lake: LakeLayout): Promise<number[]> {
  const names = await onStorage(lake.snapshots, () => readdir(lake.snapshots))
  const numbers = names.map(snapshotNumber).filter((number) => number !== null)
  return numbers.sort((a, b) => a - b)
}

/** False for an empty folder, and for anything that is no folder. */
async function holdsSnapshot(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') return false
    throw storageError(error, folder)
  }
}

/**
 * Numbers of all snapshots, ascending. An empty folder was never a snapshot, for a snapshot comes into
 * being by the rename of a filled one, and is left out.
 */
export async function listSnapshots(lake: LakeLayout): Promise<number[]> {
  const found: number[] = []
  for (const number of await folderNumbers(lake)) {
    if (await holdsSnapshot(lake.snapshot(number))) found.push(number)
  }
  return found
}

/** The newest snapshot, or null where nothing was published. A damaged newest one is an error. */
export async function currentSnapshot(lake: LakeLayout): Promise<ReadManifest | null> {
  const number = await currentSnapshotNumber(lake)
  return number === null ? null : await readManifest(lake, number)
}

/** The number of the current snapshot, without reading it; null before the first publish. */
export async function currentSnapshotNumber(lake: LakeLayout): Promise<number | null> {
  // Walked from the end: a lake may hold thousands of snapshots, of which one is asked for.
  for (const number of (await folderNumbers(lake)).reverse()) {
    if (await holdsSnapshot(lake.snapshot(number))) return number
  }
  return null
}

/** The number the next snapshot gets: above every name there is, of empty folders too. */
export async function nextSnapshotNumber(lake: LakeLayout): Promise<number> {
  return ((await folderNumbers(lake)).at(-1) ?? 0) + 1
}
