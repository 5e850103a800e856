// A reader and a prune that begin in the same moment: whatever the order, either the reader has every
// file until it lets go, or it is refused before it opened one.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import { heldBy } from '../../../lake/choose-pruned.ts'
import { openLake } from '../../../lake/lake-layout.ts'
import { readManifest } from '../../../lake/manifest.ts'
import { pruneSnapshot } from '../../../lake/prune-snapshot.ts'
import { liveReaders } from '../../../lake/readers.ts'
import { isPruned } from '../../../lake/tombstone.ts'
import { verifySnapshot } from '../../../lake/verify.ts'
import { SnapshotHolds } from '../../../query/snapshot-holds.ts'
import { publishRun, scratchFolder, someInstant, testTables } from '../../support/lake-runs.ts'
import { proofPatienceMs, proofSeed, sized } from '../../support/proofs.ts'

const order = { instant: someInstant, software: 'test', rule: 'keep 1' }

async function lakeOfTwo() {
  const folder = scratchFolder()
  for (const run of ['a', 'b']) {
    await publishRun({ root: folder.path, run, locked: false, tables: testTables, carried: [] })
  }
  const lake = await openLake(folder.path)
  const holders = async (snapshot: number) => {
    const now = new Date()
    const readers = await liveReaders(lake, process.pid, now, false)
    return heldBy(snapshot, { pins: [], readers, now })
  }
  const { manifest } = await readManifest(lake, 1)
  const files = Object.values(manifest.tables).flatMap((table) => table.files)
  const paths = files.map(({ path }) => join(lake.snapshot(1), path))
  return { folder, lake, holders, areThere: () => paths.every((path) => existsSync(path)) }
}

test('a reader that comes between the choice and the mark keeps its snapshot', async () => {
  const { folder, lake, holders, areThere } = await lakeOfTwo()
  const holds = new SnapshotHolds(lake, { purpose: 'query', server: null })
  try {
    expect(await holders(1)).toEqual([])
    expect(await holds.hold(holds, 1)).toBe(1)
    const spared = await pruneSnapshot(lake, 1, { ...order, holders })
    expect(spared).toEqual([expect.stringMatching(/^in use by query/)])
    expect([areThere(), await isPruned(lake, 1)]).toEqual([true, false])
    expect(await verifySnapshot(lake, 1)).toEqual([])
    holds.close()
    expect(await pruneSnapshot(lake, 1, { ...order, holders })).toMatchObject({ files: 6 })
    const late = new SnapshotHolds(lake, { purpose: 'query', server: null })
    await expect(late.hold(late, 1)).rejects.toMatchObject({ errorName: 'snapshot_pruned' })
    expect(await late.hold(late, null)).toBe(2)
    // What was refused is not held: a server that goes on would keep it for ever.
    const readers = await liveReaders(lake, process.pid, new Date(), false)
    expect(readers.map(({ reader }) => reader?.snapshots)).toEqual([[2]])
    late.close()
    expect(await verifySnapshot(lake, 1)).toEqual([])
  } finally {
    holds.close()
    folder.remove()
  }
})

test('a lake that cannot be written to is read all the same, and never pruned unseen', async () => {
  const { folder, lake, holders } = await lakeOfTwo()
  try {
    rmSync(lake.holds, { recursive: true })
    writeFileSync(lake.holds, 'in the way')
    const holds = new SnapshotHolds(lake, { purpose: 'query', server: null })
    expect(await holds.hold(holds, 1)).toBe(1)
    await expect(pruneSnapshot(lake, 1, { ...order, holders })).rejects.toMatchObject({
      errorName: 'storage_failed',
    })
    // The mark is there, and every file: a reader that nobody can see looks for it each time.
    await expect(holds.hold(holds, 1)).rejects.toMatchObject({ errorName: 'snapshot_pruned' })
    holds.close()
  } finally {
    folder.remove()
  }
})

// mulberry32: the pauses follow from the seed alone.
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

test(
  'reader and prune at once: the reader has every file, or is refused',
  async () => {
    const random = randomNumbers(proofSeed)
    const seen = { read: 0, refused: 0, deleted: 0, spared: 0 }
    for (let round = 0; round < sized(15, 200); round++) {
      const { folder, lake, holders, areThere } = await lakeOfTwo()
      const holds = new SnapshotHolds(lake, { purpose: 'query', server: null })
      const [before, after] = [random() * 6, random() * 6]
      const reading = async (): Promise<boolean> => {
        await pause(before)
        try {
          await holds.hold(holds, 1)
        } catch (error) {
          if (isLandingError(error) && error.errorName === 'snapshot_pruned') return false
          throw error
        }
        for (let look = 0; look < 5; look++) {
          expect({ seed: proofSeed, round, areThere: areThere() }).toMatchObject({ areThere: true })
          await pause(1)
        }
        return true
      }
      const pruning = pause(after).then(() => pruneSnapshot(lake, 1, { ...order, holders }))
      const [hasRead, pruned] = await Promise.all([reading(), pruning])
      seen[hasRead ? 'read' : 'refused'] += 1
      seen['files' in pruned ? 'deleted' : 'spared'] += 1
      if (hasRead && areThere()) expect(await isPruned(lake, 1)).toBe(false)
      holds.close()
      folder.remove()
    }
    // Both happen, or nothing was shown.
    expect(Math.min(seen.read, seen.deleted)).toBeGreaterThan(0)
  },
  proofPatienceMs,
)
