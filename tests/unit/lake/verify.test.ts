// Verification names everything that differs, and goes on after the first.
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import { readManifest } from '../../../lake/manifest.ts'
import { publishSnapshot } from '../../../lake/publish.ts'
import { verifyCurrent, verifySnapshot } from '../../../lake/verify.ts'
import { publishRun, scratchFolder, testTables } from '../../support/lake-runs.ts'

let folder: ReturnType<typeof scratchFolder>
let lake: LakeLayout

beforeEach(async () => {
  folder = scratchFolder()
  lake = await openOrCreateLake(folder.path)
  for (const run of ['a', 'b']) {
    await publishRun({ root: folder.path, run, locked: false, tables: testTables, carried: [] })
  }
})
afterEach(() => folder.remove())

const part = (run: string, number: number) =>
  join(lake.snapshot(run === 'a' ? 1 : 2), `core/patients/${run}.000${number}.parquet`)

function flipBit(path: string): void {
  const bytes = readFileSync(path)
  bytes[17] = (bytes[17] ?? 0) ^ 4
  chmodSync(path, 0o640)
  writeFileSync(path, bytes)
}

test('a whole snapshot has no findings, and progress counts its files', async () => {
  const seen: number[] = []
  expect(await verifySnapshot(lake, 2, ({ files }) => seen.push(files))).toEqual([])
  expect(seen).toEqual([1, 2, 3, 4, 5, 6])
  expect(await verifyCurrent(lake)).toEqual([])
  await expect(verifySnapshot(lake, 3)).rejects.toMatchObject({ errorName: 'unknown_name' })
})

test('a flipped bit, a longer, a missing and a surplus file are all found at once', async () => {
  flipBit(part('b', 1))
  chmodSync(part('b', 2), 0o640)
  appendFileSync(part('b', 2), 'x')
  rmSync(part('b', 3))
  writeFileSync(part('b', 4), 'stray')
  mkdirSync(join(lake.snapshot(2), 'core', 'other'))
  const findings = await verifySnapshot(lake, 2)
  expect(findings.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
    'bytes_differ snapshots/000002/core/patients/b.0002.parquet',
    'file_missing snapshots/000002/core/patients/b.0003.parquet',
    'file_surplus snapshots/000002/core/patients/b.0004.parquet',
    'sha256_differs snapshots/000002/core/patients/b.0001.parquet',
  ])
  expect(await verifySnapshot(lake, 1)).toEqual([])
})

test('a link in the place of a file is not a file, wherever it leads', async () => {
  const path = part('b', 1)
  const copy = join(folder.path, 'copy')
  writeFileSync(copy, readFileSync(path))
  unlinkSync(path)
  symlinkSync(copy, path)
  expect((await verifySnapshot(lake, 2)).map(({ kind }) => kind)).toEqual(['not_a_file'])
})

test('the chain of manifests is followed to its first', async () => {
  const older = join(lake.snapshot(1), 'manifest.json')
  flipBit(older)
  expect((await verifySnapshot(lake, 2)).map(({ kind }) => kind)).toEqual(['manifest_damaged'])
  expect((await verifySnapshot(lake, 1)).map(({ kind }) => kind)).toEqual(['manifest_damaged'])
  rmSync(lake.snapshot(1), { recursive: true })
  expect((await verifySnapshot(lake, 2)).map(({ kind }) => kind)).toEqual(['previous_missing'])
  const other = scratchFolder()
  try {
    const replacement = await openOrCreateLake(other.path)
    await publishRun({ root: other.path, run: 'z', locked: false, tables: testTables, carried: [] })
    mkdirSync(lake.snapshot(1))
    const bytes = readFileSync(join(replacement.snapshot(1), 'manifest.json'))
    writeFileSync(older, bytes)
    expect((await verifySnapshot(lake, 2)).map(({ kind }) => kind)).toEqual(['previous_differs'])
  } finally {
    other.remove()
  }
})

test('a link left behind is a finding, and a stray file in staging stops the publication', async () => {
  unlinkSync(lake.current)
  symlinkSync('snapshots/000001', lake.current)
  expect((await verifyCurrent(lake)).map(({ kind }) => kind)).toEqual(['current_behind'])
  const { manifest } = await readManifest(lake, 2)
  mkdirSync(lake.stagingSnapshot('c'), { recursive: true })
  writeFileSync(join(lake.stagingSnapshot('c'), 'stray'), 'x')
  const publication = publishSnapshot(lake, { ...manifest, run: 'c', snapshot: 3 })
  await expect(publication).rejects.toThrow('exactly the files')
})
