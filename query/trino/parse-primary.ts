// Primary expressions: literals, columns, calls, CASE, CAST, subqueries and the functions that have
// a grammar of their own.
import { type Cursor, commaList, isReserved, parenthesised } from './cursor.ts'
import { parseExpression, parseExpressions, parseValue } from './parse-expression.ts'
import { isQueryStart, parseQuery, parseSortItems } from './parse-query.ts'
import { parseType } from './parse-type.ts'
import { parseOver } from './parse-window.ts'
import type { Expression, FunctionCall, IntervalUnit } from './syntax.ts'

const intervalUnits: readonly IntervalUnit[] = [
  ...(['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const),
]

const specials: readonly string[] = [
  ...['current_date', 'current_time', 'current_timestamp', 'localtime', 'localtimestamp'],
  ...['current_user', 'current_catalog', 'current_schema'],
]

/** Functions with a grammar of their own that is not read here. */
const unreadGrammars: readonly string[] = [
  ...['listagg', 'normalize', 'json_array', 'json_exists', 'json_object', 'json_query'],
  ...['json_table', 'json_value', 'match_recognize'],
]

/** The expression at hand that no operator of its own binds. */
export function parsePrimary(cursor: Cursor): Expression {
  const { kind, value, start: at } = cursor.token()
  switch (kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      cursor.advance()
      return { kind, text: value, at }
    case 'string':
      cursor.advance()
      return { kind, value, at }
    case 'binary':
      cursor.advance()
      return { kind, hex: value, at }
    case 'parameter':
      cursor.advance()
      return { kind, index: cursor.nextParameter(), at }
    case 'quoted':
      return parseName(cursor)
    case 'word':
      return parseWord(cursor)
    default:
      return value === '(' ? parseParentheses(cursor) : cursor.unexpected('an expression')
  }
}

function parseParentheses(cursor: Cursor): Expression {
  const at = cursor.token().start
  if (isQueryStart(cursor, 1)) {
    cursor.advance()
    const query = parseQuery(cursor)
    cursor.expectSymbol(')')
    return { kind: 'scalar_query', query, at }
  }
  const items = parenthesised(cursor, () => parseExpression(cursor))
  const [only] = items
  return items.length === 1 && only !== undefined ? only : { kind: 'row', items, at }
}

/** `current_timestamp`, `current_timestamp(6)`. */
function parseSpecial(cursor: Cursor): Expression {
  const { start: at, value: name } = cursor.advance()
  let precision: number | null = null
  if (/time/.test(name) && cursor.takeSymbol('(')) {
    precision = Number(cursor.expectKind('integer', 'a number of digits').value)
    cursor.expectSymbol(')')
  }
  return { kind: 'special', name, precision, at }
}

function parseWord(cursor: Cursor): Expression {
  const { value: word, start: at } = cursor.token()
  const next = cursor.ahead(1)
  const opens = next.kind === 'symbol' && next.value === '('
  if (specials.includes(word)) return parseSpecial(cursor)
  switch (word) {
    case 'null':
      cursor.advance()
      return { kind: 'null', at }
    case 'true':
    case 'false':
      cursor.advance()
      return { kind: 'boolean', value: word === 'true', at }
    case 'case':
      return parseCase(cursor)
    case 'cast':
    case 'try_cast':
      if (opens) return parseCast(cursor, word === 'try_cast')
      break
    case 'exists':
      return parseExists(cursor)
    case 'interval':
      if (next.kind === 'string' || (next.kind === 'symbol' && /^[+-]$/.test(next.value)))
        return parseInterval(cursor)
      break
    case 'grouping':
      cursor.advance()
      return { kind: 'grouping', columns: parenthesised(cursor, () => parseName(cursor)), at }
    case 'array':
      if (next.kind === 'symbol' && next.value === '[') return parseArray(cursor)
      break
    case 'row':
      if (opens) {
        cursor.advance()
        return { kind: 'row', items: parenthesised(cursor, () => parseExpression(cursor)), at }
      }
      break
    default:
  }
  if (opens && unreadGrammars.includes(word)) {
    return cursor.refuse(`${word} is not supported`)
  }
  if (opens) return parseGrammarCall(cursor, word) ?? parseName(cursor)
  return parseTypedLiteral(cursor) ?? parseName(cursor)
}

/** `DATE '…'`, `DECIMAL '…'`, `DOUBLE PRECISION '…'`: a type in front of a string. */
function parseTypedLiteral(cursor: Cursor): Expression | null {
  const { start: at, value } = cursor.token()
  if (cursor.areWords('double', 'precision') && cursor.ahead(2).kind === 'string') {
    cursor.advance()
  } else if (cursor.ahead(1).kind !== 'string' || isReserved(value)) {
    return null
  }
  cursor.advance()
  const type = { name: value, arguments: [], fields: [], withTimeZone: false }
  return { kind: 'typed', type, value: cursor.advance().value, at }
}

function parseCase(cursor: Cursor): Expression {
  const at = cursor.advance().start
  const operand = cursor.isWord('when') ? null : parseExpression(cursor)
  const whens: { when: Expression; result: Expression }[] = []
  while (cursor.takeWords('when')) {
    const when = parseExpression(cursor)
    cursor.expectWord('then')
    whens.push({ when, result: parseExpression(cursor) })
  }
  if (whens.length === 0) cursor.unexpected('WHEN')
  const otherwise = cursor.takeWords('else') ? parseExpression(cursor) : null
  cursor.expectWord('end')
  return { kind: 'case', operand, whens, otherwise, at }
}

function parseCast(cursor: Cursor, safe: boolean): Expression {
  const at = cursor.advance().start
  cursor.expectSymbol('(')
  const value = parseExpression(cursor)
  cursor.expectWord('as')
  const type = parseType(cursor)
  cursor.expectSymbol(')')
  return { kind: 'cast', value, type, safe, at }
}

function parseExists(cursor: Cursor): Expression {
  const at = cursor.advance().start
  cursor.expectSymbol('(')
  const query = parseQuery(cursor)
  cursor.expectSymbol(')')
  return { kind: 'exists', query, at }
}

function parseInterval(cursor: Cursor): Expression {
  const at = cursor.advance().start
  const negative = cursor.takeSymbol('-')
  if (!negative) cursor.takeSymbol('+')
  const { value } = cursor.expectKind('string', 'the text of an interval')
  const word = cursor.identifier('a unit').toLowerCase()
  const unit = intervalUnits.find((candidate) => candidate === word)
  if (unit === undefined) return cursor.fail('no unit of an interval', at)
  if (cursor.isWord('to')) cursor.refuse('intervals of two units are not supported')
  return { kind: 'interval', negative, value, unit, at }
}

function parseArray(cursor: Cursor): Expression {
  const at = cursor.advance().start
  cursor.expectSymbol('[')
  const items = cursor.isSymbol(']') ? [] : parseExpressions(cursor)
  cursor.expectSymbol(']')
  return { kind: 'array', items, at }
}

const callOf = (name: string, items: readonly Expression[], at: number): Expression => ({
  kind: 'call',
  at,
  call: {
    ...{ name: [name], distinct: false, star: false, arguments: items },
    ...{ orderBy: [], filter: null, nulls: null, over: null },
  },
})

/** Functions whose arguments are separated by words; null: the name is that of a plain function. */
function parseGrammarCall(cursor: Cursor, word: string): Expression | null {
  const at = cursor.token().start
  switch (word) {
    case 'extract': {
      cursor.advance()
      cursor.expectSymbol('(')
      const field = cursor.identifier('a field').toLowerCase()
      cursor.expectWord('from')
      const value = parseValue(cursor)
      cursor.expectSymbol(')')
      return { kind: 'extract', field, value, at }
    }
    case 'trim':
      return parseTrim(cursor)
    case 'substring': {
      cursor.advance()
      cursor.expectSymbol('(')
      const items = [parseValue(cursor)]
      const isWords = cursor.takeWords('from')
      if (!isWords) cursor.expectSymbol(',')
      items.push(parseValue(cursor))
      if (isWords ? cursor.takeWords('for') : cursor.takeSymbol(',')) items.push(parseValue(cursor))
      cursor.expectSymbol(')')
      return callOf('substring', items, at)
    }
    case 'position': {
      cursor.advance()
      cursor.expectSymbol('(')
      const needle = parseValue(cursor)
      cursor.expectWord('in')
      const text = parseValue(cursor)
      cursor.expectSymbol(')')
      return callOf('strpos', [text, needle], at)
    }
    default:
      return null
  }
}

function parseTrim(cursor: Cursor): Expression {
  const at = cursor.advance().start
  cursor.expectSymbol('(')
  const side = ['leading', 'trailing', 'both'].find((word) => cursor.takeWords(word))
  const names: Readonly<Record<string, string>> = { leading: 'ltrim', trailing: 'rtrim' }
  const name = names[side ?? 'both'] ?? 'trim'
  const first = cursor.isWord('from') ? null : parseValue(cursor)
  const items: Expression[] = []
  if (cursor.takeWords('from')) {
    items.push(parseValue(cursor))
    if (first !== null) items.push(first)
  } else {
    if (side !== undefined || first === null) cursor.unexpected('FROM')
    else items.push(first)
    if (cursor.takeSymbol(',')) items.push(parseValue(cursor))
  }
  cursor.expectSymbol(')')
  return callOf(name, items, at)
}

/** A column, or a call of a function by its name. */
function parseName(cursor: Cursor): Expression {
  const at = cursor.token().start
  // `left(…)` and `right(…)` are reserved words and no functions of Trino.
  const parts = [cursor.identifier('an expression')]
  while (cursor.isSymbol('.')) {
    cursor.advance()
    parts.push(cursor.identifier('the name of a column'))
  }
  if (!cursor.isSymbol('(')) return { kind: 'column', parts, at }
  return { kind: 'call', call: parseCall(cursor, parts), at }
}

function parseCall(cursor: Cursor, name: readonly string[]): FunctionCall {
  cursor.expectSymbol('(')
  const star = cursor.takeSymbol('*')
  let distinct = false
  let items: Expression[] = []
  if (!star && !cursor.isSymbol(')')) {
    distinct = cursor.takeWords('distinct')
    if (!distinct) cursor.takeWords('all')
    if (!cursor.isWord('order')) items = commaList(cursor, () => parseExpression(cursor))
  }
  const orderBy = cursor.takeWords('order', 'by') ? parseSortItems(cursor) : []
  cursor.expectSymbol(')')
  let filter: Expression | null = null
  if (cursor.areWords('filter') && cursor.ahead(1).value === '(') {
    cursor.advance()
    cursor.expectSymbol('(')
    cursor.expectWord('where')
    filter = parseExpression(cursor)
    cursor.expectSymbol(')')
  }
  let nulls: FunctionCall['nulls'] = null
  if (cursor.takeWords('ignore', 'nulls')) nulls = 'ignore'
  else if (cursor.takeWords('respect', 'nulls')) nulls = 'respect'
  const over = cursor.isWord('over') ? parseOver(cursor) : null
  return { name, distinct, star, arguments: items, orderBy, filter, nulls, over }
}
