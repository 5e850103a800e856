// What the scratch folder keeps, and what it removes: files of users who do not come any more, and
// what crashed servers left behind.
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openScratchFolder } from '../../../query/gateway/scratch-folder.ts'
import { scratchFolder } from '../../support/proofs.ts'

const now = new Date('2026-06-01T00:00:00Z')
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * 3_600_000)

test('files unused for longer than permitted go, with what belongs to them; others stay', () => {
  const scratch = scratchFolder('folder')
  const folder = openScratchFolder(scratch.path, 90)
  const files = ['old', 'young', 'busy'].map((user) => folder.ofUser(user).scratchFile)
  for (const [index, days] of [91, 89, 400].entries()) {
    for (const path of [files[index] ?? '', `${files[index]}.wal`]) {
      writeFileSync(path, 'x')
      utimesSync(path, daysAgo(days), daysAgo(days))
    }
  }
  writeFileSync(join(scratch.path, 'notes.txt'), 'of somebody')
  utimesSync(join(scratch.path, 'notes.txt'), daysAgo(999), daysAgo(999))
  folder.sweep(now, ['busy'])
  expect(files.map((path) => existsSync(path))).toEqual([false, true, true])
  expect(existsSync(`${files[0]}.wal`)).toBe(false)
  expect(existsSync(join(scratch.path, 'notes.txt'))).toBe(true)
  // Who comes again is not forgotten.
  folder.ofUser('young')
  folder.sweep(new Date(Date.now() + 89 * 24 * 3_600_000), [])
  expect(existsSync(files[1] ?? '')).toBe(true)
  folder.close()
  scratch.remove()
})

test('what dead servers spilled is removed, what living ones spill stays', () => {
  const scratch = scratchFolder('folder')
  mkdirSync(join(scratch.path, 'spill-999999999'))
  mkdirSync(join(scratch.path, `spill-${process.ppid}`))
  const folder = openScratchFolder(scratch.path, 90)
  const own = `spill-${process.pid}`
  expect(readdirSync(scratch.path).sort()).toEqual([own, `spill-${process.ppid}`].sort())
  folder.close()
  expect(readdirSync(scratch.path)).toEqual([`spill-${process.ppid}`])
  scratch.remove()
})
