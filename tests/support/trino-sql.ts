// Runs Trino SQL in process: compiled by the query layer, run by a fresh DuckDB, so that tests can
// compare answers with those of Trino's documentation.

import { openDuckDb } from '../../lake/open-duckdb.ts'
import { compileQuery } from '../../query/trino/compile/compile-query.ts'
import { openCompiler, type ResolvedTable } from '../../query/trino/compile/compiler.ts'
import { parseStatement } from '../../query/trino/parse-statement.ts'
import type { Expression } from '../../query/trino/syntax.ts'
import { TrinoError } from '../../query/trino/trino-error.ts'
import {
  dateType,
  doubleType,
  integerType,
  type TrinoType,
  typeText,
  varcharType,
} from '../../query/trino/types.ts'

export interface TestTable {
  readonly columns: Readonly<Record<string, TrinoType>>
}

const session = { user: 'tess', catalog: 'lake', schema: 'main', startedAt: '2026-11-22 18:00:00' }

/** Compiles the text of a query over tables of the schema main. */
export function compileTrino(
  text: string,
  tables: Readonly<Record<string, Readonly<Record<string, TrinoType>>>>,
  parameters: readonly Expression[] = [],
) {
  const { statement } = parseStatement(text)
  if (statement.kind !== 'query') throw new Error(`a ${statement.kind} is no query`)
  const compiler = openCompiler({
    text,
    session,
    parameters,
    resolveTable: (name, place): ResolvedTable => {
      const key = (name.at(-1) ?? '').toLowerCase()
      const columns = tables[key]
      if (columns === undefined) {
        throw new TrinoError('TABLE_NOT_FOUND', `Table '${name.join('.')}' does not exist`, place)
      }
      return {
        name: ['lake', 'main', key],
        sql: `main."${key}"`,
        columns: Object.entries(columns).map(([column, type]) => ({
          name: column,
          type,
          engineName: column,
          mayBeNaN: type.kind === 'double',
        })),
      }
    },
  })
  return compileQuery(statement.query, { compiler, parent: null, namedQueries: new Map() })
}

/** Opens a DuckDB prepared by statements; `ask` gives types and rows of Trino SQL. */
export async function openTrino(
  prepare: readonly string[] = [],
  tables: Readonly<Record<string, Readonly<Record<string, TrinoType>>>> = {},
) {
  const database = await openDuckDb({
    ...{ memoryBytes: 256 * 1024 * 1024, threads: 1, spillFolder: null, spillBytesMax: 0 },
  })
  await database.connection.run("SET TimeZone = 'UTC'")
  for (const sql of prepare) await database.connection.run(sql)
  return {
    ask: async (text: string, parameters: readonly Expression[] = []) => {
      const query = compileTrino(text, tables, parameters)
      const reader = await database.connection.runAndReadAll(query.sql)
      return {
        sql: query.sql,
        names: query.columns.map(({ name }, index) => name ?? `_col${index}`),
        types: query.columns.map(({ type }) => typeText(type)),
        engineTypes: reader.columnTypes().map(String),
        rows: reader.getRowsJson(),
      }
    },
    close: () => database.close(),
  }
}

export { dateType, doubleType, integerType, varcharType }
