// The outer statement: which kind it is, and its parts. Kinds that Trino has and this layer does not
// are NOT_SUPPORTED, so that a client can tell them from mistakes.
import { limits } from '../../config/limits.ts'
import { type Cursor, commaList, openCursor, parenthesised } from './cursor.ts'
import { parseExpression, parseExpressions } from './parse-expression.ts'
import { isQueryStart, parseQuery } from './parse-query.ts'
import { parseShow } from './parse-show.ts'
import { parseType } from './parse-type.ts'
import type { CallArgument, ColumnDefinition, Statement } from './statement.ts'
import { placeOf, tokenize } from './tokens.ts'
import { TrinoError, withinStack } from './trino-error.ts'

/**
 * The statement in a text, and how many parameters (`?`) it has. Throws TrinoError: SYNTAX_ERROR
 * with its place, NOT_SUPPORTED, QUERY_TEXT_TOO_LARGE.
 */
export function parseStatement(text: string): { statement: Statement; parameterCount: number } {
  if (text.length > limits.statementCharactersMax) {
    throw new TrinoError(
      'QUERY_TEXT_TOO_LARGE',
      `Query text length (${text.length}) exceeds the maximum length ` +
        `(${limits.statementCharactersMax}) (QUERY_TEXT_TOO_LARGE)`,
    )
  }
  const cursor = openCursor(text, tokenize(text))
  const statement = withinStack(() => parseOne(cursor))
  // Clients end statements with a semicolon now and then; a second statement is none of theirs.
  cursor.takeSymbol(';')
  if (cursor.token().kind !== 'end') cursor.unexpected('the end of the statement')
  return { statement, parameterCount: cursor.parameterCount() }
}

const unsupported: readonly (readonly string[])[] = [
  ...[['update'], ['delete'], ['merge'], ['truncate'], ['alter'], ['grant'], ['revoke'], ['deny']],
  ...[
    ['analyze'],
    ['refresh'],
    ['comment'],
    ['create', 'view'],
    ['create', 'or'],
    ['drop', 'view'],
  ],
  ...[
    ['create', 'materialized'],
    ['drop', 'materialized'],
    ['create', 'role'],
    ['drop', 'role'],
  ],
  ...[
    ['create', 'function'],
    ['drop', 'function'],
    ['create', 'catalog'],
    ['drop', 'catalog'],
  ],
  ...[
    ['set', 'role'],
    ['set', 'path'],
    ['set', 'authorization'],
  ],
  ...[
    ['set', 'session', 'authorization'],
    ['reset', 'session', 'authorization'],
  ],
]

function parseOne(cursor: Cursor): Statement {
  for (const words of unsupported) {
    if (!cursor.areWords(...words)) continue
    const place = placeOf(cursor.text, cursor.token().start)
    const name = words.join(' ').toUpperCase()
    throw new TrinoError('NOT_SUPPORTED', `${name} is not supported by this query layer`, place)
  }
  if (isQueryStart(cursor, 0)) return { kind: 'query', query: parseQuery(cursor) }
  const { value } = cursor.token()
  const parser = Object.hasOwn(parsers, value) ? parsers[value] : undefined
  if (cursor.token().kind !== 'word' || parser === undefined) {
    return cursor.unexpected('a statement')
  }
  return cursor.nested(() => parser(cursor))
}

const parsers: Readonly<Record<string, (cursor: Cursor) => Statement>> = {
  create: parseCreate,
  drop: parseDrop,
  insert: parseInsert,
  use: parseUse,
  set: parseSet,
  reset: parseReset,
  prepare: parsePrepare,
  execute: parseExecute,
  deallocate: (cursor) => {
    cursor.advance()
    cursor.expectWord('prepare')
    return { kind: 'deallocate', name: cursor.identifier('the name of a statement') }
  },
  start: (cursor) => {
    cursor.advance()
    cursor.expectWord('transaction')
    skipTransactionModes(cursor)
    return { kind: 'start_transaction' }
  },
  commit: (cursor) => endTransaction(cursor, 'commit'),
  rollback: (cursor) => endTransaction(cursor, 'rollback'),
  explain: parseExplain,
  call: parseCall,
  show: parseShow,
  desc: parseDescribe,
  describe: parseDescribe,
}

