// Splits the text of a statement into the tokens of Trino's grammar (SqlBase.g4): the only reader of
// client text. Characters that are no token of Trino are refused here, so nothing behind this file
// ever sees a blank that is none, a NUL byte or a comment. Statements of ehrQL may hold half a million
// characters of values, so the common tokens are told by their first character.
import { type TextPlace, TrinoError } from './trino-error.ts'

export type TokenKind =
  /** Unquoted word: `value` is lower case. */
  | 'word'
  | 'quoted'
  | 'string'
  | 'binary'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'symbol'
  | 'parameter'
  | 'end'

export interface Token {
  readonly kind: TokenKind
  /** Decoded: without quotes, a word in lower case, the digits of a number, hex of a binary. */
  readonly value: string
  /** Offsets in the text, in UTF-16 units. */
  readonly start: number
  readonly end: number
}

/**
 * Line and column (from 1) of an offset in a text, worked out when they are read: a compiler names
 * places of thousands of values and few of them are ever told.
 */
export function placeOf(text: string, offset: number): TextPlace {
  const lineStart = (): number => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1)
  return {
    get line() {
      return text.slice(0, offset).split('\n').length
    },
    get column() {
      return offset - lineStart() + 1
    },
  }
}

type Fail = (why: string) => never

/** `U&'\0041'`: four hex digits, or `+` and six; a doubled backslash is one. */
function decodeUnicode(body: string, fail: Fail): string {
  return body.replace(/\\(\\|\+[0-9a-fA-F]{6}|[0-9a-fA-F]{4}|)/g, (_match, code: string) => {
    if (code === '\\') return '\\'
    if (code === '') return fail('an escape of a unicode string is not complete')
    const point = Number.parseInt(code.replace('+', ''), 16)
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) && point !== 0
    return isCharacter ? String.fromCodePoint(point) : fail('an escape names no character')
  })
}

function decodeBinary(body: string, fail: Fail): string {
  const digits = body.replace(/[ \t\r\n]/g, '')
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) fail('a binary literal is not pairs of hex digits')
  return digits.toUpperCase()
}

/** What a character can start: bits of a table over ASCII. */
const blank = 1
const wordStart = 2
const digit = 4
const wordPart = wordStart | digit
const classes = new Uint8Array(128)
for (const character of ' \t\r\n') classes[character.charCodeAt(0)] = blank
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_') {
  classes[character.charCodeAt(0)] = wordStart
}
for (const character of '0123456789') classes[character.charCodeAt(0)] = digit

const classOf = (code: number): number => (code < 128 ? (classes[code] ?? 0) : 0)

const numberPattern = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const symbolPattern = /<>|!=|<=|>=|\|\||->|=>|[-+*/%=<>().,;[\]]/y
const commentPattern = /--[^\r\n]*|\/\*[\s\S]*?\*\//y

/** The end of a text in quotes that open at `start`: behind the closing quote; -1: it has none. */
function quoteEnd(text: string, start: number, quote: string): number {
  let end = text.indexOf(quote, start + 1)
  while (end >= 0 && text[end + 1] === quote) end = text.indexOf(quote, end + 2)
  return end < 0 ? -1 : end + 1
}

function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0] ?? null
}

interface Reader {
  readonly text: string
  readonly tokens: Token[]
  readonly fail: (why: string, at: number) => never
}

function readQuoted({ text, tokens, fail }: Reader, start: number, prefix: string): number {
  const open = start + prefix.length
  const quote = text[open] ?? ''
  const end = quoteEnd(text, open, quote)
  if (end < 0) {
    return fail(`${quote === '"' ? 'an identifier' : 'a string'} has no closing quote`, start)
  }
  const raw = text.slice(open + 1, end - 1)
  if (raw.includes('\0')) fail('a NUL character', start)
  const body = raw.includes(quote) ? raw.replaceAll(quote + quote, quote) : raw
  const failHere = (why: string): never => fail(why, start)
  if (quote === '"') {
    if (body === '') fail('an identifier of no characters', start)
    tokens.push({ kind: 'quoted', value: body, start, end })
  } else if (prefix === '') {
    tokens.push({ kind: 'string', value: body, start, end })
  } else if (prefix.length === 1) {
    tokens.push({ kind: 'binary', value: decodeBinary(body, failHere), start, end })
  } else {
    tokens.push({ kind: 'string', value: decodeUnicode(body, failHere), start, end })
  }
  return end
}

function readWord(reader: Reader, start: number): number {
  const { text, tokens } = reader
  const next = text[start + 1]
  const first = text[start]
  if (next === "'" && (first === 'x' || first === 'X')) return readQuoted(reader, start, 'x')
  if (next === '&' && text[start + 2] === "'" && (first === 'u' || first === 'U')) {
    return readQuoted(reader, start, 'u&')
  }
  let end = start + 1
  while ((classOf(text.charCodeAt(end)) & wordPart) !== 0) end++
  tokens.push({ kind: 'word', value: text.slice(start, end).toLowerCase(), start, end })
  return end
}

function readNumber({ text, tokens, fail }: Reader, start: number): number {
  const value = matchAt(numberPattern, text, start) ?? ''
  const end = start + value.length
  // `1a` is no number beside a word.
  if (classOf(text.charCodeAt(end)) === wordStart) fail('an identifier starts with a digit', start)
  const kind = /[eE]/.test(value) ? 'double' : value.includes('.') ? 'decimal' : 'integer'
  tokens.push({ kind, value, start, end })
  return end
}

function readOther(reader: Reader, start: number): number {
  const { text, tokens, fail } = reader
  const comment = matchAt(commentPattern, text, start)
  if (comment !== null) {
    if (comment.includes('\0')) fail('a NUL character', start)
    return start + comment.length
  }
  if (text.startsWith('/*', start)) fail('a comment is not closed', start)
  const next = classOf(text.charCodeAt(start + 1))
  if (text[start] === '.' && next === digit) return readNumber(reader, start)
  if (text[start] === '?') {
    tokens.push({ kind: 'parameter', value: '?', start, end: start + 1 })
    return start + 1
  }
  const value = matchAt(symbolPattern, text, start)
  if (value === null) return fail('a character that no statement holds outside of quotes', start)
  tokens.push({ kind: 'symbol', value, start, end: start + value.length })
  return start + value.length
}

/** All tokens of a text, `end` last. Throws TrinoError SYNTAX_ERROR with the place. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const fail = (why: string, at: number): never => {
    throw new TrinoError('SYNTAX_ERROR', why, placeOf(text, at))
  }
  const reader: Reader = { text, tokens, fail }
  let offset = 0
  while (offset < text.length) {
    const code = text.charCodeAt(offset)
    const kind = classOf(code)
    if (kind === blank) offset++
    else if (kind === wordStart) offset = readWord(reader, offset)
    else if (kind === digit) offset = readNumber(reader, offset)
    else if (code === 0x27 || code === 0x22) offset = readQuoted(reader, offset, '')
    else offset = readOther(reader, offset)
  }
  tokens.push({ kind: 'end', value: '', start: text.length, end: text.length })
  return tokens
}
