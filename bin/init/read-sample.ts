// The head of an extract, for `init` to guess from: its delimiter, its first record and some
// hundred more. Reads a bounded part of the file and no more; a load has its own, exact reader.
import { closeSync, openSync, readSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'

export interface Sample {
  readonly delimiter: string
  /** Fields of the first record. */
  readonly head: readonly string[]
  /** Further records of as many fields. */
  readonly records: readonly (readonly string[])[]
  /** The first record looks like names and not like data. */
  readonly hasHeader: boolean
}

const sampleBytes = 256 * 1024
const sampleRecordsMax = 500
const delimiters = [',', '\t', '|', ';', '~'] as const

function readHead(path: string): string {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(sampleBytes)
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, sampleBytes, 0))
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
    const text = isGzip ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes
    return text.toString('utf8').replace(/^\ufeff/, '')
  } finally {
    closeSync(descriptor)
  }
}

/** Records of a text by quotes and delimiter; the last one may be cut and is left out. */
export function splitSample(text: string, delimiter: string): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let index = 0; index < text.length && records.length < sampleRecordsMax; index++) {
    const character = text[index] ?? ''
    if (isQuoted) {
      if (character !== '"') field += character
      else if (text[index + 1] === '"') field += text[++index]
      else isQuoted = false
    } else if (character === '"' && field === '') isQuoted = true
    else if (character === delimiter) {
      fields.push(field)
      field = ''
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[index + 1] === '\n') index += 1
      fields.push(field)
      if (fields.length > 1 || field !== '') records.push(fields)
      fields = []
      field = ''
    } else field += character
  }
  return records
}

/** The delimiter that cuts most records into the same number of fields, of which there are many. */
function guessDelimiter(text: string): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 }
  for (const delimiter of delimiters) {
    const records = splitSample(text, delimiter).slice(0, 100)
    const width = records[0]?.length ?? 0
    const equal = records.filter((record) => record.length === width).length
    const score = width < 2 ? 0 : (equal / records.length) * (1 + Math.log2(width) / 10)
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Names begin with a letter and no two are equal; data has numbers, dates and empty fields. */
function looksLikeHeader(head: readonly string[]): boolean {
  const isName = (field: string) => /^\s*[\p{L}_]/u.test(field) && field.length <= 100
  return head.every(isName) && new Set(head).size === head.length
}

/** Reads the head of an extract. Errors of the file system are thrown as they come. */
export function readSample(path: string): Sample {
  const text = readHead(path)
  const delimiter = guessDelimiter(text)
  // A file of one short line without line end is still a record.
  const records = splitSample(/[\r\n]/.test(text) ? text : `${text}\n`, delimiter)
  const head = records[0] ?? []
  const hasHeader = looksLikeHeader(head)
  const rest = hasHeader ? records.slice(1) : records
  return {
    delimiter,
    head,
    hasHeader,
    records: rest.filter((record) => record.length === head.length),
  }
}
