// How many distinct values a column will have, guessed from its first ones: held to counting.
import { expect, test } from '@jest/globals'
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import { expectedDistinct } from '../../../sinks/parquet/index-in-steps.ts'

/** Draws until `most` are distinct, then on to `count`: what was guessed then, and what came. */
function drawn(pool: number, count: number, most: number): { guess: number; truth: number } {
  const random = seededRandom(pool)
  const values = new Set<number>()
  let seen = 0
  let guess = 0
  for (let i = 0; i < count; i++) {
    values.add(random.below(pool))
    if (guess === 0 && values.size > most) guess = expectedDistinct(seen, most, count)
    seen++
  }
  return { guess, truth: values.size }
}

test.each([5_000, 20_000, 250_000, 3_000_000])('draws from a pool of %d are foreseen', (pool) => {
  const { guess, truth } = drawn(pool, 300_000, 4_096)
  expect(guess / truth).toBeGreaterThan(0.7)
  expect(guess / truth).toBeLessThan(1.4)
})

test('where every value was new, every value is expected to be', () => {
  expect(expectedDistinct(4_096, 4_096, 300_000)).toBe(300_000)
})
