// Puts test data into the memory of the kernels at awkward places, with garbage around it, and gives
// it back after the test.
import { ArenaOwner, addressOf } from '../../kernels/arena.ts'

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
