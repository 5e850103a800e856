// The line of a text file at which a byte stands, for people with an editor. Counted on demand from
// the extract, which may be gone or changed by then: then there is no answer, and that is fine.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

export interface BytePlace {
  /** File as the operator knows it, relative to the project's folder. */
  readonly file: string
  readonly byteOffset: number
}

const chunkBytes = 1024 * 1024
/** Files above this size are not counted through for a line number. */
const countedBytesMax = 1024 * chunkBytes

/** Line numbers from 1, in the order of the places; null where the file cannot tell. */
export async function lineNumbers(
  folder: string,
  places: readonly BytePlace[],
): Promise<(number | null)[]> {
  const lines: (number | null)[] = places.map(() => null)
  for (const file of new Set(places.map((place) => place.file))) {
    if (file.endsWith('.gz')) continue
    const wanted = [...places.entries()]
      .filter(([, place]) => place.file === file)
      .sort(([, left], [, right]) => left.byteOffset - right.byteOffset)
    const offsets = wanted.map(([, place]) => place.byteOffset)
    const found = countLines(resolve(folder, file), offsets)
    for (const [index, [place]] of wanted.entries()) lines[place] = found[index] ?? null
  }
  return lines
}

/** Lines of ascending offsets, in one pass. LF, CRLF and CR each end a line. */
function countLines(path: string, offsets: readonly number[]): number[] {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const last = offsets.at(-1) ?? 0
  if (last > size || last > countedBytesMax) return []
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    const lines: number[] = []
    let line = 1
    let previous = 0
    let position = 0
    while (lines.length < offsets.length) {
      while ((offsets[lines.length] ?? Number.POSITIVE_INFINITY) <= position) lines.push(line)
      if (lines.length === offsets.length) break
      const until = Math.min(position + chunkBytes, offsets[lines.length] ?? 0)
      const count = readSync(descriptor, buffer, 0, until - position, position)
      if (count === 0) break
      for (let index = 0; index < count; index++) {
        const byte = buffer[index] ?? 0
        if (byte === 13 || (byte === 10 && previous !== 13)) line++
        previous = byte
      }
      position += count
    }
    return lines
  } finally {
    closeSync(descriptor)
  }
}
