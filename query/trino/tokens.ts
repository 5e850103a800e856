// Splits the text of a statement into the tokens of Trino's grammar (SqlBase.g4): the only reader of
// client text. Characters that are no token of Trino are refused here, so nothing behind this file
// ever sees a blank that is none, a NUL byte or a comment.
import { TrinoError } from './trino-error.ts'

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

const pattern = new RegExp(
  [
    '(?<blank>[ \\t\\r\\n]+|--[^\\r\\n]*|/\\*[\\s\\S]*?\\*/)',
    "(?<binary>[xX]'[^']*')",
    "(?<unicode>[uU]&'(?:[^']|'')*')",
    "(?<string>'(?:[^']|'')*')",
    '(?<quoted>"(?:[^"]|"")*")',
    '(?<double>(?:\\d+(?:\\.\\d*)?|\\.\\d+)[eE][+-]?\\d+)',
    '(?<decimal>\\d+\\.\\d*|\\.\\d+)',
    '(?<integer>\\d+)',
    '(?<word>[a-zA-Z_][a-zA-Z0-9_]*)',
    '(?<parameter>\\?)',
    '(?<symbol><>|!=|<=|>=|\\|\\||->|=>|[-+*/%=<>().,;[\\]])',
  ].join('|'),
  'y',
)

/** Line and column (from 1) of an offset in a text. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

const kinds = [
  ...['binary', 'unicode', 'string', 'quoted', 'double', 'decimal', 'integer', 'word'],
  ...['parameter', 'symbol'],
] as const

/** `U&'\0041'`: four hex digits, or `+` and six; a doubled backslash is one. */
function decodeUnicode(body: string, fail: (why: string) => never): string {
  return body.replace(/\\(\\|\+[0-9a-fA-F]{6}|[0-9a-fA-F]{4}|)/g, (_match, code: string) => {
    if (code === '\\') return '\\'
    if (code === '') return fail('an escape of a unicode string is not complete')
    const point = Number.parseInt(code.replace('+', ''), 16)
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) && point !== 0
    return isCharacter ? String.fromCodePoint(point) : fail('an escape names no character')
  })
}

function decode(
  kind: (typeof kinds)[number],
  raw: string,
  fail: (why: string) => never,
): Pick<Token, 'kind' | 'value'> {
  switch (kind) {
    case 'binary': {
      const digits = raw.slice(2, -1).replace(/[ \t\r\n]/g, '')
      if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) fail('a binary literal is not pairs of hex digits')
      return { kind, value: digits.toUpperCase() }
    }
    case 'unicode':
      return { kind: 'string', value: decodeUnicode(raw.slice(3, -1).replaceAll("''", "'"), fail) }
    case 'string':
      return { kind, value: raw.slice(1, -1).replaceAll("''", "'") }
    case 'quoted': {
      const value = raw.slice(1, -1).replaceAll('""', '"')
      if (value === '') fail('an identifier of no characters')
      return { kind, value }
    }
    case 'word':
      return { kind, value: raw.toLowerCase() }
    default:
      return { kind, value: raw }
  }
}

/** All tokens of a text, `end` last. Throws TrinoError SYNTAX_ERROR with the place. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let offset = 0
  const fail = (why: string): never => {
    throw new TrinoError('SYNTAX_ERROR', why, placeOf(text, offset))
  }
  while (offset < text.length) {
    pattern.lastIndex = offset
    const match = pattern.exec(text)
    if (match === null) {
      const rest = text.slice(offset)
      if (rest.startsWith("'")) fail('a string has no closing quote')
      if (rest.startsWith('"')) fail('an identifier has no closing quote')
      if (rest.startsWith('/*')) fail('a comment is not closed')
      return fail('a character that no statement holds outside of quotes')
    }
    const [raw] = match
    if (raw.includes('\0')) fail('a NUL character')
    const groups = match.groups ?? {}
    const kind = kinds.find((candidate) => groups[candidate] !== undefined)
    if (kind !== undefined) {
      const end = offset + raw.length
      tokens.push({ ...decode(kind, raw, fail), start: offset, end })
      // `1a` is no number beside a word.
      const isNumber = kind === 'integer' || kind === 'decimal' || kind === 'double'
      if (isNumber && /[a-zA-Z_]/.test(text[end] ?? '')) fail('an identifier starts with a digit')
    }
    offset += raw.length
  }
  tokens.push({ kind: 'end', value: '', start: text.length, end: text.length })
  return tokens
}
