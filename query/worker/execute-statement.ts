// One statement, from its text to its execution: what it is decides who runs it. State of a session
// is the client's, told back to it in headers.
import { randomUUID } from 'node:crypto'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { CatalogueTable } from '../catalogue/lake-tables.ts'
import { parseStatement } from '../trino/parse-statement.ts'
import type { Statement } from '../trino/statement.ts'
import type { Expression } from '../trino/syntax.ts'
import { TrinoError } from '../trino/trino-error.ts'
import { typeText } from '../trino/types.ts'
import type { Engine } from './engine.ts'
import { done, type Execution, type StatementContext } from './execution.ts'
import type { QueryEntry, StatementSession } from './messages.ts'
import { landingNeeded, schemasOf } from './name-resolution.ts'
import { runCall } from './run-call.ts'
import { compileChecked, isSingleRow, type StatementText, streamCompiled } from './run-query.ts'
import { runExplain, runShow, showRows } from './run-show.ts'
import {
  changeSchema,
  createTable,
  createTableAs,
  dropTable,
  insert,
} from './run-table-statement.ts'
import { durationMs, pinnedSnapshot, propertyName } from './session-properties.ts'

export interface Asked {
  readonly session: StatementSession
  readonly queries: readonly QueryEntry[]
}

/** Runs the statement of a text on a connection of its own. */
export async function executeStatement(
  text: string,
  { session, queries }: Asked,
  engine: Engine,
  connection: DuckDBConnection,
): Promise<Execution> {
  const { statement } = parseStatement(text)
  const { user, catalog } = engine.options
  // Who changes the session may be leaving a snapshot that is there no more.
  const isOfSession = statement.kind === 'set_session' || statement.kind === 'reset_session'
  const pinned = isOfSession ? null : pinnedSnapshot(session.properties)
  const snapshot = await engine.snapshots.open(pinned, connection)
  const landing = new Map<string, CatalogueTable>()
  const names = {
    catalog,
    user,
    sessionCatalog: session.catalog,
    sessionSchema: session.schema?.toLowerCase() ?? null,
    snapshot,
    scratch: engine.scratch,
    landing,
    queries,
  }
  const context: StatementContext = { engine, connection, session, queries, names }
  for (;;) {
    try {
      return await execute(statement, { text, parameters: [] }, context)
    } catch (error) {
      // Names are looked up before anything runs: what is missing is read, and it is begun again.
      const table = landingNeeded(error)
      if (table === null || landing.has(table)) throw error
      landing.set(table, await engine.landing.read(table))
    }
  }
}

async function execute(
  statement: Statement,
  source: StatementText,
  context: StatementContext,
): Promise<Execution> {
  switch (statement.kind) {
    case 'query': {
      const compiled = await compileChecked(statement.query, source, context)
      return streamCompiled(compiled, context, isSingleRow(statement.query))
    }
    case 'create_table':
      return createTable(statement, source, context)
    case 'create_table_as':
      return createTableAs(statement, source, context)
    case 'insert':
      return insert(statement, source, context)
    case 'drop_table':
      return dropTable(statement, source, context)
    case 'create_schema':
    case 'drop_schema':
      return changeSchema(statement, source, context)
    case 'execute_immediate':
      return executePrepared(statement.text, statement.arguments, context)
    case 'execute':
      return executePrepared(preparedText(statement.name, context), statement.arguments, context)
    case 'describe_input':
    case 'describe_output':
      return describePrepared(statement.kind, preparedText(statement.name, context), context)
    case 'explain':
      return runExplain(statement, source, context)
    case 'call':
      return runCall(statement, context)
    case 'use':
    case 'set_session':
    case 'reset_session':
    case 'set_time_zone':
    case 'prepare':
    case 'deallocate':
    case 'start_transaction':
    case 'commit':
    case 'rollback':
      return changeSession(statement, context)
    default:
      return runShow(statement, source, context)
  }
}

function preparedText(name: string, { session }: StatementContext): string {
  const text = Object.hasOwn(session.prepared, name) ? session.prepared[name] : undefined
  if (text !== undefined) return text
  throw new TrinoError('NOT_FOUND', `Prepared statement not found: ${name}`)
}

