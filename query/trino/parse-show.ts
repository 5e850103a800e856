// SHOW in its kinds, each with the pattern that some of them take.
import type { Cursor } from './cursor.ts'
import type { LikePattern, ShowStatement } from './statement.ts'

function takeFrom(cursor: Cursor): boolean {
  return cursor.takeWords('from') || cursor.takeWords('in')
}

function takeLike(cursor: Cursor): LikePattern | null {
  if (!cursor.takeWords('like')) return null
  const pattern = cursor.expectKind('string', 'a pattern').value
  const escapeCharacter = cursor.takeWords('escape')
    ? cursor.expectKind('string', 'an escape character').value
    : null
  if (escapeCharacter !== null && Array.from(escapeCharacter).length !== 1) {
    cursor.fail('an escape is one character')
  }
  return { pattern, escape: escapeCharacter }
}

/** The SHOW statement at hand. */
export function parseShow(cursor: Cursor): ShowStatement {
  const at = cursor.advance().start
  if (cursor.takeWords('catalogs')) return { kind: 'show_catalogs', like: takeLike(cursor) }
  if (cursor.takeWords('schemas')) {
    const catalog = takeFrom(cursor) ? cursor.identifier('a catalog') : null
    return { kind: 'show_schemas', catalog, like: takeLike(cursor) }
  }
  if (cursor.takeWords('tables')) {
    const schema = takeFrom(cursor) ? cursor.qualifiedName('a schema') : null
    return { kind: 'show_tables', schema, like: takeLike(cursor) }
  }
  if (cursor.takeWords('columns')) {
    if (!takeFrom(cursor)) cursor.unexpected('FROM')
    return {
      kind: 'show_columns',
      table: cursor.qualifiedName('a table'),
      like: takeLike(cursor),
      at,
    }
  }
  if (cursor.takeWords('functions')) {
    if (takeFrom(cursor)) cursor.qualifiedName('a schema')
    return { kind: 'show_functions', like: takeLike(cursor) }
  }
  if (cursor.takeWords('session')) return { kind: 'show_session', like: takeLike(cursor) }
  if (cursor.takeWords('create', 'table')) {
    return { kind: 'show_create_table', name: cursor.qualifiedName('a table'), at }
  }
  if (cursor.takeWords('create', 'schema')) {
    return { kind: 'show_create_schema', name: cursor.qualifiedName('a schema'), at }
  }
  return cursor.unexpected('CATALOGS, SCHEMAS, TABLES, COLUMNS, FUNCTIONS, SESSION or CREATE')
}
