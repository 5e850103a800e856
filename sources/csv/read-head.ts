// Reads as much of the front of a file as its header or first record takes: byte order mark, lines
// to skip, blank and comment lines, and one record by the dialect. Never the whole file.
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { ruleDefinitions } from '../../contracts/rules.ts'
import { type CompiledDialect, noByte } from './dialect.ts'
import { findLineEnd, lineEndAt } from './find-line.ts'
import { standardBounds } from './read-bounds.ts'
import { scanAnyRecords } from './scan-any-records.ts'
import { at, cursorLength, type ScanTarget, sentinelBytes, stops } from './scan-state.ts'
import { type FeedFile, openTextFeed, type TextFeed } from './text-feed.ts'

export interface FileHead {
  /** Behind byte order mark and skipped lines. */
  readonly textStart: number
  /** Fields of the first record; null where there is none. */
  readonly fields: readonly string[] | null
  /** Behind the first record and its line end. */
  readonly recordEnd: number
  readonly blankLines: number
  readonly commentLines: number
  /** True where nothing follows the first record. */
  readonly endsHere: boolean
  /** Bytes a line takes, over the part that was read; null where no line end was seen. */
  readonly lineBytes: number | null
}

const headBytes = 64 * 1024
/** A header behind more bytes of comments than this is none. */
const headBytesMax = 4 * limits.recordBytesMax

/** Errors: encoding_wrong, header_wrong, source_unreadable, compressed_damaged. */
export async function readHead(
  file: FeedFile,
  dialect: CompiledDialect,
  skipLines: number,
): Promise<FileHead> {
  const feed = openTextFeed(file, 0)
  try {
    for (let wanted = headBytes, text: HeadText | null = null; ; wanted *= 2) {
      text = await readMore(feed, text, wanted)
      refuseArchives(file.name, text)
      refuseOtherEncodings(file.name, text)
      const head = parseHead(file.name, text, dialect, skipLines)
      if (head !== null) return head
      if (wanted > headBytesMax) {
        const message = `${file.name}: no record ends within the first ${headBytesMax} bytes`
        throw new LandingError('header_wrong', message)
      }
    }
  } finally {
    feed.close()
  }
}

interface HeadText {
  readonly bytes: Uint8Array
  readonly filled: number
  readonly atEnd: boolean
}

async function readMore(feed: TextFeed, text: HeadText | null, wanted: number): Promise<HeadText> {
  const bytes = new Uint8Array(2 * wanted + 2 * sentinelBytes)
  if (text !== null) bytes.set(text.bytes.subarray(0, text.filled))
  let filled = text?.filled ?? 0
  while (filled < wanted) {
    const count = await feed.read(bytes, filled, wanted - filled)
    if (count === 0) return { bytes, filled, atEnd: true }
    filled += count
  }
  return { bytes, filled, atEnd: false }
}

/** null: more bytes are needed. */
function parseHead(
  name: string,
  text: HeadText,
  dialect: CompiledDialect,
  skipLines: number,
): FileHead | null {
  const { bytes, filled, atEnd } = text
  let textStart = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  for (let line = 0; line < skipLines; line++) {
    const lineEnd = findLineEnd(bytes, textStart, filled, atEnd, dialect)
    if (lineEnd < 0) return null
    textStart = lineEnd + lineEndAt(bytes, lineEnd, filled, dialect)
  }
  const target = oneRecord(limits.fieldsMax)
  const cursor = new Int32Array(cursorLength)
  cursor[at.position] = textStart
  cursor[at.filled] = filled
  cursor[at.startLimit] = filled
  cursor[at.atEnd] = atEnd ? 1 : 0
  cursor[at.rowLimit] = 1
  cursor[at.spare] = filled + sentinelBytes
  scanAnyRecords(bytes, cursor, dialect, standardBounds(target.fieldCount), target)
  if (cursor[at.stop] === stops.needMore) return null
  const isRecord = cursor[at.row] === 1
  if (!isRecord && !atEnd) return null
  const recordEnd = cursor[at.position] ?? 0
  return {
    textStart,
    fields: isRecord ? fieldTexts(name, bytes, cursor, target) : null,
    recordEnd,
    blankLines: cursor[at.blankLines] ?? 0,
    commentLines: cursor[at.commentLines] ?? 0,
    endsHere: atEnd && recordEnd >= filled,
    lineBytes: bytesOfLine(text, recordEnd, dialect),
  }
}

