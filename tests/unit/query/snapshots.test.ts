// Which snapshot a statement reads: the newest at its start, also where the time of the folder, by
// which a worker saves itself the listing, cannot tell two publications apart.
import { utimesSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openLake } from '../../../lake/lake-layout.ts'
import { SnapshotHolds } from '../../../query/snapshot-holds.ts'
import { openSnapshots } from '../../../query/worker/snapshots.ts'
import { VerifiedFiles } from '../../../query/worker/verified-files.ts'
import { publishParquet } from '../../support/parquet-lake.ts'

const edition = { 'core/numbers': { columns: [['n', 'BIGINT']], files: ['(VALUES (1))'] } } as const
const hourMs = 3_600_000
const opened: { remove: () => void }[] = []
afterAll(() => {
  for (const lake of opened) lake.remove()
})

let root = ''
beforeAll(async () => {
  const lake = await publishParquet(edition)
  opened.push(lake)
  root = lake.root
}, 60_000)

test.each([
  ['an hour old', -hourMs],
  ['of this moment', 0],
  ['in the future, as by another clock', hourMs],
])('each publication is seen at once where the time of the folder is %s', async (_, shiftMs) => {
  const lake = await openLake(root)
  const holds = new SnapshotHolds(lake, { purpose: 'serve', server: null })
  const snapshots = openSnapshots(
    lake,
    new Map(),
    holds,
    new VerifiedFiles(10, []),
    () => undefined,
  )
  const owner = {}
  const setTime = (ms: number): void => utimesSync(lake.snapshots, ms / 1_000, ms / 1_000)
  const startMs = Date.now() + shiftMs
  setTime(startMs)
  for (let round = 0; round < 3; round++) {
    const before = (await snapshots.open(null, owner)).number
    expect((await snapshots.open(null, owner)).number).toBe(before)
    await publishParquet(edition, root)
    // Clocks of file systems are coarse: the folder may bear the time that it had before.
    if (shiftMs >= 0) setTime(startMs)
    expect((await snapshots.open(null, owner)).number).toBe(before + 1)
  }
  snapshots.close()
})
