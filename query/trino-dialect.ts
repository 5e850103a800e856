// Trino's dialect for queries in process: the same compiler as behind `serve`, over the tables of one
// snapshot. What it refuses is refused in the words of the command line.
import { LandingError } from '../contracts/errors.ts'
import { columnType } from './catalogue/lake-tables.ts'
import { bareNames, type SnapshotDatabase, splitTableName } from './snapshot-database.ts'
import { compileQuery } from './trino/compile/compile-query.ts'
import { openCompiler, type ResolvedTable } from './trino/compile/compiler.ts'
import { named } from './trino/compile/typed.ts'
import { parseStatement } from './trino/parse-statement.ts'
import type { NameParts } from './trino/syntax.ts'
import { isTrinoError, type TextPlace, TrinoError } from './trino/trino-error.ts'

const catalogName = 'lake'

/** The table of the manifest that a name stands for: bare, by its namespace, or by the backend. */
function tableOf(database: SnapshotDatabase, parts: NameParts, place: TextPlace): string {
  const [name = '', schema, catalog = catalogName] = [...parts]
    .reverse()
    .map((part) => part.toLowerCase())
  const { manifest } = database
  const isBare = schema === undefined || schema === manifest.backend
  const table = isBare ? bareNames(manifest).get(name) : `${schema}/${name}`
  if (catalog === catalogName && table !== undefined && Object.hasOwn(manifest.tables, table)) {
    return table
  }
  throw new TrinoError('TABLE_NOT_FOUND', `Table '${parts.join('.')}' does not exist`, place)
}

function resolve(database: SnapshotDatabase, table: string): ResolvedTable {
  const [namespace, name] = splitTableName(table)
  const columns = (database.manifest.tables[table]?.columns ?? []).map((column) => ({
    name: column.name,
    type: columnType(column),
    engineName: column.name,
    mayBeNaN: false,
  }))
  return {
    name: [catalogName, namespace, name],
    sql: `${named(namespace)}.${named(name)}`,
    columns,
  }
}

/** The refusal of a statement in the words of the command line. */
function refusal(error: TrinoError): LandingError {
  const { errorName, message, place } = error
  const where = place === null ? '' : `line ${place.line}, column ${place.column}: `
  const isUnknown = errorName === 'NOT_SUPPORTED' || errorName === 'FUNCTION_NOT_FOUND'
  const text = `${where}${message} (${errorName})`
  return new LandingError(isUnknown ? 'query_refused' : 'query_failed', text)
}

/**
 * The engine's SQL for one query in Trino's dialect, its tables made ready. Throws `query_refused`
 * or `query_failed`.
 */
export async function trinoSql(
  database: SnapshotDatabase,
  text: string,
  now: Date,
): Promise<string> {
  try {
    const { statement, parameterCount } = parseStatement(text)
    if (statement.kind !== 'query' || parameterCount > 0) {
      throw new TrinoError('NOT_SUPPORTED', 'one query without parameters can be run here')
    }
    const sources = new Set<string>()
    const compiler = openCompiler({
      text,
      parameters: [],
      session: {
        user: '',
        catalog: catalogName,
        schema: database.manifest.backend,
        startedAt: now.toISOString().replace('T', ' ').replace('Z', ''),
      },
      resolveTable: (parts, place) => {
        const table = tableOf(database, parts, place)
        sources.add(table)
        return resolve(database, table)
      },
    })
    const query = compileQuery(statement.query, {
      compiler,
      parent: null,
      namedQueries: new Map(),
    })
    await database.serve(sources)
    const columns = query.columns.map(
      ({ name, engineName }, index) => `${named(engineName)} AS ${named(name ?? `_col${index}`)}`,
    )
    return `SELECT ${columns.join(', ')} FROM (${query.sql}) AS result`
  } catch (error) {
    throw isTrinoError(error) ? refusal(error) : error
  }
}
