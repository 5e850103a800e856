// A list of texts as an Arrow dictionary that grows at its end: what few-valued text columns share.
import { Dictionary, Int32, makeData, makeVector, Utf8, type Vector } from 'apache-arrow'

export class TextDictionary {
  /** A type of its own: Arrow tells dictionaries apart by the id in it. */
  readonly type = new Dictionary(new Utf8(), new Int32())
  readonly #texts: string[] = []
  #vector: Vector<Utf8> | null = null

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.append(text)
  }

  /** Adds a text and returns its key. */
  append(text: string): number {
    this.#vector = null
    return this.#texts.push(text) - 1
  }

  /** The dictionary as it is now. */
  get vector(): Vector<Utf8> {
    this.#vector ??= toVector(this.#texts)
    return this.#vector
  }
}

function toVector(texts: readonly string[]): Vector<Utf8> {
  const encoded = texts.map((text) => Buffer.from(text, 'utf8'))
  const valueOffsets = new Int32Array(texts.length + 1)
  for (const [index, text] of encoded.entries()) {
    valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + text.length
  }
  const data = new Uint8Array(Buffer.concat(encoded))
  const length = texts.length
  return makeVector(makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data }))
}
