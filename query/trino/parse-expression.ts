// Expressions of Trino's SQL by operator precedence (SqlBase.g4, booleanExpression to
// primaryExpression): OR, AND, NOT, one predicate, then ||, + -, * / %, signs, AT TIME ZONE.
import { limits } from '../../config/limits.ts'
import { type Cursor, commaList, parenthesised } from './cursor.ts'
import { parsePrimary } from './parse-primary.ts'
import { isQueryStart, parseQuery } from './parse-query.ts'
import type { ArithmeticOperator, ComparisonOperator, Expression } from './syntax.ts'

type Parse = (cursor: Cursor) => Expression

/** `a AND b AND c`: one node of many terms, however long. */
function parseChain(cursor: Cursor, operator: 'and' | 'or', parseTerm: Parse): Expression {
  const first = parseTerm(cursor)
  if (!cursor.isWord(operator)) return first
  const terms = [first]
  while (cursor.takeWords(operator)) terms.push(parseTerm(cursor))
  return { kind: 'logical', operator, terms, at: first.at }
}

/** Any expression. */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() =>
    parseChain(cursor, 'or', () => parseChain(cursor, 'and', () => parseNot(cursor))),
  )
}

function parseNot(cursor: Cursor): Expression {
  const at = cursor.token().start
  let count = 0
  while (cursor.takeWords('not')) count++
  const value = parsePredicate(cursor)
  if (count === 0) return value
  const not: Expression = { kind: 'not', value, at }
  return count % 2 === 1 ? not : { kind: 'not', value: not, at }
}

const comparisons: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function parsePredicate(cursor: Cursor): Expression {
  const left = parseValue(cursor)
  const { kind, value } = cursor.token()
  const operator = kind === 'symbol' ? comparisons[value] : undefined
  if (operator !== undefined) {
    cursor.advance()
    for (const word of ['all', 'any', 'some']) {
      const next = cursor.ahead(1)
      if (cursor.isWord(word) && next.kind === 'symbol' && next.value === '(') {
        cursor.refuse(`comparisons with ${word.toUpperCase()} are not supported`)
      }
    }
    return { kind: 'comparison', operator, left, right: parseValue(cursor), at: left.at }
  }
  if (kind !== 'word') return left
  return parseWordPredicate(cursor, left)
}

function parseWordPredicate(cursor: Cursor, value: Expression): Expression {
  const { at } = value
  if (cursor.takeWords('is')) {
    const negated = cursor.takeWords('not')
    if (cursor.takeWords('null')) return { kind: 'is_null', value, negated, at }
    cursor.expectWord('distinct')
    cursor.expectWord('from')
    return { kind: 'distinct_from', left: value, right: parseValue(cursor), negated, at }
  }
  const negated = cursor.isWord('not')
  const { kind, value: word } = cursor.ahead(negated ? 1 : 0)
  if (kind !== 'word' || !['between', 'in', 'like'].includes(word)) return value
  if (negated) cursor.advance()
  cursor.advance()
  if (word === 'between') {
    const low = parseValue(cursor)
    cursor.expectWord('and')
    return { kind: 'between', value, low, high: parseValue(cursor), negated, at }
  }
  if (word === 'like') {
    const pattern = parseValue(cursor)
    const escapeCharacter = cursor.takeWords('escape') ? parseValue(cursor) : null
    return { kind: 'like', value, pattern, escape: escapeCharacter, negated, at }
  }
  if (cursor.isSymbol('(') && isQueryStart(cursor, 1)) {
    cursor.advance()
    const query = parseQuery(cursor)
    cursor.expectSymbol(')')
    return { kind: 'in_query', value, query, negated, at }
  }
  const list = parenthesised(cursor, () => parseExpression(cursor))
  return { kind: 'in_list', value, list, negated, at }
}

/** A value: everything that binds closer than a comparison. */
export function parseValue(cursor: Cursor): Expression {
  const first = parseSum(cursor)
  if (!cursor.isSymbol('||')) return first
  const terms = [first]
  while (cursor.takeSymbol('||')) terms.push(parseSum(cursor))
  return { kind: 'concat', terms, at: first.at }
}

/** A chain of operators of one precedence leans to the left, and so may not be endless. */
function parseLeftChain(
  cursor: Cursor,
  operators: readonly ArithmeticOperator[],
  parseTerm: Parse,
): Expression {
  let left = parseTerm(cursor)
  for (let length = 0; ; length++) {
    const { kind, value } = cursor.token()
    const operator = operators.find((candidate) => kind === 'symbol' && candidate === value)
    if (operator === undefined) return left
    if (length >= limits.statementChainMax) {
      cursor.fail('a chain of operators is too long for one expression')
    }
    cursor.advance()
    left = { kind: 'arithmetic', operator, left, right: parseTerm(cursor), at: left.at }
  }
}

function parseSum(cursor: Cursor): Expression {
  return parseLeftChain(cursor, ['+', '-'], (inner) =>
    parseLeftChain(inner, ['*', '/', '%'], parseSigned),
  )
}

function parseSigned(cursor: Cursor): Expression {
  const at = cursor.token().start
  if (cursor.takeSymbol('-')) {
    // -9223372036854775808 is one number: its digits alone would be out of range.
    const { kind, value } = cursor.token()
    if (kind === 'integer') {
      cursor.advance()
      return parsePostfix(cursor, { kind: 'integer', text: `-${value}`, at })
    }
    return cursor.nested(() => ({ kind: 'negate', value: parseSigned(cursor), at }))
  }
  if (cursor.takeSymbol('+')) return cursor.nested(() => parseSigned(cursor))
  return parsePostfix(cursor, parsePrimary(cursor))
}

function parsePostfix(cursor: Cursor, operand: Expression): Expression {
  let value = operand
  for (;;) {
    const { at } = value
    if (cursor.takeSymbol('[')) {
      const index = parseValue(cursor)
      cursor.expectSymbol(']')
      value = { kind: 'subscript', value, index, at }
    } else if (cursor.takeWords('at', 'time', 'zone')) {
      value = { kind: 'at_time_zone', value, zone: parsePrimary(cursor), at }
    } else {
      return value
    }
  }
}

/** `expression (, expression)*`. */
export const parseExpressions = (cursor: Cursor): Expression[] =>
  commaList(cursor, () => parseExpression(cursor))
