// Faults of the storage become the right refusals; copies stand in for links; layout and failpoints.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import {
  digestFile,
  linkOrCopy,
  makeFolderDurably,
  replaceFileDurably,
  storageError,
  writeFileDurably,
} from '../../../lake/durable-files.ts'
import { armFailpoint, failpoint } from '../../../lake/failpoints.ts'
import {
  isRunId,
  isTableName,
  lakeLayout,
  openLake,
  openOrCreateLake,
  snapshotNumber,
} from '../../../lake/lake-layout.ts'
import { probeLake } from '../../../lake/probe.ts'
import { scratchFolder } from '../../support/lake-runs.ts'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => folder.remove())

test('each fault of the system has its refusal and exit code', () => {
  const cases = { ENOSPC: 3, EDQUOT: 3, EMFILE: 3, ENFILE: 3, ENOMEM: 3, EIO: 5, EROFS: 5, '': 5 }
  for (const [code, exit] of Object.entries(cases)) {
    const mapped = storageError(Object.assign(new Error('x'), { code }), '/lake/file')
    expect(`${code} ${mapped.exit}`).toBe(`${code} ${exit}`)
    expect(mapped.message).toContain('/lake/file')
    expect(storageError(mapped, 'elsewhere')).toBe(mapped)
  }
})

test('what a person has to change is said in words', () => {
  const cases: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOENT: 'there is no such file or folder',
  }
  for (const [code, words] of Object.entries(cases)) {
    const mapped = storageError(Object.assign(new Error('x'), { code }), '/lake/file')
    expect(mapped.message).toBe(`/lake/file: ${words} (${code})`)
  }
  const denied = storageError(Object.assign(new Error('x'), { code: 'EACCES' }), '/lake')
  expect(denied.remedy).toContain('permission')
})

test('a file is never written over, and a write that fails leaves nothing', async () => {
  const path = join(folder.path, 'file')
  await writeFileDurably(path, 'one')
  const again = writeFileDurably(path, 'two')
  await expect(again).rejects.toMatchObject({ errorName: 'storage_failed' })
  expect(readFileSync(path, 'utf8')).toBe('one')
  await replaceFileDurably(path, 'three')
  expect(readFileSync(path, 'utf8')).toBe('three')
  const missing = writeFileDurably(join(folder.path, 'no', 'file'), 'x').catch((error) => error)
  expect(isLandingError(await missing)).toBe(true)
})

test('a full disk is said to be full, and what was written is removed', async () => {
  const disk = join(folder.path, 'disk')
  mkdirSync(disk)
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
  if (mount.status !== 0) {
    process.stderr.write('skipped: a full disk needs the right to mount\n')
    return
  }
  try {
    const path = join(disk, 'file')
    const write = writeFileDurably(path, new Uint8Array(1 << 20))
    await expect(write).rejects.toMatchObject({ errorName: 'disk_full', exit: 3 })
    expect(existsSync(path)).toBe(false)
    const copy = linkOrCopy(process.execPath, path)
    await expect(copy).rejects.toMatchObject({ errorName: 'disk_full' })
    expect(existsSync(path)).toBe(false)
  } finally {
    spawnSync('umount', [disk])
  }
})

test('a second name shares the file; across file systems it is a copy', async () => {
  const from = join(folder.path, 'from')
  writeFileSync(from, 'content', { mode: 0o440 })
  expect(await linkOrCopy(from, join(folder.path, 'to'))).toBe('linked')
  expect(statSync(from).nlink).toBe(2)
  const other = '/dev/shm'
  if (existsSync(other) && statSync(other).dev !== statSync(folder.path).dev) {
    const target = join(other, `safelanding-${process.pid}`)
    try {
      expect(await linkOrCopy(from, target)).toBe('copied')
      expect(readFileSync(target, 'utf8')).toBe('content')
      await expect(linkOrCopy(from, target)).rejects.toMatchObject({ errorName: 'storage_failed' })
    } finally {
      rmSync(target, { force: true })
    }
  }
})

test('the digest of a file is that of its bytes', async () => {
  const path = join(folder.path, 'big')
  const bytes = Buffer.alloc(3_000_001, 'abc')
  writeFileSync(path, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  expect(await digestFile(path)).toEqual({ bytes: 3_000_001, sha256 })
})

test('names that could leave their folder are no names', () => {
  const bad = ['', '.', '..', '../x', 'a/b', 'a\\b', 'a\0', '.hidden', 'a b', 'x'.repeat(250), '-a']
  for (const name of bad) {
    expect(isRunId(name)).toBe(false)
    expect(isTableName(`core/${name}`)).toBe(false)
    expect(() => lakeLayout('/lake').ledger(name)).toThrow('run id')
  }
  expect(isRunId('20261122T020000Z-7f3a')).toBe(true)
  expect(isTableName('core/patients')).toBe(true)
  expect(isTableName('raw.core/ons_deaths_raw')).toBe(true)
  expect(isTableName('Core/patients')).toBe(false)
  expect(lakeLayout('/lake').snapshot(42)).toBe('/lake/snapshots/000042')
  expect(['000042', '42', '0000042', '000000', '1234567'].map(snapshotNumber)).toEqual([
    42,
    null,
    null,
    null,
    1234567,
  ])
})

test('a lake is made once, also by many at the same time, and a newer one is refused', async () => {
  const root = join(folder.path, 'deep', 'lake')
  await expect(openLake(root)).rejects.toMatchObject({ errorName: 'lake_missing', exit: 4 })
  await Promise.all(Array.from({ length: 8 }, () => openOrCreateLake(root)))
  await openLake(root)
  expect(statSync(join(root, 'quarantine')).mode & 0o777).toBe(0o700)
  const formats = {
    '{"format":2}': 'lake_too_new',
    '{"format":0}': 'lake_damaged',
    '': 'lake_damaged',
  }
  for (const [text, errorName] of Object.entries(formats)) {
    writeFileSync(join(root, 'format.json'), text)
    await expect(openLake(root)).rejects.toMatchObject({ errorName, exit: 5 })
    await expect(openOrCreateLake(root)).rejects.toMatchObject({ errorName })
  }
  const headless = join(folder.path, 'headless')
  mkdirSync(join(headless, 'snapshots'), { recursive: true })
  await expect(openOrCreateLake(headless)).rejects.toMatchObject({ errorName: 'lake_damaged' })
})

test('this file system keeps the promises that publishing needs', async () => {
  await makeFolderDurably(join(folder.path, 'a', 'b'))
  const probe = await probeLake(join(folder.path, 'a', 'b'))
  expect(probe.results.filter((result) => !result.ok)).toEqual([])
  expect(probe.results).toHaveLength(6)
  expect(probe.freeBytes).toBeGreaterThan(0)
  expect(probe.totalBytes).toBeGreaterThanOrEqual(probe.freeBytes)
})

test('a failpoint is armed by its exact name only, and unarmed ones do nothing', () => {
  for (const text of ['publish', 'publish:before-rename@0', 'publish:before-rename@1@1', 'x@1']) {
    expect(() => armFailpoint(text)).toThrow('SAFELANDING_FAILPOINT')
  }
  armFailpoint('publish:before-rename@2')
  failpoint('publish:before-rename')
  failpoint('publish:after-rename')
  armFailpoint(undefined)
  failpoint('publish:before-rename')
})
