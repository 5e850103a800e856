// The file below the encoder: what it refuses, what it leaves behind, and what its faults are called.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import { type ErrorName, isLandingError, LandingError } from '../../../contracts/errors.ts'
import { storageError } from '../../../lake/durable-files.ts'
import { ByteStore } from '../../../sinks/parquet/byte-store.ts'
import { chooseCompress } from '../../../sinks/parquet/codecs.ts'
import { openParquetWriter } from '../../../sinks/parquet/open-parquet-writer.ts'
import { PartFileWriter } from '../../../sinks/parquet/part-file.ts'
import { makeScratchFolder } from '../../support/parquet-files.ts'
import { toArrow, toRecordBatch } from '../../support/parquet-tables.ts'

const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

const columns = [{ name: 'value', type: 'int32', nullable: false }] as const
const options = { columns, compression: 'snappy', dictionary: 'auto', metadata: {} } as const
const batch = toRecordBatch(columns, [toArrow('int32', ['1', '2'], 0, null)])

function errorNameOf(action: () => unknown): ErrorName | null {
  try {
    action()
  } catch (error) {
    if (isLandingError(error)) return error.errorName
    throw error
  }
  return null
}

test.each([
  ['ENOSPC', 'disk_full', 'no space left on the disk'],
  ['EDQUOT', 'disk_full', 'no space left on the disk'],
  ['EMFILE', 'out_of_resources', 'the machine is out of resources'],
  ['ENFILE', 'out_of_resources', 'the machine is out of resources'],
  ['ENOMEM', 'out_of_resources', 'the machine is out of resources'],
  ['EIO', 'storage_failed', 'the storage failed'],
  ['EROFS', 'storage_failed', 'the file system is read-only'],
])('%s is %s', (code, name, sentence) => {
  const error = storageError(Object.assign(new Error('x'), { code }), 'part.parquet', 'write')
  expect(error.errorName).toBe(name)
  expect(error.message).toBe(`part.parquet: write: ${sentence} (${code})`)
})

test('a refusal that is one already passes unchanged', () => {
  const error = new LandingError('disk_full', 'once')
  expect(storageError(error, 'part.parquet', 'write')).toBe(error)
})

test('a file that exists is never written to', () => {
  const path = scratch.next()
  writeFileSync(path, 'precious')
  expect(errorNameOf(() => openParquetWriter(path, options))).toBe('storage_failed')
  expect(readFileSync(path, 'utf8')).toBe('precious')
})

test('a folder that is missing is a fault of the storage', () => {
  expect(errorNameOf(() => new PartFileWriter(`${scratch.next()}/none/part`))).toBe(
    'storage_failed',
  )
})

test('a committed file is read-only, and its digest is that of its bytes', async () => {
  const path = scratch.next()
  const writer = openParquetWriter(path, options)
  writer.add(batch)
  expect(writer.pendingRows).toBe(2)
  expect(writer.pendingBytes).toBe(8)
  const part = await writer.commit()
  const bytes = readFileSync(path)
  expect(statSync(path).mode & 0o777).toBe(0o440)
  expect(part).toEqual({
    rows: 2,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  expect(() => writer.add(batch)).toThrow('open writer')
  await expect(writer.commit()).rejects.toThrow('open writer')
})

test('abort leaves no file, at any time and twice', async () => {
  const path = scratch.next()
  const writer = openParquetWriter(path, options)
  writer.add(batch)
  writer.endRowGroup()
  writer.abort()
  writer.abort()
  expect(existsSync(path)).toBe(false)
  const again = openParquetWriter(path, options)
  await again.commit()
  again.abort()
  expect(existsSync(path)).toBe(false)
})

test('writes larger and smaller than the buffer keep their order', async () => {
  const path = scratch.next()
  const file = new PartFileWriter(path)
  const parts = [Buffer.from('PAR1'), Buffer.alloc(3_000_000, 1), Buffer.alloc(700_000, 2)].concat([
    Buffer.alloc(700_000, 3),
    Buffer.from('PAR1'),
  ])
  let position = 0
  for (const part of parts) {
    expect(file.position).toBe(position)
    file.write(part)
    position += part.length
  }
  const finished = await file.finish(0o600)
  expect(readFileSync(path).equals(Buffer.concat(parts))).toBe(true)
  expect(finished.bytes).toBe(position)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a part that reads back without its magic is refused', async () => {
  const file = new PartFileWriter(scratch.next())
  file.write(Buffer.from('PAR1 and no end'))
  await expect(file.finish(0o440)).rejects.toMatchObject({ errorName: 'storage_failed' })
})

const changes: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['a byte of a large piece changed', (bytes) => bytes.fill(1, 1_000_000, 1_000_001)],
  ['a byte of a small piece changed', (bytes) => bytes.fill(1, 2_000_010, 2_000_011)],
  ['its end lost', (bytes) => bytes.subarray(0, 2_000_000)],
  [
    'a block lost in the middle',
    (bytes) => Buffer.concat([bytes.subarray(0, 4096), bytes.subarray(8192)]),
  ],
  ['more behind its end', (bytes) => Buffer.concat([bytes, Buffer.from('PAR1')])],
  [
    'two pieces swapped',
    (bytes) => bytes.fill(2, 2_000_004, 2_000_024).fill(0, 2_000_024, 2_000_044),
  ],
]

test.each(changes)('a part is refused that reads back with %s', async (_what, change) => {
  const path = scratch.next()
  const file = new PartFileWriter(path)
  file.write(Buffer.from('PAR1'))
  file.write(Buffer.alloc(2_000_000, 7))
  for (const piece of [Buffer.alloc(20), Buffer.alloc(20, 2)]) file.write(piece)
  file.write(Buffer.from('PAR1'))
  // All is on its way to the disk, and changed there behind the writer's back.
  const same = file.finish(0o640)
  const bytes = change(readFileSync(path))
  writeFileSync(path, bytes)
  await expect(same).rejects.toMatchObject({ errorName: 'storage_failed' })
})

test('zstd is refused with a remedy where the runtime has none', () => {
  expect(errorNameOf(() => chooseCompress('zstd', new ByteStore('scratch compressed'), null))).toBe(
    'not_supported_yet',
  )
})

test('data that does not fit its column is a defect', () => {
  const writer = openParquetWriter(scratch.next(), options)
  const texts = toRecordBatch(columns, [toArrow('string', ['a'], 0, null)])
  expect(() => writer.add(texts)).toThrow('column value comes as the Arrow type of a int32')
  const nulls = toRecordBatch(columns, [toArrow('int32', [null], 0, null)])
  expect(() => writer.add(nulls)).toThrow('has no nulls')
  writer.abort()
})
