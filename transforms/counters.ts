// Running counts of a transform over all its batches. Kernels add to them in their own memory; when
// that is given back, the counts stay.
import { type ArenaOwner, addressOf } from '../kernels/arena.ts'

export interface Counters {
  /** Where a kernel finds counter `index`, 32 bits each: a batch of work has fewer rows. */
  addressAt(index: number): number
  at(index: number): number
  /** To be called before the memory is given back. */
  keep(): void
}

export function openCounters(owner: ArenaOwner, length: number): Counters {
  let counts = owner.int32(length)
  return {
    addressAt: (index) => addressOf(counts) + 4 * index,
    at: (index) => counts[index] ?? 0,
    keep() {
      counts = Int32Array.from(counts)
    },
  }
}
