// What only a running transform shows: dictionaries that grow, buffers that are reused, constants,
// refusals of a second pass, totals over batches.
import { expect, test } from '@jest/globals'
import { ArenaOwner, memory } from '../../../kernels/arena.ts'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { openTransform } from '../../../transforms/run-plan.ts'
import { fieldBatchOf } from '../../support/field-batch.ts'
import { bytesOf } from '../../support/land-column.ts'
import { readColumns } from '../../support/read-columns.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../../support/table-setup.ts'

const rowsOf = (...rows: string[][]): Uint8Array[][] => rows.map((row) => row.map(bytesOf))

const textPlan = compilePlan(
  contractOf([{ name: 'text' }]),
  tableMappingOf([columnMappingOf('patient_id'), columnMappingOf('text')]),
  'int',
)

const dictionaryOf = (result: ReturnType<ReturnType<typeof openTransform>['apply']>): string[] =>
  Array.from(result.recordBatch.data.children[1]?.dictionary ?? [], String)

test('a dictionary grows within a row group and starts anew after it', () => {
  const transform = openTransform(textPlan, [])
  const first = transform.apply(fieldBatchOf(rowsOf(['1', 'b'], ['2', 'a'], ['3', 'b']), 2))
  expect(dictionaryOf(first)).toEqual(['b', 'a'])
  const second = transform.apply(fieldBatchOf(rowsOf(['4', 'c'], ['5', 'a']), 2))
  expect(dictionaryOf(second)).toEqual(['b', 'a', 'c'])
  expect(Array.from(second.recordBatch.data.children[1]?.values ?? [])).toEqual([2, 1])
  expect(transform.dictionaryBytes).toBeGreaterThanOrEqual(3)
  transform.startRowGroup()
  const third = transform.apply(fieldBatchOf(rowsOf(['6', 'a']), 2))
  expect(dictionaryOf(third)).toEqual(['a'])
})

test('many distinct and long texts come through whole', () => {
  const transform = openTransform(textPlan, [])
  for (let pass = 0; pass < 2; pass++) {
    const texts = Array.from({ length: 5000 }, (_, row) =>
      row % 1000 === 7 ? `${row}`.repeat(20_000) : `text ${(row * 7919) % 4000}`,
    )
    const rows = texts.map((text, row) => [String(row), text])
    const { recordBatch } = transform.apply(fieldBatchOf(rowsOf(...rows), 2))
    expect(readColumns(recordBatch)[1]).toEqual(texts)
  }
})

test('a text mapped from several texts stands in the dictionary once', () => {
  const mapping = columnMappingOf('text', { values: { M: 'male', m: 'male', F: 'female' } })
  const plan = compilePlan(
    contractOf([{ name: 'text' }]),
    tableMappingOf([columnMappingOf('patient_id'), mapping]),
    'int',
  )
  const transform = openTransform(plan, [])
  const result = transform.apply(fieldBatchOf(rowsOf(['1', 'm'], ['2', 'F'], ['3', 'M']), 2))
  expect(dictionaryOf(result)).toEqual(['male', 'female'])
  expect(readColumns(result.recordBatch)[1]).toEqual(['male', 'female', 'male'])
})

test('the buffers of an accepted batch are handed over without copying, and used again', () => {
  const transform = openTransform(textPlan, [])
  const first = transform.apply(fieldBatchOf(rowsOf(['1', 'a'], ['2', 'b']), 2))
  const second = transform.apply(fieldBatchOf(rowsOf(['3', 'c'], ['4', '']), 2))
  const bufferOf = (result: typeof first, column: number) =>
    result.recordBatch.data.children[column]?.values.buffer
  expect(bufferOf(second, 0)).toBe(bufferOf(first, 0))
  expect(readColumns(second.recordBatch)).toEqual([
    [3n, 4n],
    ['c', null],
  ])
})

test('a batch of no rows, and one of which no row is accepted', () => {
  const transform = openTransform(textPlan, [])
  const none = transform.apply(fieldBatchOf([], 2))
  expect([none.rowsIn, none.acceptedCount, none.recordBatch.numRows]).toEqual([0, 0, 0])
  const refused = transform.apply(fieldBatchOf(rowsOf(['x', 'a'], ['', 'b']), 2))
  expect([refused.acceptedCount, refused.rejects.count]).toEqual([0, 2])
  expect(refused.recordBatch.numRows).toBe(0)
})

