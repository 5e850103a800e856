// A lock whose process cannot be seen from here: respected while it is touched, given up on when it
// was silent for long. A process that can be seen decides by itself, however old its lock is.
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { limits } from '../../../config/limits.ts'
import { type LakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import { takeLock } from '../../../lake/lock.ts'

const start = new Date('2026-11-22T02:00:00Z')
const later = (ms: number): Date => new Date(start.getTime() + ms)
let folder: string
let lake: LakeLayout

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'safelanding-lock-'))
  lake = await openOrCreateLake(join(folder, 'lake'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Takes the lock as this process, then rewrites it as that of another container. */
async function lockOf(namespace: string | null): Promise<string> {
  await takeLock(lake, 'first', process.pid, () => start)
  const path = join(
    lake.locks,
    readdirSync(lake.locks).find((name) => name.endsWith('.json')) ?? '',
  )
  const holder = JSON.parse(readFileSync(path, 'utf8'))
  if (namespace !== null) holder.process.namespace = namespace
  writeFileSync(path, JSON.stringify(holder))
  utimesSync(path, start, start)
  return path
}

const take = (now: Date) => takeLock(lake, 'second', process.pid, () => now)

test('a lock of another container is respected until it was silent for long', async () => {
  await lockOf('pid:[1]')
  await expect(take(later(limits.lockSilenceMsMax))).rejects.toMatchObject({
    errorName: 'lake_locked',
  })
  const lock = await take(later(limits.lockSilenceMsMax + 1))
  expect(lock.tookOverFrom).toBe('first')
  await lock.release()
})

test('a lock that is touched stays', async () => {
  const first = await takeLock(lake, 'first', process.pid, () => start)
  const path = join(
    lake.locks,
    readdirSync(lake.locks).find((name) => name.endsWith('.json')) ?? '',
  )
  const holder = JSON.parse(readFileSync(path, 'utf8'))
  holder.process.namespace = 'pid:[1]'
  writeFileSync(path, JSON.stringify(holder))
  await first.touch(later(3 * limits.lockSilenceMsMax))
  await expect(take(later(3 * limits.lockSilenceMsMax + limits.lockTouchMs))).rejects.toMatchObject(
    {
      errorName: 'lake_locked',
    },
  )
})

test('a process that is seen to run holds its lock however old it is', async () => {
  await lockOf(null)
  await expect(take(later(100 * limits.lockSilenceMsMax))).rejects.toMatchObject({
    errorName: 'lake_locked',
  })
})
