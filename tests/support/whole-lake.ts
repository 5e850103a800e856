// The promise every kill and race is held against: each snapshot is whole, holds no file too many and
// no part of another run, and numbers have no gap.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { type LakeLayout, snapshotName } from '../../lake/lake-layout.ts'
import { listSnapshots, readManifest } from '../../lake/manifest.ts'
import { currentLink } from '../../lake/publish.ts'
import { verifySnapshot } from '../../lake/verify.ts'
import { partContent } from './lake-runs.ts'

/** Checks the promise and returns the number of snapshots. */
export async function expectWholeLake(lake: LakeLayout): Promise<number> {
  const numbers = await listSnapshots(lake)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  for (const number of numbers) {
    expect(await verifySnapshot(lake, number)).toEqual([])
    const { manifest } = await readManifest(lake, number)
    expect(manifest.previous?.snapshot ?? 0).toBe(number - 1)
    for (const [table, entry] of Object.entries(manifest.tables)) {
      entry.files.forEach((file, index) => {
        const text = readFileSync(join(lake.snapshot(number), file.path), 'utf8')
        expect(text).toBe(partContent(entry.run, table, index + 1))
      })
    }
  }
  // A link left behind is mended by the next run; one that leads nowhere would break its readers.
  const link = await currentLink(lake)
  if (link !== null) expect(numbers.map((n) => `snapshots/${snapshotName(n)}`)).toContain(link)
  return numbers.length
}