test('constants and absent columns are the same in every row', () => {
  const plan = compilePlan(
    contractOf([
      { name: 'flag', type: 'bool' },
      { name: 'day', type: 'date' },
      { name: 'number', type: 'int' },
      { name: 'share', type: 'float' },
      { name: 'text' },
      { name: 'gone', type: 'icd10' },
      { name: 'again', type: 'int', constraints: [{ kind: 'not_null' }] },
    ]),
    tableMappingOf([
      columnMappingOf('patient_id', { origin: { kind: 'field', from: 'Id' } }),
      columnMappingOf('flag', { origin: { kind: 'constant', value: 'true' } }),
      columnMappingOf('day', {
        origin: { kind: 'constant', value: '17/05/2020' },
        formats: ['%d/%m/%Y'],
        round: 'first_of_month',
      }),
      columnMappingOf('number', { origin: { kind: 'constant', value: '-9007199254740993' } }),
      columnMappingOf('share', { origin: { kind: 'constant', value: '0.5' } }),
      columnMappingOf('text', { origin: { kind: 'constant', value: 'été' } }),
      columnMappingOf('gone', { origin: { kind: 'absent' } }),
      columnMappingOf('again', { origin: { kind: 'field', from: 'Id' } }),
    ]),
    'int',
  )
  expect(plan.needed).toEqual(['Id'])
  const transform = openTransform(structuredClone(plan), [])
  const { recordBatch } = transform.apply(fieldBatchOf(rowsOf(['1'], ['x'], ['3']), 1))
  expect(readColumns(recordBatch)).toEqual([
    [1n, 3n],
    [true, true],
    [18_383, 18_383],
    [-9007199254740993n, -9007199254740993n],
    [0.5, 0.5],
    ['été', 'été'],
    [null, null],
    [1n, 3n],
  ])
  expect(transform.coercions()).toEqual([])
})

test('rows named by a table check are refused by their place among the rows that passed', () => {
  const transform = openTransform(textPlan, [
    { ordinal: 1, rule: 'unique', column: 'text' },
    { ordinal: 2, rule: 'patient_exists', column: null },
  ])
  const first = transform.apply(fieldBatchOf(rowsOf(['1', 'a'], ['x', 'b'], ['3', 'c']), 2))
  expect(readColumns(first.recordBatch)[1]).toEqual(['a'])
  expect(Array.from(first.rejects.rows.subarray(0, 2))).toEqual([1, 2])
  const second = transform.apply(fieldBatchOf(rowsOf(['4', 'd'], ['5', 'e']), 2))
  expect(readColumns(second.recordBatch)[1]).toEqual(['e'])
  expect(Array.from(second.rejects.columns.subarray(0, 1))).toEqual([-1])
  expect(transform.ruleCounts()).toEqual([
    { column: null, rule: 'patient_exists', count: 1 },
    { column: 'patient_id', rule: 'type', count: 1 },
    { column: 'text', rule: 'unique', count: 1 },
  ])
})

test('patient ids may be texts', () => {
  const mapping = tableMappingOf([columnMappingOf('patient_id')])
  const plan = compilePlan(contractOf([]), mapping, 'string')
  expect(plan.parquetColumns).toEqual([{ name: 'patient_id', type: 'string', nullable: false }])
  const { recordBatch, rejects } = openTransform(plan, []).apply(
    fieldBatchOf(rowsOf(['a-1'], [''], ['007']), 1),
  )
  expect(readColumns(recordBatch)).toEqual([['a-1', '007']])
  expect(rejects.count).toBe(1)
})

test('the buffers given back serve the next transform, and the counts stay', () => {
  const batch = () => fieldBatchOf(rowsOf(['1', 'a'], ['x', 'b'], ['3', 'c']), 2)
  const open = () => {
    const transform = openTransform(textPlan, [])
    transform.apply(batch())
    transform.release()
    transform.release()
    expect(transform.ruleCounts()).toEqual([{ column: 'patient_id', rule: 'type', count: 1 }])
    expect([transform.warnings(), transform.coercions()]).toEqual([[], []])
  }
  open()
  const { byteLength } = memory.buffer
  for (let again = 0; again < 100; again++) open()
  expect(memory.buffer.byteLength).toBe(byteLength)
})

test('a batch in the memory of the kernels is read where it lies, any other is copied', () => {
  const owner = new ArenaOwner()
  const batch = fieldBatchOf(rowsOf(['1', 'a'], ['2', 'a longer text than sixteen bytes']), 2)
  const bytes = owner.bytes(batch.bytes.length)
  const [starts, ends] = [owner.int32(batch.starts.length), owner.int32(batch.ends.length)]
  const structure = owner.bytes(batch.structure.length)
  bytes.set(batch.bytes)
  starts.set(batch.starts)
  ends.set(batch.ends)
  const inArena = { ...batch, bytes, starts, ends, structure }
  const transform = openTransform(textPlan, [])
  for (const given of [batch, inArena, batch]) {
    expect(readColumns(transform.apply(given).recordBatch)).toEqual([
      [1n, 2n],
      ['a', 'a longer text than sixteen bytes'],
    ])
  }
  transform.release()
  owner.release()
})
