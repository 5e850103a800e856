// Statements that make, fill and drop the user's own tables. Tables of the lake are read only: they
// change by publishing alone.
import { canCoerce } from '../trino/coercion.ts'
import { coerced, named } from '../trino/compile/typed.ts'
import type { Statement } from '../trino/statement.ts'
import type { NameParts } from '../trino/syntax.ts'
import { placeOf } from '../trino/tokens.ts'
import { type TextPlace, TrinoError } from '../trino/trino-error.ts'
import { resolveType, type TrinoType, typeText } from '../trino/types.ts'
import { appendLiterals } from './append-literals.ts'
import { engineError } from './engine-errors.ts'
import { done, type Execution, type StatementContext } from './execution.ts'
import { type FullName, fullName } from './name-resolution.ts'
import { compileChecked, type StatementText } from './run-query.ts'
import { type ScratchColumn, scratchName } from './scratch.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>

/** The name of a table of the user's own; others are refused. */
function ownTable(
  parts: NameParts,
  verb: string,
  place: TextPlace,
  { names }: StatementContext,
): FullName {
  const full = fullName(names, parts, place)
  const isOwn = full.catalog === names.catalog && full.schema === names.user.toLowerCase()
  if (isOwn) return full
  throw new TrinoError(
    'PERMISSION_DENIED',
    `Access Denied: Cannot ${verb} table ${full.catalog}.${full.schema}.${full.table}: ` +
      `tables can be made in schema ${names.user} alone`,
    place,
  )
}

async function guarded<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw engineError(error)
  })
}

function refuseDuplicates(columns: readonly ScratchColumn[], place: TextPlace): void {
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new TrinoError(
        'DUPLICATE_COLUMN_NAME',
        `Column name '${name}' specified more than once`,
        place,
      )
    }
    seen.add(name)
  }
}

/** What a column of an unknown type (`NULL AS x`) cannot be stored as. */
function storable(type: TrinoType, name: string, place: TextPlace): TrinoType {
  if (!hasUnknown(type)) return type
  throw new TrinoError('COLUMN_TYPE_UNKNOWN', `Column type is unknown: ${name}`, place)
}

function hasUnknown(type: TrinoType): boolean {
  switch (type.kind) {
    case 'unknown':
      return true
    case 'array':
      return hasUnknown(type.element)
    case 'map':
      return hasUnknown(type.key) || hasUnknown(type.value)
    case 'row':
      return type.fields.some((field) => hasUnknown(field.type))
    default:
      return false
  }
}

/** CREATE TABLE with columns. */
export async function createTable(
  statement: Of<'create_table'>,
  { text }: StatementText,
  context: StatementContext,
): Promise<Execution> {
  const place = placeOf(text, statement.at)
  const { table } = ownTable(statement.name, 'create', place, context)
  const columns = statement.columns.map(({ name, type }) => ({
    name: name.toLowerCase(),
    type: resolveType(type, place),
  }))
  refuseDuplicates(columns, place)
  const { scratch } = context.engine
  if (scratch.find(table) !== null)
    return exists(table, statement.ifNotExists, 'CREATE TABLE', place)
  await guarded(scratch.create(context.connection, table, columns, null))
  return done('CREATE TABLE')
}

function exists(
  table: string,
  permitted: boolean,
  updateType: string,
  place: TextPlace,
): Execution {
  if (permitted) return done(updateType, [], updateType === 'CREATE TABLE' ? null : 0)
  throw new TrinoError('TABLE_ALREADY_EXISTS', `Table '${table}' already exists`, place)
}

/** CREATE TABLE AS. */
export async function createTableAs(
  statement: Of<'create_table_as'>,
  source: StatementText,
  context: StatementContext,
): Promise<Execution> {
  const place = placeOf(source.text, statement.at)
  const { table } = ownTable(statement.name, 'create', place, context)
  const updateType = 'CREATE TABLE AS SELECT'
  const { scratch } = context.engine
  if (scratch.find(table) !== null) return exists(table, statement.ifNotExists, updateType, place)
  const compiled = await compileChecked(statement.query, source, context)
  const names = statement.columns
  if (names !== null && names.length !== compiled.columns.length) {
    const found = `but query has ${compiled.columns.length}`
    const message = `Column alias list has ${names.length} entries ${found}`
    throw new TrinoError('MISMATCHED_COLUMN_ALIASES', message, place)
  }
  const columns = compiled.columns.map((column, index): ScratchColumn => {
    const name = (names === null ? column.name : names[index]) ?? null
    if (name === null) {
      const message = `Column name not specified at position ${index + 1}`
      throw new TrinoError('MISSING_COLUMN_NAME', message, place)
    }
    return { name: name.toLowerCase(), type: storable(column.type, name, place) }
  })
  refuseDuplicates(columns, place)
  const sql = statement.withData ? compiled.sql : `SELECT * FROM (${compiled.sql}) AS none LIMIT 0`
  const rows = await guarded(scratch.create(context.connection, table, columns, sql))
  return done(updateType, [], rows)
}

