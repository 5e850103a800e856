// The tables of a user's own, in a database file of the user's: what clients create on the way to an
// answer. Each column keeps the type that it was given, which the engine's own may not tell (a
// varchar's length, a timestamp's precision), in its comment.
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteIdentifier, quoteText } from '../../lake/open-duckdb.ts'
import type { CatalogueTable } from '../catalogue/lake-tables.ts'
import { parseStatement } from '../trino/parse-statement.ts'
import { engineType, resolveType, type TrinoType, typeText } from '../trino/types.ts'

export interface ScratchColumn {
  readonly name: string
  readonly type: TrinoType
}

export interface Scratch {
  /** The user's tables, in the schema that bears the user's name. */
  tables(): CatalogueTable[]
  find(name: string): CatalogueTable | null
  /** Creates a table; `asSql` fills it. Returns the number of its rows. */
  create(
    connection: DuckDBConnection,
    name: string,
    columns: readonly ScratchColumn[],
    asSql: string | null,
  ): Promise<number>
  drop(connection: DuckDBConnection, name: string): Promise<void>
}

/** The name of the attached database in the engine. */
export const scratchDatabase = 'scratch'

/** A table of the scratch database, as the engine names it. */
export function scratchName(table: string): string {
  return `${scratchDatabase}.main.${quoteIdentifier(table)}`
}

function typeOf(text: string): TrinoType {
  const { statement } = parseStatement(`CREATE TABLE t (c ${text})`)
  const column = statement.kind === 'create_table' ? statement.columns[0] : undefined
  if (column === undefined) throw new Error('a scratch column has no type')
  return resolveType(column.type, null)
}

/** The type that a comment tells; null: one that this version does not know. */
function knownType(comment: string): TrinoType | null {
  try {
    return typeOf(comment)
  } catch {
    return null
  }
}

/** Drops ehrQL's temporary tables of days before `oldestDay` (`20261108`): a run left them. */
async function dropForgotten(connection: DuckDBConnection, oldestDay: string): Promise<void> {
  const reader = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE database_name = '${scratchDatabase}'`,
  )
  for (const [name] of reader.getRowsJS()) {
    const day = /^ehrql_(\d{8})_\d{4}_/.exec(String(name))?.[1]
    if (day !== undefined && day < oldestDay) {
      await connection.run(`DROP TABLE ${scratchName(String(name))}`)
    }
  }
}

/** The tables that the file holds, with their columns. */
async function readTables(connection: DuckDBConnection): Promise<Map<string, ScratchColumn[]>> {
  const reader = await connection.runAndReadAll(
    `SELECT table_name, column_name, comment FROM duckdb_columns()
     WHERE database_name = '${scratchDatabase}' ORDER BY table_name, column_index`,
  )
  const held = new Map<string, ScratchColumn[]>()
  const unreadable = new Set<string>()
  for (const [table, column, comment] of reader.getRowsJS()) {
    const columns = held.get(String(table)) ?? []
    const type = knownType(String(comment))
    if (type === null) unreadable.add(String(table))
    else columns.push({ name: String(column), type })
    held.set(String(table), columns)
  }
  // One table of another version is no reason to show none.
  for (const table of unreadable) held.delete(table)
  return held
}

/** Attaches the file, which is created where there is none, and reads what it holds. */
export async function openScratch(
  connection: DuckDBConnection,
  file: string,
  user: string,
  oldestDay: string,
): Promise<Scratch> {
  await connection.run(`ATTACH ${quoteText(file)} AS ${scratchDatabase}`)
  await dropForgotten(connection, oldestDay)
  const held = await readTables(connection)
  const tables = new Map<string, CatalogueTable>()
  const describe = (name: string, columns: readonly ScratchColumn[]): CatalogueTable => ({
    schema: user,
    name,
    comment: null,
    columns: columns.map((column) => ({
      ...column,
      engineName: column.name,
      mayBeNaN: true,
      comment: null,
    })),
    sql: scratchName(name),
    source: null,
  })
  for (const [name, columns] of held) tables.set(name, describe(name, columns))
  return {
    tables: () => [...tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (name) => tables.get(name.toLowerCase()) ?? null,
    create: async (connection, name, columns, asSql) => {
      const target = scratchName(name)
      const definitions = columns.map(
        ({ name: column, type }) => `${quoteIdentifier(column)} ${engineType(type)}`,
      )
      let rows = 0
      await connection.run('BEGIN TRANSACTION')
      try {
        await connection.run(`CREATE TABLE ${target} (${definitions.join(', ')})`)
        for (const { name: column, type } of columns) {
          const place = `${target}.${quoteIdentifier(column)}`
          await connection.run(`COMMENT ON COLUMN ${place} IS ${quoteText(typeText(type))}`)
        }
        if (asSql !== null) {
          const result = await connection.run(`INSERT INTO ${target} ${asSql}`)
          rows = result.rowsChanged
        }
        await connection.run('COMMIT')
      } catch (error) {
        await connection.run('ROLLBACK').catch(() => undefined)
        throw error
      }
      tables.set(name, describe(name, columns))
      return rows
    },
    drop: async (connection, name) => {
      await connection.run(`DROP TABLE ${scratchName(name)}`)
      tables.delete(name)
    },
  }
}
