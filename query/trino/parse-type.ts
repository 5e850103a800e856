// Types as statements write them: `varchar(10)`, `double precision`, `timestamp(6) with time zone`,
// `array(map(varchar, bigint))`, `row(a integer, b date)`.
import { type Cursor, commaList } from './cursor.ts'
import type { TypeName } from './syntax.ts'

const plain = (name: string): TypeName => ({
  name,
  arguments: [],
  fields: [],
  withTimeZone: false,
})

function parseRowType(cursor: Cursor): TypeName {
  cursor.expectSymbol('(')
  const fields: (string | null)[] = []
  const types = commaList(cursor, () => {
    // `row(a integer)` or `row(integer)`: a name is followed by the start of a type.
    const next = cursor.ahead(1)
    const isNamed = next.kind === 'word' || next.kind === 'quoted'
    const isDouble = cursor.areWords('double', 'precision')
    fields.push(isNamed && !isDouble && !isZoned(cursor) ? cursor.identifier() : null)
    return parseType(cursor)
  })
  cursor.expectSymbol(')')
  return { name: 'row', arguments: types, fields, withTimeZone: false }
}

function isZoned(cursor: Cursor): boolean {
  const isTime = cursor.isWord('time') || cursor.isWord('timestamp')
  const next = cursor.ahead(1)
  return isTime && next.kind === 'word' && (next.value === 'with' || next.value === 'without')
}

function takeZone(cursor: Cursor): boolean {
  if (cursor.takeWords('with', 'time', 'zone')) return true
  cursor.takeWords('without', 'time', 'zone')
  return false
}

function parseArguments(cursor: Cursor): (number | TypeName)[] {
  return commaList(cursor, () => {
    if (cursor.token().kind !== 'integer') return parseType(cursor)
    return Number(cursor.advance().value)
  })
}

/** The type at hand. */
export function parseType(cursor: Cursor): TypeName {
  return cursor.nested(() => {
    let type = parseSimpleType(cursor)
    // `integer array` is the old way to write array(integer).
    while (cursor.takeWords('array')) type = { ...plain('array'), arguments: [type] }
    return type
  })
}

function parseSimpleType(cursor: Cursor): TypeName {
  if (cursor.takeWords('double', 'precision')) return plain('double')
  if (cursor.isWord('interval')) return parseInterval(cursor)
  const name = cursor.identifier('a type').toLowerCase()
  if (name === 'row' && cursor.isSymbol('(')) return parseRowType(cursor)
  let types: (number | TypeName)[] = []
  if (cursor.takeSymbol('(')) {
    types = parseArguments(cursor)
    cursor.expectSymbol(')')
  } else if (cursor.isSymbol('<')) {
    cursor.fail('types take their arguments in parentheses, such as array(varchar)')
  }
  const withTimeZone = (name === 'time' || name === 'timestamp') && takeZone(cursor)
  return { name, arguments: types, fields: [], withTimeZone }
}

function parseInterval(cursor: Cursor): TypeName {
  cursor.advance()
  if (cursor.takeWords('year', 'to', 'month')) return plain('interval year to month')
  if (cursor.takeWords('day', 'to', 'second')) return plain('interval day to second')
  return cursor.unexpected('"year to month" or "day to second"')
}
