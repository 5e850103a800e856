// Reads what the tables of the schema `landing` show, only those that a query names: ledgers of runs, or
// manifests of snapshots, the newest of each. What a file told is remembered until its size or the
// time of its change is another.
import { existsSync, readdirSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import type { LedgerBatchLine, LedgerRunLine } from '../../contracts/ledger-entry.ts'
import { isRunId, type LakeLayout } from '../../lake/lake-layout.ts'
import { readLedger } from '../../lake/ledger.ts'
import { listSnapshots, readManifest } from '../../lake/manifest.ts'
import { prunedAt, tombstoneName } from '../../lake/tombstone.ts'
import type { CatalogueTable } from './lake-tables.ts'
import {
  type LandingTableName,
  type RunFacts,
  type SnapshotFacts,
  snapshotFacts,
  tableOfRuns,
  tableOfSnapshots,
} from './landing-tables.ts'
import type { Cell } from './rows-table.ts'

export interface LandingReader {
  /** A table of the schema with its rows. */
  read(table: LandingTableName): Promise<CatalogueTable>
  /** Files that were read so far, for tests. */
  readonly filesRead: number
}

const runCells = (run: string, lines: readonly LedgerRunLine[]): Cell[] => {
  const last = lines.at(-1)
  const tables = lines.flatMap((line) => (line.tables === undefined ? [] : [line.tables])).at(-1)
  const snapshot = lines.flatMap((line) => line.snapshot ?? []).at(-1)
  return [
    ...[run, last?.state ?? null, lines[0]?.instant ?? null, last?.instant ?? null],
    ...[snapshot ?? null, last?.error?.code ?? null, tables?.join(', ') ?? null],
  ]
}

const batchCells = (
  { table, batch, file, result, ...line }: LedgerBatchLine,
  run: string,
): Cell[] => [
  ...[run, table, batch, file, result.rowsIn, result.accepted, result.rejected, result.withheld],
  line.reused_from ?? null,
]

function quarantineOf(lake: LakeLayout, run: string, table: string): string[] {
  const folder = lake.quarantineTable(run, table)
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.parquet'))
  return files.sort().map((name) => join(folder, name))
}

async function readRun(lake: LakeLayout, run: string): Promise<RunFacts> {
  const ledger = await readLedger(lake, run).catch(() => null)
  const own = (ledger?.lines ?? []).filter((line): line is LedgerRunLine => line.event === 'run')
  // A batch that was landed again has a later line: that is the one that counts.
  const last = [...(ledger?.batches.values() ?? [])]
  return {
    run: own.length === 0 ? null : runCells(run, own),
    batches: last.map((line) => batchCells(line, run)),
    quarantine: [...new Set(last.map(({ table }) => table))].flatMap((table) => {
      const files = quarantineOf(lake, run, table)
      return files.length === 0 ? [] : [{ table, files }]
    }),
  }
}

/** Size and time of the last change of a file; null where there is none. */
async function stateOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  return found === null ? null : `${found.ino} ${found.size} ${found.mtimeNs}`
}

/** What files told, by name, as long as they are as they were. */
class Remembered<Facts> {
  readonly #facts = new Map<string, { readonly state: string; readonly facts: Facts }>()
  reads = 0

  /** The facts of what is named and whose first file is there; others are forgotten. */
  async all(
    names: readonly string[],
    pathsOf: (name: string) => readonly [string, ...string[]],
    read: (name: string) => Promise<Facts | null>,
  ): Promise<Facts[]> {
    const wanted = new Set(names)
    for (const name of this.#facts.keys()) if (!wanted.has(name)) this.#facts.delete(name)
    const found: Facts[] = []
    for (const name of names) {
      const states = await Promise.all(pathsOf(name).map(stateOf))
      if (states[0] === null) continue
      const state = states.join()
      let known = this.#facts.get(name)
      if (known?.state !== state) {
        this.reads++
        const facts = await read(name)
        if (facts === null) continue
        known = { state, facts }
        this.#facts.set(name, known)
      }
      found.push(known.facts)
    }
    return found
  }
}

/** A reader of a lake. */
export function openLandingReader(lake: LakeLayout): LandingReader {
  const runs = new Remembered<RunFacts>()
  const snapshots = new Remembered<SnapshotFacts>()

  async function readRuns(): Promise<RunFacts[]> {
    const names = (await readdir(lake.runs).catch((): string[] => [])).filter(isRunId).sort()
    const newest = names.slice(-limits.landingRunsMax)
    return runs.all(
      newest,
      (run) => [lake.ledger(run)],
      (run) => readRun(lake, run),
    )
  }

  async function readSnapshots(): Promise<SnapshotFacts[]> {
    const newest = (await listSnapshots(lake)).slice(-limits.landingSnapshotsMax).map(String)
    const pathsOf = (name: string): [string, string] => {
      const number = Number(name)
      return [
        join(lake.snapshot(number), 'manifest.json'),
        join(lake.snapshot(number), tombstoneName),
      ]
    }
    return snapshots.all(newest, pathsOf, async (name) => {
      const read = await readManifest(lake, Number(name)).catch(() => null)
      const instant = await prunedAt(lake, Number(name)).catch(() => null)
      return read === null ? null : snapshotFacts(read.manifest, instant)
    })
  }

  return {
    read: async (table) =>
      table === 'runs' || table === 'batches' || table === 'rejects'
        ? tableOfRuns(table, await readRuns())
        : tableOfSnapshots(table, await readSnapshots()),
    get filesRead() {
      return runs.reads + snapshots.reads
    },
  }
}
