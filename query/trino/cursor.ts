// A position in the tokens of a statement: what the parser asks of it, and how it refuses. Refusals
// name the token by its kind alone where it is a literal, for that may hold a patient's value.
import { limits } from '../../config/limits.ts'
import { placeOf, type Token, type TokenKind } from './tokens.ts'
import { TrinoError } from './trino-error.ts'

/** Words that are no names unless quoted (SqlBase.g4, the complement of nonReserved). */
const reservedWords: ReadonlySet<string> = new Set(
  `alter and as between by case cast constraint create cross cube current_catalog current_date
  current_path current_role current_schema current_time current_timestamp current_user deallocate
  delete describe distinct drop else end escape except execute exists extract false for from full
  group grouping having in inner insert intersect into is join json_array json_exists json_object
  json_query json_table json_value left like listagg localtime localtimestamp natural normalize not
  null on or order outer prepare recursive right rollup select skip table then trim true uescape
  union unnest using values when where with`.split(/\s+/),
)

export const isReserved = (word: string): boolean => reservedWords.has(word)

export interface Cursor {
  readonly text: string
  /** The token at hand. */
  token(): Token
  /** The token `distance` places ahead. */
  ahead(distance: number): Token
  advance(): Token
  /** Is the token at hand this unquoted word? */
  isWord(word: string): boolean
  /** The same of several words in a row. */
  areWords(...words: readonly string[]): boolean
  isSymbol(symbol: string): boolean
  /** Takes the words where they are at hand. */
  takeWords(...words: readonly string[]): boolean
  takeSymbol(symbol: string): boolean
  expectWord(word: string): Token
  expectSymbol(symbol: string): Token
  expectKind(kind: TokenKind, what: string): Token
  /** An identifier: quoted, or a word that is not reserved; unquoted ones are lower case. */
  identifier(what?: string): string
  /** `a.b.c`. */
  qualifiedName(what?: string): string[]
  nextParameter(): number
  parameterCount(): number
  /** Runs a parser one level deeper; refuses what is nested too deeply. */
  nested<Result>(parse: () => Result): Result
  fail(why: string, at?: number): never
  /** NOT_SUPPORTED: Trino has it, and it is not read here. */
  refuse(why: string): never
  /** How far ahead the parenthesis ends that opens `distance` tokens ahead; -1: it never does. */
  closing(distance: number): number
  unexpected(expected: string): never
}

function describe({ kind, value }: Token): string {
  if (kind === 'end') return 'the end of the statement'
  if (kind === 'word' || kind === 'symbol') return `"${value}"`
  if (kind === 'quoted') return 'an identifier'
  return kind === 'parameter' ? 'a parameter' : `a ${kind} literal`
}

/** For each opening parenthesis the place of the closing one; -1 for all else. One pass. */
function matchParentheses(tokens: readonly Token[]): Int32Array {
  const places = new Int32Array(tokens.length).fill(-1)
  const open: number[] = []
  for (const [index, { kind, value }] of tokens.entries()) {
    if (kind !== 'symbol') continue
    if (value === '(') open.push(index)
    if (value === ')') {
      const start = open.pop()
      if (start !== undefined) places[start] = index
    }
  }
  return places
}

/** A cursor at the first token. `firstParameter`: the number of the first `?`. */
export function openCursor(text: string, tokens: readonly Token[]): Cursor {
  let position = 0
  let parameters = 0
  let depth = 0
  const last = tokens.length - 1
  const ahead = (distance: number): Token => {
    const token = tokens[Math.min(position + distance, last)]
    if (token === undefined) throw new Error('tokens end with an end token')
    return token
  }
  const token = (): Token => ahead(0)
  const fail = (why: string, at = token().start): never => {
    throw new TrinoError('SYNTAX_ERROR', why, placeOf(text, at))
  }
  let closings: Int32Array | null = null
  const unexpected = (expected: string): never =>
    fail(`${describe(token())} where ${expected} was expected`)
  const advance = (): Token => {
    const current = token()
    if (position < last) position++
    return current
  }
  const isWord = (word: string): boolean => token().kind === 'word' && token().value === word
  const isSymbol = (symbol: string): boolean =>
    token().kind === 'symbol' && token().value === symbol
  const areWords = (...words: readonly string[]): boolean =>
    words.every((word, index) => {
      const { kind, value } = ahead(index)
      return kind === 'word' && value === word
    })
  const identifier = (what = 'a name'): string => {
    const { kind, value } = token()
    if (kind !== 'quoted' && (kind !== 'word' || isReserved(value))) unexpected(what)
    return advance().value
  }
  return {
    text,
    token,
    ahead,
    advance,
    isWord,
    areWords,
    isSymbol,
    takeWords: (...words) => {
      if (!areWords(...words)) return false
      for (const _word of words) advance()
      return true
    },
    takeSymbol: (symbol) => {
      if (!isSymbol(symbol)) return false
      advance()
      return true
    },
    expectWord: (word) => (isWord(word) ? advance() : unexpected(word.toUpperCase())),
    expectSymbol: (symbol) => (isSymbol(symbol) ? advance() : unexpected(`"${symbol}"`)),
    expectKind: (kind, what) => (token().kind === kind ? advance() : unexpected(what)),
    identifier,
    qualifiedName: (what) => {
      const parts = [identifier(what)]
      while (isSymbol('.')) {
        advance()
        parts.push(identifier(what))
      }
      return parts
    },
    nextParameter: () => parameters++,
    parameterCount: () => parameters,
    nested: (parse) => {
      if (++depth > limits.statementDepthMax) {
        throw new TrinoError(
          'COMPILER_ERROR',
          'the query may have too many or too complex expressions: it is nested too deeply',
          placeOf(text, token().start),
        )
      }
      const result = parse()
      depth--
      return result
    },
    fail,
    refuse: (why) => {
      throw new TrinoError('NOT_SUPPORTED', why, placeOf(text, token().start))
    },
    closing: (distance) => {
      closings ??= matchParentheses(tokens)
      const end = closings[position + distance] ?? -1
      return end < 0 ? -1 : end - position
    },
    unexpected,
  }
}

/** Parses `item (, item)*`. */
export function commaList<Item>(cursor: Cursor, parse: () => Item): Item[] {
  const items = [parse()]
  while (cursor.takeSymbol(',')) items.push(parse())
  return items
}

/** Parses `( item (, item)* )`; `mayBeEmpty` permits `()`. */
export function parenthesised<Item>(cursor: Cursor, parse: () => Item, mayBeEmpty = false): Item[] {
  cursor.expectSymbol('(')
  if (mayBeEmpty && cursor.takeSymbol(')')) return []
  const items = commaList(cursor, parse)
  cursor.expectSymbol(')')
  return items
}
