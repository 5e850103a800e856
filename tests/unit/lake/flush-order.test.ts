// The order of flushes around the commit, seen from below: each flush is noted with the path of its
// file descriptor and with whether the snapshot was already visible.
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import { openLedger } from '../../../lake/ledger.ts'
import { listSnapshots } from '../../../lake/manifest.ts'
import { publishRun, scratchFolder, someInstant, testTables } from '../../support/lake-runs.ts'

const canSeeDescriptors = existsSync('/proc/self/fd')
const linuxTest = canSeeDescriptors ? test : test.skip

let folder: ReturnType<typeof scratchFolder>
let lake: LakeLayout
let prototype: FileHandle
let sync: FileHandle['sync']

beforeEach(async () => {
  folder = scratchFolder()
  lake = await openOrCreateLake(folder.path)
  const handle = await open(lake.format, 'r')
  prototype = Object.getPrototypeOf(handle) as FileHandle
  sync = prototype.sync
  await handle.close()
})
afterEach(() => {
  prototype.sync = sync
  folder.remove()
})

const run = { run: 'a', locked: true, tables: testTables, carried: [] }

function watchFlushes(onFlush: (path: string) => void): void {
  prototype.sync = async function (this: FileHandle) {
    onFlush(relative(folder.path, readlinkSync(`/proc/self/fd/${this.fd}`)))
    await sync.call(this)
  }
}

linuxTest(
  'every file and folder is flushed before the commit, every new name after it',
  async () => {
    const before = new Set<string>()
    const after: string[] = []
    watchFlushes((path) => {
      if (existsSync(lake.snapshot(1)))
        after.push(existsSync(lake.current) ? `${path} (current)` : path)
      else before.add(path)
    })
    await publishRun({ root: folder.path, ...run })
    const entries = readdirSync(lake.snapshot(1), { recursive: true }).map(String)
    expect(entries).toHaveLength(3 + 6 + 1)
    for (const entry of ['', ...entries])
      expect(before).toContain(join('staging/a/snapshot', entry))
    for (const name of ['runs', 'runs/a', 'runs/a/ledger.ndjson']) expect(before).toContain(name)
    expect(after[0]).toBe('snapshots')
    expect(after.indexOf(' (current)')).toBeGreaterThan(0)
    expect(after.filter((path) => path.includes('ledger')).length).toBeGreaterThan(0)
  },
)

linuxTest('a flush that failed stops the publication and is not tried again', async () => {
  const failing = ['staging/a/snapshot/core/patients/a.0002.parquet', 'staging/a/snapshot/core']
  for (const target of failing) {
    let flushes = 0
    watchFlushes((path) => {
      if (path !== target) return
      flushes += 1
      throw Object.assign(new Error('injected'), { code: 'EIO' })
    })
    const publication = publishRun({ root: folder.path, ...run })
    await expect(publication).rejects.toMatchObject({ errorName: 'storage_failed', exit: 5 })
    prototype.sync = sync
    expect([target, flushes]).toEqual([target, 1])
    expect(await listSnapshots(lake)).toEqual([])
    folder.remove()
    await openOrCreateLake(folder.path)
  }
})

linuxTest('a ledger whose flush failed writes nothing more', async () => {
  const ledger = await openLedger(lake, 'a')
  const line = { event: 'run', instant: someInstant, run: 'a', state: 'opened' } as const
  watchFlushes(() => {
    throw Object.assign(new Error('injected'), { code: 'ENOSPC' })
  })
  await expect(ledger.append(line)).rejects.toMatchObject({ errorName: 'disk_full' })
  prototype.sync = sync
  const next = ledger.append({ ...line, state: 'staging' })
  await expect(next).rejects.toMatchObject({ errorName: 'disk_full' })
  await ledger.close()
})
