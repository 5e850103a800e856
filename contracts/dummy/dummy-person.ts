// The invented people whom dummy extracts tell of. A person follows from seed and number alone, so
// that tables link up though none of them is held in memory. Nobody is described.

import { daysOf } from './calendar-days.ts'
import { withModulus11 } from './check-digits.ts'
import { mixedSeed, type SeededRandom } from './seeded-random.ts'

/** No event is later, whenever the extracts are made: dates stay in the past of every load. */
export const latestDay: number = daysOf(2024, 12, 31)

export interface Person {
  readonly index: number
  /** 64-bit whole number beyond 2^53, as text. */
  readonly id: string
  /** First day of the month. */
  readonly birth: number
  readonly death: number | null
  readonly sex: 'female' | 'male' | 'intersex' | 'unknown'
}

/** The id of a person; numbers from the count of people on are those of nobody. */
export const personId = (index: number): string => `730000${1_000_000_000_000 + index * 9}`

/** So many different NHS numbers are made. */
export const nhsNumbers = 900_000

/**
 * A number of the range that is kept for tests: 999, six digits, the check digit. Of the ten numbers
 * of eight equal digits one at most has no check digit: nine are counted, so that no two of the
 * first `nhsNumbers` are equal.
 */
export function nhsNumber(number: number): string {
  const first = `999${String(Math.floor(number / 9) % 100_000).padStart(5, '0')}`
  const numbers = Array.from({ length: 10 }, (_, digit) => withModulus11(`${first}${digit}`))
  const right = numbers.filter((text) => text !== null)
  return right[number % 9] ?? ''
}

/** Person `index`; `random` is restarted for each, and left as it is then. */
export function makePerson(seed: number, index: number, random: SeededRandom): Person {
  random.restart(mixedSeed(seed, index))
  const year = 1918 + random.below(107)
  const birth = daysOf(year, 1 + random.below(year === 2024 ? 6 : 12), 1)
  // One in sixty of the young and one in six of the old.
  const isDead = random.chance(year < 1950 ? 0.16 : 0.016)
  const from = Math.max(birth + 1, random.chance(0.9) ? daysOf(2019, 2, 1) : daysOf(2012, 1, 1))
  const death = isDead ? from + random.below(latestDay - from + 1) : null
  const lot = random.next()
  const sex = lot < 0.495 ? 'female' : lot < 0.99 ? 'male' : lot < 0.995 ? 'intersex' : 'unknown'
  return { index, id: personId(index), birth, death, sex }
}
