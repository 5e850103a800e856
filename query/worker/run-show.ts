// SHOW, DESCRIBE and EXPLAIN as tables of text, with the names of columns that clients look for.

import { quoteText } from '../../lake/open-duckdb.ts'
import type { CatalogueTable } from '../catalogue/lake-tables.ts'
import { type Cell, rowsTable } from '../catalogue/rows-table.ts'
import { listFunctions } from '../trino/functions/registry.ts'
import type { LikePattern, ShowStatement, Statement } from '../trino/statement.ts'
import { placeOf } from '../trino/tokens.ts'
import { TrinoError } from '../trino/trino-error.ts'
import { typeText, varcharType } from '../trino/types.ts'
import { engineError } from './engine-errors.ts'
import type { Execution, StatementContext } from './execution.ts'
import { findTable, schemasOf, tablesOf } from './name-resolution.ts'
import { compileChecked, runText, type StatementText } from './run-query.ts'
import { sessionProperties } from './session-properties.ts'

/** A result of texts. */
export async function showRows(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  context: StatementContext,
): Promise<Execution> {
  const types = Object.fromEntries(columns.map((column) => [column, varcharType]))
  const table = rowsTable('', '', types, rows)
  const described = columns.map((name) => ({
    name,
    engineName: name,
    type: varcharType,
    mayBeNaN: false,
  }))
  return runText(`SELECT * FROM ${table.sql} AS shown`, described, context)
}

/** A LIKE pattern as a test of text. */
function matcher(like: LikePattern | null): (text: string) => boolean {
  if (like === null) return () => true
  let source = ''
  const characters = Array.from(like.pattern)
  for (let index = 0; index < characters.length; index++) {
    let character = characters[index] ?? ''
    const isEscape = like.escape !== null && character === like.escape
    if (isEscape) character = characters[++index] ?? ''
    if (!isEscape && character === '%') source += '[\\s\\S]*'
    else if (!isEscape && character === '_') source += '[\\s\\S]'
    else source += character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  }
  const pattern = new RegExp(`^${source}$`, 'u')
  return (text) => pattern.test(text)
}

async function showTables(
  { schema, like }: Extract<ShowStatement, { readonly kind: 'show_tables' }>,
  context: StatementContext,
): Promise<Execution> {
  const { names } = context
  const wanted = (schema?.at(-1) ?? names.sessionSchema ?? '').toLowerCase()
  const known = [...schemasOf(names), 'information_schema']
  if (!known.includes(wanted)) {
    throw new TrinoError('SCHEMA_NOT_FOUND', `Schema '${wanted}' does not exist`)
  }
  const matches = matcher(like)
  const found = tablesOf(names)
    .filter((table) => table.schema.toLowerCase() === wanted && matches(table.name))
    .map((table): Cell[] => [table.name])
  return showRows(['Table'], found, context)
}

function tableOf(
  parts: readonly string[],
  at: number,
  { text }: StatementText,
  { names }: StatementContext,
): CatalogueTable {
  const place = placeOf(text, at)
  const { table, full } = findTable(names, parts, place)
  if (table !== null) return table
  const name = `${full.catalog}.${full.schema}.${full.table}`
  throw new TrinoError('TABLE_NOT_FOUND', `Table '${name}' does not exist`, place)
}

function createTableText(table: CatalogueTable, catalog: string): string {
  const columns = table.columns.map(({ name, type, comment }) => {
    const words = comment === null ? '' : ` COMMENT ${quoteText(comment)}`
    return `   ${name} ${typeText(type)}${words}`
  })
  const comment = table.comment === null ? '' : `\nCOMMENT ${quoteText(table.comment)}`
  const name = `${catalog}.${table.schema}.${table.name}`
  return `CREATE TABLE ${name} (\n${columns.join(',\n')}\n)${comment}`
}

/** Runs a SHOW statement. */
export async function runShow(
  statement: ShowStatement,
  source: StatementText,
  context: StatementContext,
): Promise<Execution> {
  const { names } = context
  switch (statement.kind) {
    case 'show_catalogs': {
      const matches = matcher(statement.like)
      const rows = [names.catalog, 'system'].filter(matches).map((name) => [name])
      return showRows(['Catalog'], rows, context)
    }
    case 'show_schemas': {
      const matches = matcher(statement.like)
      const all = [...schemasOf(names), 'information_schema'].sort()
      return showRows(
        ['Schema'],
        all.filter(matches).map((name) => [name]),
        context,
      )
    }
    case 'show_tables':
      return showTables(statement, context)
    case 'show_columns': {
      const matches = matcher(statement.like)
      const table = tableOf(statement.table, statement.at, source, context)
      const rows = table.columns
        .filter(({ name }) => matches(name))
        .map(({ name, type, comment }): Cell[] => [name, typeText(type), '', comment ?? ''])
      return showRows(['Column', 'Type', 'Extra', 'Comment'], rows, context)
    }
    case 'show_functions': {
      const matches = matcher(statement.like)
      const rows = listFunctions().filter(({ name }) => matches(name))
      const cells = rows.map(({ name, kind }): Cell[] => [name, '', '', kind, true, ''])
      const columns = [
        'Function',
        'Return Type',
        'Argument Types',
        'Function Type',
        'Deterministic',
      ]
      return showRows([...columns, 'Description'], cells, context)
    }
    case 'show_session': {
      const matches = matcher(statement.like)
      const rows = sessionProperties
        .filter(({ name }) => matches(name))
        .map(({ name, type, fallback, description }): Cell[] => [
          ...[name, context.session.properties[name] ?? fallback, fallback, type, description],
        ])
      return showRows(['Name', 'Value', 'Default', 'Type', 'Description'], rows, context)
    }
    case 'show_create_table': {
      const table = tableOf(statement.name, statement.at, source, context)
      return showRows(['Create Table'], [[createTableText(table, names.catalog)]], context)
    }
    case 'show_create_schema': {
      const name = statement.name.at(-1) ?? ''
      if (!schemasOf(names).includes(name)) {
        throw new TrinoError('SCHEMA_NOT_FOUND', `Schema '${name}' does not exist`)
      }
      return showRows(['Create Schema'], [[`CREATE SCHEMA ${names.catalog}.${name}`]], context)
    }
  }
}

/** EXPLAIN: the engine's plan, as text. */
export async function runExplain(
  statement: Extract<Statement, { readonly kind: 'explain' }>,
  source: StatementText,
  context: StatementContext,
): Promise<Execution> {
  const inner = statement.statement
  if (inner.kind !== 'query') {
    throw new TrinoError('NOT_SUPPORTED', 'EXPLAIN is of queries alone here')
  }
  const compiled = await compileChecked(inner.query, source, context)
  const reader = await context.connection
    .runAndReadAll(`EXPLAIN ${compiled.sql}`)
    .catch((error: unknown) => {
      throw engineError(error)
    })
  const plan = reader.getRowsJS().map((row) => String(row[1]))
  return showRows(['Query Plan'], [[plan.join('\n')]], context)
}