function parseCreate(cursor: Cursor): Statement {
  const at = cursor.advance().start
  const takeIfNotExists = (): boolean => cursor.takeWords('if', 'not', 'exists')
  if (cursor.takeWords('schema')) {
    const ifNotExists = takeIfNotExists()
    const name = cursor.qualifiedName('a schema')
    if (cursor.isWord('with') || cursor.isWord('authorization')) cursor.fail('schemas have no more')
    return { kind: 'create_schema', name, ifNotExists, at }
  }
  cursor.expectWord('table')
  const ifNotExists = takeIfNotExists()
  const name = cursor.qualifiedName('a table')
  if (cursor.isSymbol('(') && !isQueryStart(cursor, 1) && !isColumnAliases(cursor)) {
    const columns = parenthesised(cursor, () => parseColumn(cursor))
    skipProperties(cursor)
    return { kind: 'create_table', name, ifNotExists, columns, at }
  }
  const columns =
    cursor.isSymbol('(') && !isQueryStart(cursor, 1)
      ? parenthesised(cursor, () => cursor.identifier('a column'))
      : null
  skipProperties(cursor)
  cursor.expectWord('as')
  const query = parseQuery(cursor)
  let withData = true
  if (cursor.takeWords('with', 'no', 'data')) withData = false
  else cursor.takeWords('with', 'data')
  return { kind: 'create_table_as', name, ifNotExists, columns, query, withData, at }
}

/** `(a, b) AS …`: names alone, where a definition would have types. */
function isColumnAliases(cursor: Cursor): boolean {
  const { kind, value } = cursor.ahead(2)
  return kind === 'symbol' && (value === ',' || value === ')')
}

function parseColumn(cursor: Cursor): ColumnDefinition {
  if (cursor.isWord('like')) cursor.refuse('LIKE in a table definition is not supported')
  const name = cursor.identifier('a column')
  const type = parseType(cursor)
  const nullable = !cursor.takeWords('not', 'null')
  if (cursor.takeWords('comment')) cursor.expectKind('string', 'a comment')
  if (cursor.isWord('default') || cursor.isWord('with')) cursor.refuse('columns have no properties')
  return { name, type, nullable }
}

function skipProperties(cursor: Cursor): void {
  if (cursor.takeWords('comment')) cursor.expectKind('string', 'a comment')
  if (cursor.isWord('with') && cursor.ahead(1).value === '(') {
    cursor.refuse('tables have no properties here')
  }
}

function parseDrop(cursor: Cursor): Statement {
  const at = cursor.advance().start
  if (cursor.takeWords('schema')) {
    const ifExists = cursor.takeWords('if', 'exists')
    const name = cursor.qualifiedName('a schema')
    const cascade = cursor.takeWords('cascade')
    if (!cascade) cursor.takeWords('restrict')
    return { kind: 'drop_schema', name, ifExists, cascade, at }
  }
  cursor.expectWord('table')
  const ifExists = cursor.takeWords('if', 'exists')
  return { kind: 'drop_table', name: cursor.qualifiedName('a table'), ifExists, at }
}

function parseInsert(cursor: Cursor): Statement {
  const at = cursor.advance().start
  cursor.expectWord('into')
  const name = cursor.qualifiedName('a table')
  const columns =
    cursor.isSymbol('(') && !isQueryStart(cursor, 1)
      ? parenthesised(cursor, () => cursor.identifier('a column'))
      : null
  return { kind: 'insert', name, columns, query: parseQuery(cursor), at }
}

function parseUse(cursor: Cursor): Statement {
  cursor.advance()
  const [first = '', second] = cursor.qualifiedName('a schema')
  if (second === undefined) return { kind: 'use', catalog: null, schema: first }
  return { kind: 'use', catalog: first, schema: second }
}

