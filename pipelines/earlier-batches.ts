// What earlier runs left that may still hold: the committed batches of runs that did not publish, and
// those behind the current snapshot. A batch is found by the digest of all that made it, so that a
// changed contract, mapping, file or encoder never lets an old outcome through.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedFile } from '../contracts/batch-task.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import { batchIdentity, holdsToday } from './batch-identity.ts'
import type { ReusedFile } from './worker-protocol.ts'

export interface EarlierBatch {
  readonly run: string
  readonly line: LedgerBatchLine
  /** The files to take over, and where they go. */
  files(partFolder: string, quarantineFolder: string): ReusedFile[]
}

interface Located {
  readonly run: string
  readonly line: LedgerBatchLine
  readonly partFolder: string
  readonly quarantineFolder: string
}

export class EarlierBatches {
  readonly #byPlace = new Map<string, Located[]>()

  /** Adds the batch lines of one run; later additions are tried first. */
  add(
    run: string,
    lines: readonly LedgerBatchLine[],
    partFolderOf: (table: string) => string,
    quarantineFolderOf: (table: string) => string,
  ): void {
    for (const line of lines) {
      const key = placeKey(line.batch, line.file, line.file_bytes)
      const located: Located = {
        run,
        line,
        partFolder: partFolderOf(line.table),
        quarantineFolder: quarantineFolderOf(line.table),
      }
      const others = this.#byPlace.get(key)
      if (others === undefined) this.#byPlace.set(key, [located])
      else others.unshift(located)
    }
  }

  /**
   * The batch of an earlier run made from the same place by the same plan, or null. `exactStart`: where
   * it must start; null: wherever a splitter's guess would be tried. `refusals`: the digest of those of
   * table checks. `today`: day of the load.
   */
  find(
    plan: string,
    batch: string,
    file: PlannedFile,
    exactStart: number | null,
    refusals: string | null,
    today: string,
  ): EarlierBatch | null {
    for (const located of this.#byPlace.get(placeKey(batch, file.name, file.bytes)) ?? []) {
      const { line } = located
      if (exactStart !== null && line.result.slice.start !== exactStart) continue
      if (batchIdentity(plan, file, line.result, refusals) !== line.identity) continue
      if (!holdsToday(line.result.futureDates, today)) continue
      if (line.part !== null && !existsSync(join(located.partFolder, line.part))) continue
      return {
        run: located.run,
        line,
        files: (partFolder, quarantineFolder) => filesOf(located, partFolder, quarantineFolder),
      }
    }
    return null
  }
}

function placeKey(batch: string, file: string, bytes: number): string {
  return `${batch}\u0000${file}\u0000${bytes}`
}

function filesOf(located: Located, partFolder: string, quarantineFolder: string): ReusedFile[] {
  const { line } = located
  const files: ReusedFile[] = []
  if (line.part !== null && line.result.part !== null) {
    const { bytes, sha256 } = line.result.part
    const from = join(located.partFolder, line.part)
    files.push({ from, to: join(partFolder, line.part), bytes, sha256 })
  }
  if (line.quarantine !== null && line.result.quarantine !== null) {
    const { bytes, sha256 } = line.result.quarantine
    const from = join(located.quarantineFolder, line.quarantine)
    files.push({ from, to: join(quarantineFolder, line.quarantine), bytes, sha256 })
  }
  return files
}
