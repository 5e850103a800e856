// A small random generator that gives the same numbers for the same seed on every machine, for made
// data only. Algorithm: mulberry32 (T. Ettinger, public domain), period 2^32.

export interface SeededRandom {
  /** A float in [0, 1). */
  next(): number
  /** A whole number in [0, limit). */
  below(limit: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Begins anew, as if it had been made with this seed. */
  restart(seed: number): void
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('pick needs at least one item')
      return item
    },
    restart: (anew) => {
      state = anew >>> 0
    },
  }
}

/** Seed and number as one seed, well mixed: neighbours have nothing to do with each other. */
export function mixedSeed(seed: number, number: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b) ^ Math.imul(number + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** Seed and name as one seed (FNV-1a over the code units). */
export function namedSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return mixedSeed(seed, hash >>> 0)
}
