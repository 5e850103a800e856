// Thrift's compact protocol, as far as Parquet's headers and footer need it: fields by ascending
// number, lists, nested structs. Writes into one growing buffer.
import assert from 'node:assert'

export const thriftTypes = { i16: 4, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const
type ThriftType = (typeof thriftTypes)[keyof typeof thriftTypes]

const trueField = 1
const falseField = 2

export class CompactWriter {
  #bytes = new Uint8Array(1024)
  #length = 0
  #lastField = 0
  readonly #outerFields: number[] = []

  /** What was written since the last reset; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  reset(): void {
    assert(this.#outerFields.length === 0, 'every struct was ended')
    this.#length = 0
    this.#lastField = 0
  }

  bool(field: number, value: boolean): void {
    this.#fieldHeader(field, value ? trueField : falseField)
  }

  i16(field: number, value: number): void {
    this.#fieldHeader(field, thriftTypes.i16)
    this.i32Element(value)
  }

  i32(field: number, value: number): void {
    this.#fieldHeader(field, thriftTypes.i32)
    this.i32Element(value)
  }

  /** A whole number of at most 2^52: sizes, counts and offsets. */
  i64(field: number, value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0 && value <= 2 ** 52, 'a size or an offset')
    this.#fieldHeader(field, thriftTypes.i64)
    this.#varint(value * 2)
  }

  binary(field: number, value: Uint8Array): void {
    this.#fieldHeader(field, thriftTypes.binary)
    this.binaryElement(value)
  }

  text(field: number, value: string): void {
    this.binary(field, Buffer.from(value, 'utf8'))
  }

  /** Opens a list; write `count` elements after it with the …Element and struct methods. */
  list(field: number, element: ThriftType, count: number): void {
    this.#fieldHeader(field, thriftTypes.list)
    if (count < 15) {
      this.#byte((count << 4) | element)
    } else {
      this.#byte(0xf0 | element)
      this.#varint(count)
    }
  }

  struct(field: number): void {
    this.#fieldHeader(field, thriftTypes.struct)
    this.structElement()
  }

  /** A struct that is an element of a list. */
  structElement(): void {
    this.#outerFields.push(this.#lastField)
    this.#lastField = 0
  }

  /** Ends the innermost struct. */
  end(): void {
    const outer = this.#outerFields.pop()
    assert(outer !== undefined, 'a struct is open')
    this.#byte(0)
    this.#lastField = outer
  }

  /** Ends the outermost struct, which has no field header. */
  stop(): void {
    assert(this.#outerFields.length === 0, 'every inner struct was ended')
    this.#byte(0)
  }

  i32Element(value: number): void {
    this.#varint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  textElement(value: string): void {
    this.binaryElement(Buffer.from(value, 'utf8'))
  }

  binaryElement(value: Uint8Array): void {
    this.#varint(value.length)
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  #fieldHeader(field: number, type: number): void {
    const step = field - this.#lastField
    assert(step > 0 && step < 16, 'fields are written in order')
    this.#byte((step << 4) | type)
    this.#lastField = field
  }

  #varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#byte(rest)
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}