async function executePrepared(
  text: string,
  parameters: readonly Expression[],
  context: StatementContext,
): Promise<Execution> {
  const { statement, parameterCount } = parseStatement(text)
  if (parameterCount !== parameters.length) {
    const counts = `expected ${parameterCount} but found ${parameters.length}`
    const message = `Incorrect number of parameters: ${counts}`
    throw new TrinoError('INVALID_PARAMETER_USAGE', message)
  }
  if (statement.kind === 'execute' || statement.kind === 'execute_immediate') {
    throw new TrinoError('NOT_SUPPORTED', 'a prepared statement does not execute another one')
  }
  return execute(statement, { text, parameters }, context)
}

async function describePrepared(
  kind: 'describe_input' | 'describe_output',
  text: string,
  context: StatementContext,
): Promise<Execution> {
  const { statement, parameterCount } = parseStatement(text)
  if (kind === 'describe_input') {
    const rows = Array.from({ length: parameterCount }, (_, index) => [String(index), 'unknown'])
    return showRows(['Position', 'Type'], rows, context)
  }
  const columns = ['Column Name', 'Catalog', 'Schema', 'Table', 'Type', 'Type Size', 'Aliased']
  if (statement.kind !== 'query') return showRows(columns, [], context)
  const unknown = Array.from({ length: parameterCount }, () => ({ kind: 'null', at: 0 }) as const)
  const compiled = await compileChecked(statement.query, { text, parameters: unknown }, context)
  const rows = compiled.columns.map(({ name, type }, index) => [
    ...[name ?? `_col${index}`, '', '', '', typeText(type), '0', 'false'],
  ])
  return showRows(columns, rows, context)
}

const encode = (text: string): string => encodeURIComponent(text)

type SessionStatement = Extract<
  Statement,
  {
    readonly kind:
      | 'use'
      | 'set_session'
      | 'reset_session'
      | 'set_time_zone'
      | 'prepare'
      | 'deallocate'
      | 'start_transaction'
      | 'commit'
      | 'rollback'
  }
>

async function changeSession(
  statement: SessionStatement,
  context: StatementContext,
): Promise<Execution> {
  const { names } = context
  switch (statement.kind) {
    case 'use': {
      const catalog = (statement.catalog ?? names.sessionCatalog ?? names.catalog).toLowerCase()
      const schema = statement.schema.toLowerCase()
      if (catalog !== names.catalog && catalog !== 'system') {
        throw new TrinoError('CATALOG_NOT_FOUND', `Catalog '${catalog}' not found`)
      }
      if (
        catalog === names.catalog &&
        ![...schemasOf(names), 'information_schema'].includes(schema)
      ) {
        throw new TrinoError('SCHEMA_NOT_FOUND', `Schema '${schema}' does not exist`)
      }
      return done('USE', [
        ['Set-Catalog', catalog],
        ['Set-Schema', schema],
      ])
    }
    case 'set_session': {
      const name = propertyName(statement.name, names.catalog)
      const { value } = statement
      const text =
        value.kind === 'string' ? value.value : value.kind === 'integer' ? value.text : null
      if (text === null) {
        throw new TrinoError('INVALID_SESSION_PROPERTY', `${name} takes a text or a whole number`)
      }
      // What cannot be read is told now, and what can be is kept from now on.
      if (name === 'snapshot') {
        const { engine, connection } = context
        await engine.snapshots.open(pinnedSnapshot({ snapshot: text }), connection)
      } else if (durationMs(text) === null) {
        throw new TrinoError('INVALID_SESSION_PROPERTY', `${name} is a duration such as 10m`)
      }
      return done('SET SESSION', [['Set-Session', `${name}=${encode(text)}`]])
    }
    case 'reset_session':
      return done('RESET SESSION', [['Clear-Session', propertyName(statement.name, names.catalog)]])
    case 'set_time_zone': {
      const { zone } = statement
      const isUtc =
        zone === null || (zone.kind === 'string' && /^(UTC|Z|GMT|Etc\/UTC)$/.test(zone.value))
      if (isUtc) return done('SET TIME ZONE')
      throw new TrinoError('NOT_SUPPORTED', 'the time zone is UTC here, and no other')
    }
    case 'prepare':
      return done('PREPARE', [
        ['Added-Prepare', `${encode(statement.name)}=${encode(statement.text)}`],
      ])
    case 'deallocate':
      preparedText(statement.name, context)
      return done('DEALLOCATE', [['Deallocated-Prepare', encode(statement.name)]])
    case 'start_transaction':
      return done('START TRANSACTION', [['Started-Transaction-Id', randomUUID()]])
    case 'commit':
      return done('COMMIT', [['Clear-Transaction-Id', 'true']])
    case 'rollback':
      return done('ROLLBACK', [['Clear-Transaction-Id', 'true']])
  }
}
