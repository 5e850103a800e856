// The fast path is really taken: plain values are decided by the kernels themselves and never by
// the per-value parsers behind them.
import { expect, test } from '@jest/globals'
import { nullTokensOf } from '../../../transforms/column-form.ts'
import { parseDateKernel } from '../../../transforms/kernels/parse-date.ts'
import { parseFloat64Kernel } from '../../../transforms/kernels/parse-float64.ts'
import { parseInt64Kernel } from '../../../transforms/kernels/parse-int64.ts'
import { compileDateFormat } from '../../../transforms/values/date-format.ts'
import { fieldBatchOf } from '../../support/field-batch.ts'
import { bytesOf } from '../../support/land-column.ts'

const { lengths, bytes: nullBytes, offsets: nullOffsets } = nullTokensOf(['', 'NULL'])

function setUp(texts: readonly string[]) {
  const batch = fieldBatchOf(
    texts.map((text) => [bytesOf(text)]),
    1,
  )
  const states = new Uint8Array(texts.length)
  return { batch, states, undecided: new Int32Array(texts.length) }
}

test('plain integers', () => {
  const texts = [
    '0',
    '-1',
    '123456789',
    '1234567890',
    '-999999999999999999',
    '',
    'NULL',
    '1.0',
    '+1',
  ]
  const { batch, states, undecided } = setUp(texts)
  const halves = new Int32Array(2 * texts.length)
  const { bytes, starts, ends, rowCount } = batch
  const count = parseInt64Kernel(
    bytes,
    starts,
    ends,
    0,
    rowCount,
    lengths,
    nullBytes,
    nullOffsets,
    halves,
    states,
    undecided,
  )
  expect(Array.from(undecided.subarray(0, count), (row) => texts[row])).toEqual(['1.0', '+1'])
  expect(Array.from(new BigInt64Array(halves.buffer).subarray(0, 5))).toEqual([
    0n,
    -1n,
    123456789n,
    1234567890n,
    -999999999999999999n,
  ])
  expect(Array.from(states)).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0])
})

test('plain numbers of at most fifteen digits', () => {
  const texts = ['0.1', '-2', '123456789012.345', '5.', '', '1e5', '1234567890123456']
  const { batch, states, undecided } = setUp(texts)
  const values = new Float64Array(texts.length)
  const { bytes, starts, ends, rowCount } = batch
  const count = parseFloat64Kernel(
    bytes,
    starts,
    ends,
    0,
    rowCount,
    lengths,
    nullBytes,
    nullOffsets,
    46,
    values,
    states,
    undecided,
  )
  expect(Array.from(undecided.subarray(0, count), (row) => texts[row])).toEqual([
    '1e5',
    '1234567890123456',
  ])
  expect(Array.from(values.subarray(0, 4))).toEqual([0.1, -2, 123456789012.345, 5])
})

test('dates of eight digits at fixed places, in any order and with at most two separators', () => {
  const cases = [
    ['%Y-%m-%d', '2020-02-29', '2020-02-30'],
    ['%d/%m/%Y', '29/02/2020', '30/02/2020'],
    ['%Y%m%d', '20200229', '20200230'],
  ] as const
  for (const [format, right, wrong] of cases) {
    const compiled = compileDateFormat(format)
    if (typeof compiled === 'string' || compiled.layout === null) throw new Error(format)
    const { layout } = compiled
    const { batch, states, undecided } = setUp([right, wrong, ''])
    const days = new Int32Array(3)
    const { bytes, starts, ends, rowCount } = batch
    const count = parseDateKernel(
      bytes,
      starts,
      ends,
      0,
      rowCount,
      lengths,
      nullBytes,
      nullOffsets,
      Int32Array.from(Object.values(layout)),
      0,
      new Uint8Array(3),
      days,
      states,
      undecided,
    )
    expect(Array.from(undecided.subarray(0, count))).toEqual([1])
    expect(days[0]).toBe(Date.UTC(2020, 1, 29) / 86_400_000)
    expect(states[2]).toBe(1)
  }
})
