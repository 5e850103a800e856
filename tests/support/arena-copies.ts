// Puts test data into the memory of the kernels at awkward places, with garbage around it, and gives
// it back after the test.
import { expect } from '@jest/globals'
import type { Data } from 'apache-arrow'
import { ArenaOwner, addressOf, isInArena, memory } from '../../kernels/arena.ts'

const garbage = 0x5a
const margin = 64

export class ArenaCopies {
  readonly #owner = new ArenaOwner()

  /** Room for `byteLength` bytes, `skew` bytes beside any alignment. */
  room(byteLength: number, skew = 0): { bytes: Uint8Array; address: number } {
    const taken = this.#owner.bytes(byteLength + skew + margin * 2)
    taken.fill(garbage)
    const bytes = taken.subarray(margin + skew, margin + skew + byteLength)
    return { bytes, address: addressOf(bytes) }
  }

  /** Address of a copy. */
  of(view: ArrayBufferView, skew = 0): number {
    const { bytes, address } = this.room(view.byteLength, skew)
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    return address
  }

  /** Moves the buffers of Arrow data, dictionaries included, as transforms have them. */
  move(data: Data): void {
    for (const name of ['values', 'valueOffsets', 'nullBitmap'] as const) {
      const view: ArrayBufferView | undefined = data[name]
      if (view === undefined || view === null || view.byteLength === 0) continue
      const address = this.of(view)
      const place = [memory.buffer, address, Reflect.get(view, 'length')]
      Reflect.set(data, name, Reflect.construct(view.constructor, place))
      expect(isInArena(data[name])).toBe(true)
    }
    for (const child of data.children) this.move(child)
    for (const chunk of data.dictionary?.data ?? []) this.move(chunk)
  }

  release(): void {
    this.#owner.release()
  }
}

/** Runs a check with copies of its own. */
export function withCopies<Result>(check: (copies: ArenaCopies) => Result): Result {
  const copies = new ArenaCopies()
  try {
    return check(copies)
  } finally {
    copies.release()
  }
}
