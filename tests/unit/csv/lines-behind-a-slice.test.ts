// A line that a slice gives up may go on far behind its end: it is passed over in chunks. Read byte by
// byte it would take minutes for a file without line ends.
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import { openFieldReader } from '../../../sources/csv/read.ts'
import { commaDialect, readAll, temporaryFolder, writePlanned } from '../../support/csv-slices.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const bounds = { chunkBytes: 4096, rowsMax: 100, recordBytesMax: 4096, fieldBytesMax: 4096 }

/** Reads that this process has asked the kernel for; Linux counts them. */
const readCalls = (): number =>
  Number(/syscr: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0)
const onLinux = existsSync('/proc/self/io') ? test : test.skip

onLinux('a long line behind the end of its slice is passed over in chunks', async () => {
  const file = writePlanned(folder.path, `1,2\n3,${'x'.repeat(400_000)}\n5,6\n`, 2)
  const reader = openFieldReader(
    file,
    commaDialect,
    { start: 0, end: 5, startIsExact: true },
    bounds,
  )
  const before = readCalls()
  const { rows, summary } = await readAll(reader)
  expect(readCalls() - before).toBeLessThan(1_000)
  expect(rows.map(({ rule }) => rule)).toEqual([null, 'record_too_long'])
  expect(summary).toMatchObject({ start: 0, end: file.bytes - 4, bytesLost: 400_002 })
})
