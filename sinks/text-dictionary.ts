// A list of texts as an Arrow dictionary that grows at its end: what few-valued text columns share.
import type { Utf8 as Utf8Type, Vector } from 'apache-arrow'
import { Dictionary, Int32, makeData, makeVector, Utf8 } from '../config/arrow.ts'

export class TextDictionary {
  /** A type of its own: Arrow tells dictionaries apart by the id in it. */
  readonly type = new Dictionary(new Utf8(), new Int32())
  readonly #texts: string[] = []
  #vector: Vector<Utf8Type> | null = null

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.append(text)
  }

  /** Adds a text and returns its key. */
  append(text: string): number {
    this.#vector = null
    return this.#texts.push(text) - 1
  }

  /** The dictionary as it is now. */
  get vector(): Vector<Utf8Type> {
    this.#vector ??= toVector(this.#texts)
    return this.#vector
  }
}

function toVector(texts: readonly string[]): Vector<Utf8Type> {
  const encoded = texts.map((text) => Buffer.from(text, 'utf8'))
  const valueOffsets = new Int32Array(texts.length + 1)
  for (const [index, text] of encoded.entries()) {
    valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + text.length
  }
  const data = new Uint8Array(Buffer.concat(encoded))
  const length = texts.length
  return makeVector(makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data }))
}