/** Room for one record of up to `fields` fields, all of them selected. */
function oneRecord(fields: number): ScanTarget {
  return {
    starts: new Int32Array(fields),
    ends: new Int32Array(fields),
    recordStarts: new Int32Array(1),
    recordEnds: new Int32Array(1),
    structure: new Uint8Array(1),
    fieldCount: fields,
    bases: Int32Array.from({ length: fields }, (_, index) => index),
    blankIsRow: 0,
  }
}

const wrongCounts = [0, ruleDefinitions.too_few_fields.number + 1]

function fieldTexts(
  name: string,
  bytes: Uint8Array,
  cursor: Int32Array,
  target: ScanTarget,
): string[] {
  const rule = target.structure[0] ?? 0
  if (!wrongCounts.includes(rule)) {
    const definition = Object.values(ruleDefinitions).find(({ number }) => number + 1 === rule)
    const expected =
      rule === ruleDefinitions.too_many_fields.number + 1
        ? `at most ${limits.fieldsMax} fields`
        : definition?.expected
    throw new LandingError('header_wrong', `${name}: its first record: expected ${expected}`)
  }
  const decoder = new TextDecoder()
  return Array.from({ length: cursor[at.fieldTotal] ?? 0 }, (_, field) =>
    decoder.decode(bytes.subarray(target.starts[field], target.ends[field])),
  )
}

function bytesOfLine(text: HeadText, from: number, dialect: CompiledDialect): number | null {
  const { bytes, filled } = text
  let lines = 0
  let last = from
  for (let position = from; position < filled; ) {
    const lineEnd = findLineEnd(bytes, position, filled, true, dialect)
    const length = lineEndAt(bytes, lineEnd, filled, dialect)
    if (length === 0) break
    lines++
    position = lineEnd + length
    last = position
  }
  return lines === 0 ? null : (last - from) / lines
}

const encodingSample = 2048

/** Refuses archives, known by their first bytes: their text would be told as a wrong header. */
function refuseArchives(name: string, text: HeadText): void {
  const opening = Buffer.from(text.bytes.subarray(0, Math.min(text.filled, 4))).toString('hex')
  if (opening.startsWith('1f8b')) {
    const found = `${name}: is compressed with gzip; expected a name that ends in .gz`
    throw new LandingError('encoding_wrong', found, {
      remedy: 'Give the file its ending .gz, or unpack it; nothing was published.',
    })
  }
  if (opening === '504b0304') {
    throw new LandingError(
      'encoding_wrong',
      `${name}: is a zip archive or a workbook; expected text`,
      { remedy: 'Unpack it, or save it as CSV in UTF-8; nothing was published.' },
    )
  }
}

/** Refuses UTF-16 and UTF-32, known by their mark or by a NUL in every other byte. */
function refuseOtherEncodings(name: string, text: HeadText): void {
  const [first = noByte, second = noByte, third = noByte, fourth = noByte] = text.bytes
  const refuse = (encoding: string): never => {
    throw new LandingError('encoding_wrong', `${name}: is ${encoding}; expected UTF-8`)
  }
  if (text.filled >= 4) {
    if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) refuse('UTF-32')
    if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) refuse('UTF-32')
  }
  if (text.filled < 2) return
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) refuse('UTF-16')
  const pairs = Math.floor(Math.min(text.filled, encodingSample) / 2)
  let even = 0
  let odd = 0
  for (let pair = 0; pair < pairs; pair++) {
    if (text.bytes[2 * pair] === 0) even++
    if (text.bytes[2 * pair + 1] === 0) odd++
  }
  // Latin text in UTF-16 has a NUL in nearly every pair, on the same side; bcp's empty strings do not.
  const [more, fewer] = even > odd ? [even, odd] : [odd, even]
  if (pairs >= 4 && more > 0.7 * pairs && fewer < 0.1 * pairs) refuse('UTF-16 without a mark')
}
