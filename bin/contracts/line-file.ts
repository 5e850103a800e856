// A text file that is written line by line through one buffer of bounded size.
import { closeSync, openSync, writeSync } from 'node:fs'
import { invalidByte } from '../../contracts/dummy/row-text.ts'

export interface LineFile {
  /** Appends a line and its end. */
  add(line: string): void
  /** Writes what is left and closes; a second call does nothing. */
  close(): void
}

const heldCharactersMost = 1 << 19

/** The bytes of a text, each place-holder being one byte that is no UTF-8. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (!text.includes(invalidByte)) return bytes
  const mark = Buffer.from(invalidByte)
  let written = 0
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(mark, from)
    const end = at < 0 ? bytes.length : at
    bytes.copyWithin(written, from, end)
    written += end - from
    if (at >= 0) bytes[written++] = 0xff
    from = at < 0 ? end : at + mark.length
  }
  return bytes.subarray(0, written)
}

/** Creates the file, or empties it. Throws the errors of the file system. */
export function openLineFile(path: string): LineFile {
  const descriptor = openSync(path, 'w')
  let isOpen = true
  let text = ''
  const flush = (): void => {
    const bytes = bytesOf(text)
    text = ''
    for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from)
  }
  return {
    add(line) {
      text += `${line}\n`
      if (text.length > heldCharactersMost) flush()
    },
    close() {
      if (!isOpen) return
      isOpen = false
      try {
        flush()
      } finally {
        closeSync(descriptor)
      }
    },
  }
}
