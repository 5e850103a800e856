// Where everything of a lake lies, and the version of that arrangement. Names that become paths are
// checked here and nowhere else: no separator, no dot at the start, no surprise.
import { link, mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import {
  flushFolder,
  makeFolderDurably,
  onStorage,
  protectFile,
  removeTree,
  storageError,
  systemErrorCode,
  writeFileDurably,
} from './durable-files.ts'

export const lakeFormat = 1

// Dots stand between other characters: names of files are made of a run id and a dot.
const runPattern = /^(?=.{1,100}$)[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/
const tablePattern = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\/[a-z][a-z0-9_]*$/
const filePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.parquet$/
const snapshotPattern = /^\d{6,9}$/

export const isRunId = (text: string): boolean => runPattern.test(text)
/** `namespace/table`, each part in lower case. */
export const isTableName = (text: string): boolean => text.length <= 200 && tablePattern.test(text)
/** Name of a part file, without a folder. */
export const isPartName = (text: string): boolean => filePattern.test(text)

/** The run id itself, or the refusal `unknown_name` for text that cannot be one. */
export function checkedRunId(text: string): string {
  if (isRunId(text)) return text
  throw new LandingError(
    'usage',
    'a run id has at most 100 letters, digits, hyphens, underscores and single dots between them',
  )
}

function checkedTable(table: string): string {
  if (isTableName(table)) return table
  throw new LandingError('unknown_name', 'a table is named namespace/table in lower case')
}

function checkedDigest(digest: string): string {
  if (/^[0-9a-f]{64}$/.test(digest)) return digest
  throw new LandingError('unknown_name', 'a digest has 64 hexadecimal digits')
}

/** `000042`. */
export function snapshotName(snapshot: number): string {
  if (!Number.isInteger(snapshot) || snapshot < 1 || snapshot > 999_999_999) {
    throw new LandingError('unknown_name', 'a snapshot has a number from 1 to 999999999')
  }
  return String(snapshot).padStart(6, '0')
}

/** The number of a folder below snapshots/, or null for a name that is none. */
export function snapshotNumber(name: string): number | null {
  const number = snapshotPattern.test(name) ? Number(name) : 0
  return number > 0 && snapshotName(number) === name ? number : null
}

/** All paths of a lake; every method throws `unknown_name` for a name that is not well formed. */
export interface LakeLayout {
  readonly root: string
  readonly format: string
  readonly current: string
  readonly locks: string
  /** Who reads snapshots and who keeps them: readers.ts, pins.ts. */
  readonly holds: string
  readonly snapshots: string
  readonly runs: string
  readonly staging: string
  readonly quarantine: string
  /** Contracts that snapshots were checked against. */
  readonly contracts: string
  snapshot(snapshot: number): string
  /** The stored contract of a digest, 64 hex digits. */
  contract(digest: string): string
  run(run: string): string
  ledger(run: string): string
  summary(run: string): string
  report(run: string): string
  stagingRun(run: string): string
  /** Where workers write the part files of a table: staging/<run>/parts/core/patients. */
  stagingParts(run: string, table: string): string
  /** Where the next snapshot is assembled: staging/<run>/snapshot. */
  stagingSnapshot(run: string): string
  /** Where DuckDB spills during table checks: staging/<run>/table-checks. Of use to nobody else. */
  stagingSpill(run: string): string
  quarantineTable(run: string, table: string): string
}

/** The paths of the lake at `folder`, made absolute. Touches nothing. */
export function lakeLayout(folder: string): LakeLayout {
  const root = resolve(folder)
  const below = (part: string, run: string, ...rest: string[]) =>
    join(root, part, checkedRunId(run), ...rest)
  return {
    root,
    format: join(root, 'format.json'),
    current: join(root, 'current'),
    locks: join(root, 'locks'),
    holds: join(root, 'holds'),
    snapshots: join(root, 'snapshots'),
    runs: join(root, 'runs'),
    staging: join(root, 'staging'),
    quarantine: join(root, 'quarantine'),
    contracts: join(root, 'contracts'),
    contract: (digest) => join(root, 'contracts', `${checkedDigest(digest)}.json`),
    snapshot: (snapshot) => join(root, 'snapshots', snapshotName(snapshot)),
    run: (run) => below('runs', run),
    ledger: (run) => below('runs', run, 'ledger.ndjson'),
    summary: (run) => below('runs', run, 'summary.json'),
    report: (run) => below('runs', run, 'report.html'),
    stagingRun: (run) => below('staging', run),
    stagingParts: (run, table) => below('staging', run, 'parts', checkedTable(table)),
    stagingSnapshot: (run) => below('staging', run, 'snapshot'),
    stagingSpill: (run) => below('staging', run, 'table-checks'),
    quarantineTable: (run, table) => below('quarantine', run, checkedTable(table)),
  }
}

function checkFormat(text: string, path: string): void {
  let format: unknown
  try {
    format = (JSON.parse(text) as { format?: unknown } | null)?.format
  } catch {}
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) {
    throw new LandingError('lake_damaged', `${path}: expected {"format":${lakeFormat}}`)
  }
  if (format > lakeFormat) {
    throw new LandingError(
      'lake_too_new',
      `${path}: the lake has format ${format}, this version reads up to ${lakeFormat}`,
    )
  }
}

async function readFormat(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw storageError(error, path)
  }
}

