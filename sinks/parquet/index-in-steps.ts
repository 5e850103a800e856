// Builds dictionaries with small tables first, and gives up where what was seen says that they
// cannot pay.
import { limits } from '../../config/limits.ts'
import { kernels } from '../../kernels/kernels.ts'
import type { ByteStore } from './byte-store.ts'

const firstTryDistinct = 4096
/** Beyond this share of distinct values a dictionary saves little and costs a lookup a value. */
const distinctShareMax = 0.4
/** Widest range of whole numbers for which a table with a place for each is used. */
export const directRangeMax = 1 << 18

/** The power of two that is at least twice `distinctMax`. */
export function slotBitsOf(distinctMax: number): number {
  return 33 - Math.clz32(Math.max(distinctMax, 2) - 1)
}

/** Address of `count` places of four bytes, all zero. */
export function clearedSlots(store: ByteStore, count: number): number {
  store.reserve(count * 4)
  kernels.clearBytes(store.address, count * 4)
  return store.address
}

/**
 * Tries a small hash table that fits the cache first, then one for as many values as allowed, unless
 * what was seen says that this cannot pay. `index` returns the number of distinct values, or the
 * complement of the number of values it saw before there were too many.
 */
export function indexInSteps(
  distinctMax: number,
  count: number,
  index: (distinctMax: number) => number,
): number {
  const most = Math.min(distinctMax, limits.parquetDictionaryValuesMax)
  for (let step = Math.min(firstTryDistinct, most); ; step = most) {
    const distinct = index(step)
    if (distinct >= 0 || step >= most) return distinct
    if (expectedDistinct(~distinct, step, count) > count * distinctShareMax) return distinct
  }
}

/**
 * Distinct values to expect among `count`, where the first `seen` had `distinct`: draws from a pool
 * of N values, with N solved from distinct = N (1 - exp(-seen / N)) by bisection.
 */
export function expectedDistinct(seen: number, distinct: number, count: number): number {
  if (seen <= distinct) return count
  const drawn = (pool: number, draws: number): number => -pool * Math.expm1(-draws / pool)
  let low = distinct
  let high = distinct * count
  for (let step = 0; step < 60 && high - low > 1; step++) {
    const middle = (low + high) / 2
    if (drawn(middle, seen) < distinct) low = middle
    else high = middle
  }
  return drawn(high, count)
}
