// Ranges compared as intervals, against the values themselves counted one by one: what contracts diff
// and contracts lint say of two ranges is what their values say.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { relationOf } from '../../contracts/diff/diff-constraints.ts'
import {
  commonValue,
  hasFirstOfMonth,
  intervalOf,
  type RangeConstraint,
} from '../../contracts/value-interval.ts'
import { generativeParameters } from '../support/generative.ts'

const bound = fc.integer({ min: -6, max: 6 })
const pair = fc.tuple(bound, bound).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)

const closed = (steps: readonly number[]): fc.Arbitrary<RangeConstraint> =>
  fc.tuple(pair, fc.constantFrom(...steps)).map(([[minimum, maximum], step]) => ({
    ...{ kind: 'closed_range', minimum, maximum, step },
  }))
const general: fc.Arbitrary<RangeConstraint> = fc
  .tuple(pair, fc.boolean(), fc.boolean(), fc.constantFrom('both', 'low', 'high'))
  .map(([[low, high], includesMinimum, includesMaximum, ends]) => ({
    kind: 'general_range',
    minimum: ends === 'high' ? null : low,
    maximum: ends === 'low' ? null : high,
    ...{ includesMinimum, includesMaximum },
  }))

/** Every whole number far enough around the bounds. */
const window = Array.from({ length: 41 }, (_, index) => index - 20)

function passes(range: RangeConstraint, value: number): boolean {
  const [low, high] = [range.minimum ?? -Infinity, range.maximum ?? Infinity].map(Number)
  if (low === undefined || high === undefined) throw new Error('a range has bounds')
  if (range.kind === 'closed_range') {
    return value >= low && value <= high && (value - low) % range.step === 0
  }
  const aboveLow = range.includesMinimum ? value >= low : value > low
  return aboveLow && (range.includesMaximum ? value <= high : value < high)
}

const valuesOf = (range: RangeConstraint) => window.filter((value) => passes(range, value))

const types = { before: 'int', after: 'int' } as const

function relationOfValues(before: RangeConstraint, after: RangeConstraint): string {
  const [from, to] = [valuesOf(before), valuesOf(after)]
  const isSubset = to.every((value) => from.includes(value))
  const isSuperset = from.every((value) => to.includes(value))
  if (isSubset) return isSuperset ? 'same' : 'narrower'
  return isSuperset ? 'wider' : 'other'
}

test('without steps, ranges are related as their values are', () => {
  const range = fc.oneof(closed([1]), general)
  fc.assert(
    fc.property(range, range, (before, after) => {
      fc.pre(valuesOf(before).length > 0 && valuesOf(after).length > 0)
      expect(relationOf(types, before, after)).toBe(relationOfValues(before, after))
    }),
    generativeParameters(500),
  )
})

test('with steps, nothing is called narrower or the same that is not', () => {
  const range = fc.oneof(closed([1, 2, 3, 4]), general)
  const seen = new Set<string>()
  fc.assert(
    fc.property(range, range, (before, after) => {
      const said = relationOf(types, before, after)
      const is = relationOfValues(before, after)
      seen.add(said)
      if (said === 'same') expect(is).toBe('same')
      if (said === 'narrower') expect(['same', 'narrower']).toContain(is)
      if (said === 'wider') expect(['same', 'wider']).toContain(is)
    }),
    generativeParameters(500),
  )
  expect(seen.size).toBe(4)
})

test('ranges overlap where a value lies in both', () => {
  fc.assert(
    fc.property(closed([1, 2, 3]), general, (left, right) => {
      const common = valuesOf(left).filter((value) => passes(right, value))
      const found = commonValue(intervalOf('int', left), intervalOf('int', right))
      expect(found === null).toBe(common.length === 0)
      if (found !== null) expect(common).toContain(found)
    }),
    generativeParameters(500),
  )
})

test('a range of dates has a first of a month where one of its days is one', () => {
  const day = fc.integer({ min: 18_000, max: 18_100 })
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 40 }), (low, length) => {
      const days = Array.from({ length: length + 1 }, (_, index) => low + index)
      const expected = days.some((one) => new Date(one * 86_400_000).getUTCDate() === 1)
      const interval = { low, high: low + length, openLow: false, openHigh: false, step: null }
      expect(hasFirstOfMonth(interval)).toBe(expected)
    }),
    generativeParameters(300),
  )
})
