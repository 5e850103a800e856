// Bounds of long texts: cut, still valid UTF-8, still bounds.
import { expect, test } from '@jest/globals'
import { lowerBound, upperBound } from '../../../sinks/parquet/statistics.ts'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))
const textOf = (bound: { bytes: Uint8Array } | null): string | null =>
  bound === null ? null : Buffer.from(bound.bytes).toString('utf8')

test('texts within the limit are kept whole', () => {
  expect(lowerBound(utf8('abcd'), 4)).toEqual({ bytes: utf8('abcd'), exact: true })
  expect(upperBound(utf8('abcd'), 4)).toEqual({ bytes: utf8('abcd'), exact: true })
})

test.each([
  ['abcde', 'abcd', 'abce'],
  ['abc\u007fz', 'abc\u007f', 'abc\u0080'],
  ['aé€x', 'aé', 'aê'],
  ['ab\ud7ffz', 'ab', 'ac'],
  ['a\ud7ffz', 'a\ud7ff', 'a\ue000'],
  ['a\u{10ffff}z', 'a', 'b'],
  ['\u{10ffff}z', '\u{10ffff}', null],
])('%j is bounded by %j and %j', (text, lower, upper) => {
  const minimum = lowerBound(utf8(text), 4)
  const maximum = upperBound(utf8(text), 4)
  expect(minimum.exact).toBe(false)
  expect(textOf(minimum)).toBe(lower)
  expect(textOf(maximum)).toBe(upper)
  expect(Buffer.compare(minimum.bytes, utf8(text))).toBe(-1)
  if (maximum !== null) expect(Buffer.compare(maximum.bytes, utf8(text))).toBe(1)
})