function parseSet(cursor: Cursor): Statement {
  cursor.advance()
  if (cursor.takeWords('time', 'zone')) {
    const zone = cursor.takeWords('local') ? null : parseExpression(cursor)
    return { kind: 'set_time_zone', zone }
  }
  cursor.expectWord('session')
  const name = cursor.qualifiedName('a session property')
  cursor.expectSymbol('=')
  return { kind: 'set_session', name, value: parseExpression(cursor) }
}

function parseReset(cursor: Cursor): Statement {
  cursor.advance()
  cursor.expectWord('session')
  return { kind: 'reset_session', name: cursor.qualifiedName('a session property') }
}

/** The text of the statement that follows, to its end; it is parsed, so that it is refused early. */
function restOfText(cursor: Cursor): string {
  const start = cursor.token().start
  parseOne(cursor)
  return cursor.text.slice(start, cursor.token().start).trim()
}

function parsePrepare(cursor: Cursor): Statement {
  cursor.advance()
  const name = cursor.identifier('the name of a statement')
  cursor.expectWord('from')
  return { kind: 'prepare', name, text: restOfText(cursor) }
}

function parseExecute(cursor: Cursor): Statement {
  cursor.advance()
  const takeArguments = () => (cursor.takeWords('using') ? parseExpressions(cursor) : [])
  if (cursor.isWord('immediate') && cursor.ahead(1).kind === 'string') {
    cursor.advance()
    const { value } = cursor.advance()
    return { kind: 'execute_immediate', text: value, arguments: takeArguments() }
  }
  const name = cursor.identifier('the name of a statement')
  return { kind: 'execute', name, arguments: takeArguments() }
}

function skipTransactionModes(cursor: Cursor): void {
  const modes = [
    ['isolation', 'level', 'read', 'uncommitted'],
    ['isolation', 'level', 'read', 'committed'],
    ['isolation', 'level', 'repeatable', 'read'],
    ['isolation', 'level', 'serializable'],
    ['read', 'only'],
    ['read', 'write'],
  ]
  do {
    if (!modes.some((mode) => cursor.takeWords(...mode))) return
  } while (cursor.takeSymbol(','))
}

function endTransaction(cursor: Cursor, kind: 'commit' | 'rollback'): Statement {
  cursor.advance()
  cursor.takeWords('work')
  return { kind }
}

function parseExplain(cursor: Cursor): Statement {
  cursor.advance()
  if (cursor.isWord('analyze')) cursor.refuse('EXPLAIN ANALYZE is not supported')
  let format = 'text'
  if (cursor.isSymbol('(') && !isQueryStart(cursor, 1)) {
    parenthesised(cursor, () => {
      const option = cursor.identifier('an option')
      const value = cursor.identifier('the value of an option')
      if (option === 'format') format = value
      if (option !== 'format' && option !== 'type') cursor.fail('EXPLAIN has FORMAT and TYPE')
    })
  }
  return { kind: 'explain', format, statement: parseOne(cursor) }
}

function parseCall(cursor: Cursor): Statement {
  cursor.advance()
  const name = cursor.qualifiedName('a procedure')
  cursor.expectSymbol('(')
  const parseArgument = (): CallArgument => {
    const next = cursor.ahead(1)
    const isNamed = next.kind === 'symbol' && next.value === '=>'
    const argument = isNamed ? cursor.identifier('an argument') : null
    if (isNamed) cursor.advance()
    return { name: argument, value: parseExpression(cursor) }
  }
  const items = cursor.isSymbol(')') ? [] : commaList(cursor, parseArgument)
  cursor.expectSymbol(')')
  return { kind: 'call', name, arguments: items }
}

function parseDescribe(cursor: Cursor): Statement {
  const at = cursor.advance().start
  for (const side of ['input', 'output'] as const) {
    const { kind } = cursor.ahead(1)
    if (cursor.isWord(side) && (kind === 'word' || kind === 'quoted')) {
      cursor.advance()
      return { kind: `describe_${side}`, name: cursor.identifier('the name of a statement') }
    }
  }
  return { kind: 'show_columns', table: cursor.qualifiedName('a table'), like: null, at }
}
