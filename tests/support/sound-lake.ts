// What holds for a lake whatever happened to it: numbers without a gap, every snapshot whole and free
// of stray files, `current` on a snapshot; and after a publish, nothing left in staging.
import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { type LakeLayout, lakeLayout, snapshotName } from '../../lake/lake-layout.ts'
import { listRuns, readLedger } from '../../lake/ledger.ts'
import { listSnapshots, readManifest } from '../../lake/manifest.ts'
import { verifySnapshot } from '../../lake/verify.ts'

/** Fails unless every snapshot is whole; returns how many there are. */
export async function expectSoundSnapshots(folder: string): Promise<number> {
  const lake = lakeLayout(join(folder, 'lake'))
  const numbers = await listSnapshots(lake)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  expect(readdirSync(lake.snapshots).sort()).toEqual(numbers.map(snapshotName))
  for (const number of numbers) {
    expect(await verifySnapshot(lake, number)).toEqual([])
    const { manifest } = await readManifest(lake, number)
    for (const { files } of Object.values(manifest.tables)) {
      for (const { path } of files) {
        expect(statSync(join(lake.snapshot(number), path)).mode & 0o777).toBe(0o440)
      }
    }
  }
  const current = existsSync(lake.current) ? readlinkSync(lake.current) : null
  if (current !== null)
    expect(numbers.map((n) => `snapshots/${snapshotName(n)}`)).toContain(current)
  return numbers.length
}

/** Fails unless the lake is as a load that published leaves it. */
export async function expectSettledLake(folder: string): Promise<number> {
  const lake = lakeLayout(join(folder, 'lake'))
  const newest = await expectSoundSnapshots(folder)
  expect(readlinkSync(lake.current)).toBe(`snapshots/${snapshotName(newest)}`)
  expect(readdirSync(lake.staging)).toEqual([])
  await expectEndedRuns(lake)
  return newest
}

async function expectEndedRuns(lake: LakeLayout): Promise<void> {
  // A run that was killed before its ledger began is none.
  for (const run of await listRuns(lake)) {
    const ledger = await readLedger(lake, run)
    if (ledger !== null)
      expect(['published', 'abandoned', 'failed', 'refused']).toContain(ledger.state)
    for (const { result } of ledger?.batches.values() ?? []) {
      expect(result.rowsIn).toBe(result.accepted + result.rejected + result.withheld)
    }
  }
}