/** INSERT of the rows of a query, values among them. */
export async function insert(
  statement: Of<'insert'>,
  source: StatementText,
  context: StatementContext,
): Promise<Execution> {
  const place = placeOf(source.text, statement.at)
  const { table: name, catalog, schema } = ownTable(statement.name, 'insert into', place, context)
  const table = context.engine.scratch.find(name)
  if (table === null) {
    throw new TrinoError(
      'TABLE_NOT_FOUND',
      `Table '${catalog}.${schema}.${name}' does not exist`,
      place,
    )
  }
  const wanted = statement.columns ?? table.columns.map((column) => column.name)
  const targets = wanted.map((column) => {
    const found = table.columns.find((candidate) => candidate.name === column.toLowerCase())
    if (found !== undefined) return found
    throw new TrinoError(
      'COLUMN_NOT_FOUND',
      `Insert column name does not exist in target table: ${column}`,
      place,
    )
  })
  const names = targets.map((target) => target.name)
  const appended = await guarded(
    appendLiterals(statement.query, table, names, source.parameters, context),
  )
  if (appended !== null) return done('INSERT', [], appended)
  const compiled = await compileChecked(statement.query, source, context)
  if (compiled.columns.length !== targets.length) {
    const found = `Insert query has ${compiled.columns.length} columns`
    const message = `${found}, but ${targets.length} are named`
    throw new TrinoError('TYPE_MISMATCH', message, place)
  }
  const values = compiled.columns.map(({ engineName, type }, index) => {
    const target = targets[index]?.type ?? type
    if (type.kind !== 'unknown' && !canCoerce(type, target)) {
      const types = `${typeText(type)} does not fit ${typeText(target)}`
      const message = `Insert column ${index + 1}: ${types}`
      throw new TrinoError('TYPE_MISMATCH', message, place)
    }
    return coerced({ sql: named(engineName), type }, target).sql
  })
  const list = targets.map((target) => named(target.engineName)).join(', ')
  const rows = `SELECT ${values.join(', ')} FROM (${compiled.sql}) AS given`
  const sql = `INSERT INTO ${scratchName(name)} (${list}) ${rows}`
  const result = await guarded(context.connection.run(sql))
  return done('INSERT', [], result.rowsChanged)
}

/** DROP TABLE. */
export async function dropTable(
  statement: Of<'drop_table'>,
  { text }: StatementText,
  context: StatementContext,
): Promise<Execution> {
  const place = placeOf(text, statement.at)
  const { table, catalog, schema } = ownTable(statement.name, 'drop', place, context)
  const { scratch } = context.engine
  if (scratch.find(table) === null) {
    if (statement.ifExists) return done('DROP TABLE')
    throw new TrinoError(
      'TABLE_NOT_FOUND',
      `Table '${catalog}.${schema}.${table}' does not exist`,
      place,
    )
  }
  await guarded(scratch.drop(context.connection, table))
  return done('DROP TABLE')
}

/** CREATE SCHEMA and DROP SCHEMA: the user's own is always there, and no other can be. */
export function changeSchema(
  statement: Of<'create_schema'> | Of<'drop_schema'>,
  { text }: StatementText,
  { names, engine }: StatementContext,
): Execution {
  const place = placeOf(text, statement.at)
  const schema = (statement.name.at(-1) ?? '').toLowerCase()
  const isCreate = statement.kind === 'create_schema'
  const updateType = isCreate ? 'CREATE SCHEMA' : 'DROP SCHEMA'
  if (schema !== names.user.toLowerCase()) {
    const what = isCreate ? 'create' : 'drop'
    throw new TrinoError(
      'PERMISSION_DENIED',
      `Access Denied: Cannot ${what} schema ${schema}`,
      place,
    )
  }
  if (isCreate && !statement.ifNotExists) {
    throw new TrinoError('SCHEMA_ALREADY_EXISTS', `Schema '${schema}' already exists`, place)
  }
  if (!isCreate && engine.scratch.tables().length > 0) {
    throw new TrinoError('NOT_SUPPORTED', `Cannot drop non-empty schema '${schema}'`, place)
  }
  return done(updateType)
}
