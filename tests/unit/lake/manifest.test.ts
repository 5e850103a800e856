// A manifest is refused when a single byte of it changed, and `current` follows from manifests.
import { mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { SnapshotManifest } from '../../../contracts/snapshot-manifest.ts'
import { assembleSnapshot } from '../../../lake/assemble.ts'
import { digestOf } from '../../../lake/durable-files.ts'
import { type LakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import {
  currentSnapshot,
  listSnapshots,
  manifestFault,
  nextSnapshotNumber,
  parseManifest,
  printManifest,
  readManifest,
} from '../../../lake/manifest.ts'
import { currentLink, mendCurrent, publishSnapshot } from '../../../lake/publish.ts'
import { verifySnapshot } from '../../../lake/verify.ts'
import { publishRun, scratchFolder, someInstant } from '../../support/lake-runs.ts'

let folder: ReturnType<typeof scratchFolder>
let lake: LakeLayout

const publish = (run: string) =>
  publishRun({ root: folder.path, run, locked: false, tables: ['core/patients'], carried: [] })

beforeEach(async () => {
  folder = scratchFolder()
  lake = await openOrCreateLake(folder.path)
})
afterEach(() => folder.remove())

test('a manifest with any one bit changed, cut or lengthened is refused', async () => {
  await publish('a')
  const bytes = readFileSync(join(lake.snapshot(1), 'manifest.json'))
  expect(parseManifest(bytes, 'here').run).toBe('a')
  for (let position = 0; position < bytes.length; position++) {
    const changed = Buffer.from(bytes)
    changed[position] = (changed[position] ?? 0) ^ (1 << (position % 8))
    expect(() => parseManifest(changed, 'here')).toThrow('here: ')
  }
  for (let length = 0; length < bytes.length; length += 13) {
    expect(() => parseManifest(bytes.subarray(0, length), 'here')).toThrow('here: ')
  }
  expect(() => parseManifest(Buffer.concat([bytes, bytes]), 'here')).toThrow('here: ')
})

test('the next snapshot names the digest of the bytes of the last manifest', async () => {
  await publish('a')
  await publish('b')
  const bytes = readFileSync(join(lake.snapshot(1), 'manifest.json'))
  expect((await readManifest(lake, 2)).manifest.previous).toEqual({
    snapshot: 1,
    sha256: digestOf(bytes),
  })
})

test('a manifest that contradicts itself is neither written nor read', async () => {
  await publish('a')
  const { manifest } = await readManifest(lake, 1)
  const table = manifest.tables['core/patients']
  if (table === undefined) throw new Error('the table is there')
  const [file] = table.files
  if (file === undefined) throw new Error('the file is there')
  const withTable = (change: object): SnapshotManifest => ({
    ...manifest,
    tables: { 'core/patients': { ...table, ...change } },
  })
  const wrong = [
    { ...manifest, format: 2 as 1 },
    { ...manifest, previous: { snapshot: 1, sha256: 'a'.repeat(64) } },
    { ...manifest, surprise: true },
    withTable({ rows: table.rows + 1 }),
    withTable({ files: [] }),
    withTable({ files: [...table.files, file], rows: table.rows + file.rows }),
    withTable({ files: [{ ...file, path: '../patients/x.parquet' }], rows: file.rows }),
    withTable({ files: [{ ...file, path: 'core/patients/../x.parquet' }], rows: file.rows }),
    withTable({ files: [{ ...file, sha256: 'A'.repeat(64) }], rows: file.rows }),
  ]
  expect(manifestFault(manifest)).toBeNull()
  for (const value of wrong) {
    expect(manifestFault(value)).not.toBeNull()
    expect(() => printManifest(value)).toThrow('wrong manifest')
  }
})

test('current follows from the manifests, whatever the link says', async () => {
  expect(await currentSnapshot(lake)).toBeNull()
  expect(await mendCurrent(lake, 'x')).toBeNull()
  await publish('a')
  await publish('b')
  for (const target of ['snapshots/000001', 'snapshots/000099', '/']) {
    unlinkSync(lake.current)
    symlinkSync(target, lake.current)
    expect((await currentSnapshot(lake))?.manifest.snapshot).toBe(2)
    expect(await mendCurrent(lake, 'x')).toBe(2)
    expect(await currentLink(lake)).toBe('snapshots/000002')
  }
  unlinkSync(lake.current)
  expect(await mendCurrent(lake, 'x')).toBe(2)
})

test('an empty folder is no snapshot and is never replaced; a lost manifest is damage', async () => {
  await publish('a')
  mkdirSync(join(lake.snapshots, '000002'))
  mkdirSync(join(lake.snapshots, '0000003'))
  expect(await listSnapshots(lake)).toEqual([1])
  expect(await nextSnapshotNumber(lake)).toBe(3)
  expect(await publish('b')).toBe(3)
  expect(await listSnapshots(lake)).toEqual([1, 3])
  rmSync(join(lake.snapshot(3), 'manifest.json'))
  await expect(currentSnapshot(lake)).rejects.toMatchObject({ errorName: 'lake_damaged' })
  await expect(readManifest(lake, 2)).rejects.toMatchObject({ errorName: 'lake_damaged' })
  await expect(readManifest(lake, 9)).rejects.toMatchObject({ errorName: 'unknown_name' })
})

test('a folder made since the number was chosen stops the publication, empty or not', async () => {
  await publish('a')
  const draft = {
    run: 'b',
    backend: 'northshire',
    software: '0.0.0',
    publishedAt: someInstant,
    base: 1,
    loaded: new Map(),
    carried: ['core/patients'],
    deviations: [],
    optOuts: [],
    keyIds: [],
  }
  const lost = { errorName: 'publish_race_lost', exit: 3 }
  for (const base of [null, 2]) {
    await expect(assembleSnapshot(lake, { ...draft, base })).rejects.toMatchObject(lost)
  }
  const manifest = await assembleSnapshot(lake, draft)
  mkdirSync(lake.snapshot(2))
  await expect(publishSnapshot(lake, manifest)).rejects.toMatchObject(lost)
  writeFileSync(join(lake.snapshot(2), 'x'), 'x')
  await expect(publishSnapshot(lake, manifest)).rejects.toMatchObject(lost)
  rmSync(lake.snapshot(2), { recursive: true })
  await publishSnapshot(lake, manifest)
  expect((await currentSnapshot(lake))?.manifest.run).toBe('b')
})

test('what an earlier attempt of the same run left in staging is not published', async () => {
  await publish('a')
  mkdirSync(join(lake.stagingSnapshot('b'), 'core', 'patients'), { recursive: true })
  writeFileSync(join(lake.stagingSnapshot('b'), 'core', 'patients', 'b.0009.parquet'), 'old')
  expect(await publish('b')).toBe(2)
  expect(await verifySnapshot(lake, 2)).toEqual([])
})
