// A file is checked against the manifest once for a server, not once for each user; one that is written
// to or put in its place is checked again.
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  renameSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { VerifiedFiles } from '../../../query/worker/verified-files.ts'
import { type ServedLake, serveLake } from '../../support/serve-lake.ts'
import { run } from '../../support/trino-client.ts'

let served: ServedLake
let file: string
beforeAll(async () => {
  served = await serveLake()
  const folder = join(served.lake, 'snapshots', '1'.padStart(6, '0'), 'core', 'patients')
  file = join(folder, readdirSync(folder).filter((name) => name.endsWith('.parquet'))[0] ?? '')
}, 60_000)
afterAll(() => served.close())

/** The number of rows is in the footer of a file, and needs none of its pages. */
const count = (user: string) => run('SELECT count(*) FROM patients', { port: served.port, user })

/** Another byte in the first page, as if nothing had been written: the time is what it was. */
function damage(path: string): void {
  const handle = openSync(path, 'r+')
  writeSync(handle, Buffer.from([255]), 0, 1, 8)
  closeSync(handle)
  utimesSync(path, changedAt, changedAt)
}

const changedAt = 1_700_000_000

test('what one user asked for is not digested again for the next, until the file is another', async () => {
  utimesSync(file, changedAt, changedAt)
  expect((await count('ann')).error).toBeNull()
  damage(file)
  expect((await count('bea')).error).toBeNull()
  copyFileSync(file, `${file}.copy`)
  renameSync(`${file}.copy`, file)
  utimesSync(file, changedAt, changedAt)
  const refused = await count('cyd')
  expect(refused.error).toBe('GENERIC_INTERNAL_ERROR')
  expect(refused.message).toContain('is not what was published')
}, 60_000)

test('only names of files are remembered, a bounded number', () => {
  const name = (inode: number) => `${'a'.repeat(64)} 1:${inode}:3:4`
  const files = new VerifiedFiles(2, [name(1)])
  expect(files.add([name(1), name(2), 'x', 5, null])).toEqual([name(2)])
  files.add([name(3)])
  expect(files.list()).toEqual([name(2), name(3)])
})