/**
 * The lake at `root`, for reading: `lake_missing` where there is none, `lake_too_new` for a newer
 * format, `lake_damaged` for a format file that cannot be understood.
 */
export async function openLake(root: string): Promise<LakeLayout> {
  const layout = lakeLayout(root)
  const text = await readFormat(layout.format)
  if (text === null) throw new LandingError('lake_missing', `${root}: there is no lake here`)
  checkFormat(text, layout.format)
  return layout
}

/** As `openLake`, but makes the lake, durably, where there is none. Several may do so at once. */
export async function openOrCreateLake(root: string): Promise<LakeLayout> {
  const layout = lakeLayout(root)
  const text = await readFormat(layout.format)
  if (text === null) await createFormat(layout)
  else checkFormat(text, layout.format)
  for (const folder of [layout.snapshots, layout.runs, layout.staging, layout.locks]) {
    await makeFolderDurably(folder)
  }
  await makeFolderDurably(layout.quarantine, 0o700)
  await makeHoldsFolder(layout)
  return layout
}

/**
 * Makes the folder of holds where there is none. Readers of the lake's group write into it, whatever the
 * umask of whoever made it; the sticky bit leaves each file to its owner and to the lake's.
 */
export async function makeHoldsFolder(lake: LakeLayout): Promise<void> {
  if ((await stat(lake.holds).catch(() => null)) !== null) return
  await makeFolderDurably(lake.holds)
  await protectFile(lake.holds, 0o1770)
}

async function createFormat(layout: LakeLayout): Promise<void> {
  await makeFolderDurably(layout.root)
  const entries = await onStorage(layout.root, () => readdir(layout.root))
  if (entries.includes('snapshots') && (await readFormat(layout.format)) === null) {
    throw new LandingError('lake_damaged', `${layout.format}: missing in a lake with snapshots`)
  }
  const workshop = await onStorage(layout.root, () => mkdtemp(join(layout.root, '.new-')))
  try {
    const made = join(workshop, 'format.json')
    await writeFileDurably(made, `{"format":${lakeFormat}}\n`)
    await link(made, layout.format).catch((error: unknown) => {
      // Another command made the same file in the same moment; or there are no hard links here.
      if (systemErrorCode(error) === 'EEXIST') return
      return writeFileDurably(layout.format, `{"format":${lakeFormat}}\n`)
    })
    await flushFolder(layout.root)
  } finally {
    await removeTree(workshop)
  }
}
