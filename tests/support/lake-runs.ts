// A small load without extracts: a run writes its part files, whose content follows from the run's id
// alone, and publishes them. Tests of kills and races use it in this process and in child processes.
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LedgerBatchLine } from '../../contracts/ledger-entry.ts'
import type { ManifestTable } from '../../contracts/snapshot-manifest.ts'
import { assembleSnapshot, type LoadedTable } from '../../lake/assemble.ts'
import { digestOf, writeFileDurably } from '../../lake/durable-files.ts'
import { type LakeLayout, openOrCreateLake } from '../../lake/lake-layout.ts'
import { openLedger } from '../../lake/ledger.ts'
import { takeLock } from '../../lake/lock.ts'
import { currentSnapshot } from '../../lake/manifest.ts'
import { clearStaging, publishSnapshot } from '../../lake/publish.ts'
import { reconcileRuns } from '../../lake/reconcile-runs.ts'
import { writeSummary } from '../../lake/run-summary.ts'

export const testTables = ['core/patients', 'core/clinical_events'] as const
export const someInstant = '2026-11-22T02:00:00.000Z'
const digest = 'a'.repeat(64)

/** A scratch folder, removed by `remove`. */
export function scratchFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'safelanding-lake-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export const partContent = (run: string, table: string, part: number): string =>
  `${run} ${table} ${part}\n`.repeat(40 + part)

export function tableEntry(run: string, files: ManifestTable['files']): ManifestTable {
  return {
    contract: files[0]?.path.split('/').slice(0, 2).join('/') ?? 'core/patients',
    version: '1.0.0',
    contract_sha256: digest,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    run,
    columns: [{ name: 'patient_id', type: 'patient_id', parquet: 'INT64', nullable: false }],
    absent_columns: [],
    checks_not_run: [],
    rejected: 0,
    withheld: 0,
    files,
  }
}

export function batchLine(table: string, part: number, bytes: number, sha256: string) {
  const line: LedgerBatchLine = {
    event: 'batch',
    instant: someInstant,
    table,
    batch: `${table}:${String(part).padStart(4, '0')}`,
    file_bytes: 100,
    file: 'extract.csv',
    identity: sha256,
    result: {
      batch: `${table}:${String(part).padStart(4, '0')}`,
      slice: {
        start: 0,
        end: 10,
        rowCount: 3,
        blankLines: 0,
        commentLines: 0,
        fingerprint: digest.slice(0, 32),
        finalNewline: true,
        bytesLost: 0,
      },
      rowsIn: 3,
      accepted: 2,
      rejected: 1,
      withheld: 0,
      rules: [{ column: 'sex', rule: 'not_null', count: 1 }],
      warnings: [],
      nulled: [],
      refusing: [],
      coercions: [],
      futureDates: null,
      part: { rows: 2, bytes, sha256 },
      quarantine: null,
    },
    part: `${table}/part.parquet`,
    quarantine: null,
    table_refusals: 0,
  }
  return line
}

/** Writes the parts of a run into its staging folder. */
export async function stageTable(
  lake: LakeLayout,
  run: string,
  table: string,
  parts: number,
): Promise<LoadedTable> {
  const folder = lake.stagingParts(run, table)
  await mkdir(folder, { recursive: true })
  const paths = new Map<string, string>()
  const files: ManifestTable['files'][number][] = []
  for (let part = 1; part <= parts; part++) {
    const name = `${run}.${String(part).padStart(4, '0')}.parquet`
    const content = partContent(run, table, part)
    await writeFileDurably(join(folder, name), content)
    const bytes = Buffer.byteLength(content)
    const path = `${table}/${name}`
    files.push({ path, rows: part, bytes, sha256: digestOf(content), identity: digest })
    paths.set(path, join(folder, name))
  }
  return { entry: tableEntry(run, files), parts: paths }
}

export interface RunOptions {
  readonly root: string
  readonly run: string
  readonly locked: boolean
  /** Tables this run loads; the others are carried where a snapshot has them. */
  readonly tables: readonly string[]
  readonly carried: readonly string[]
}

/** One whole run, from lock to clean-up. Returns the number of its snapshot. */
export async function publishRun(options: RunOptions): Promise<number> {
  const { root, run } = options
  const now = () => new Date(someInstant)
  const lake = await openOrCreateLake(root)
  const lock = options.locked ? await takeLock(lake, run, process.pid, now) : null
  const ledger = await openLedger(lake, run)
  try {
    if (options.locked) await reconcileRuns(lake, run, now)
    const base = (await currentSnapshot(lake))?.manifest.snapshot ?? null
    const state = (to: 'opened' | 'staging' | 'sealed' | 'published' | 'failed') =>
      ledger.append({ event: 'run', instant: someInstant, run, state: to })
    await state('opened')
    await state('staging')
    const loaded = new Map<string, LoadedTable>()
    for (const table of options.tables) {
      const staged = await stageTable(lake, run, table, 3)
      loaded.set(table, staged)
      await Promise.all(
        staged.entry.files.map((file, part) =>
          ledger.append(batchLine(table, part + 1, file.bytes, file.sha256)),
        ),
      )
    }
    const manifest = await assembleSnapshot(lake, {
      run,
      backend: 'northshire',
      software: '0.0.0',
      publishedAt: someInstant,
      base,
      loaded,
      carried: options.carried,
      deviations: [],
      optOuts: [],
      keyIds: [],
    })
    await state('sealed')
    await publishSnapshot(lake, manifest)
    await state('published')
    await writeSummary(lake, run, { snapshot: manifest.snapshot })
    await clearStaging(lake, run)
    return manifest.snapshot
  } finally {
    await ledger.close()
    await lock?.release()
  }
}
