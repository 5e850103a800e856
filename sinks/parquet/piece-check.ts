// Whether a file that is read back is the one that was written: every byte belongs to a piece whose
// CRC-32 was taken from memory before it was written.
import { crc32 } from 'node:zlib'

export interface Piece {
  /** At least one byte. */
  readonly length: number
  readonly crc: number
}

/** Compares what is read, in any cuts, with the pieces that were written. */
export class PieceCheck {
  readonly #pieces: readonly Piece[]
  #piece = 0
  /** Bytes of the piece that were read, and their CRC. */
  #done = 0
  #crc = 0
  #isSame = true

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  /** All that was added is all that was written. */
  get isWhole(): boolean {
    return this.#isSame && this.#piece === this.#pieces.length
  }

  add(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const piece = this.#pieces[this.#piece]
      if (piece === undefined) {
        this.#isSame = false
        return
      }
      const count = Math.min(piece.length - this.#done, bytes.length - at)
      this.#crc = crc32(bytes.subarray(at, at + count), this.#crc)
      at += count
      this.#done += count
      if (this.#done < piece.length) return
      this.#isSame &&= this.#crc === piece.crc
      this.#piece++
      this.#done = 0
      this.#crc = 0
    }
  }
}
