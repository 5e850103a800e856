// A small table of given rows in the place of a relation: what the virtual tables are made of.
import { quoteIdentifier, quoteText } from '../../lake/open-duckdb.ts'
import { engineType, type TrinoType } from '../trino/types.ts'
import type { CatalogueTable } from './lake-tables.ts'

export type Cell = string | number | boolean | null

/** A table of literal rows: `columns` by name and type, in the order of the cells. */
export function rowsTable(
  schema: string,
  name: string,
  columns: Readonly<Record<string, TrinoType>>,
  rows: readonly (readonly Cell[])[],
): CatalogueTable {
  const entries = Object.entries(columns)
  const names = entries.map(([column]) => quoteIdentifier(column))
  // The engine reads no statement beyond a NUL, and a client may have sent one.
  const textCell = (value: string): string => quoteText(value.replaceAll('\0', '\ufffd'))
  const cell = (value: Cell): string =>
    value === null ? 'NULL' : typeof value === 'string' ? textCell(value) : String(value)
  const typed = entries.map(([column, type]) => {
    const quoted = quoteIdentifier(column)
    return `CAST(${quoted} AS ${engineType(type)}) AS ${quoted}`
  })
  // A row of nulls gives the columns where there is no other; it is cut away again.
  const values = rows.map((row) => `(${row.map(cell).join(', ')})`)
  const nothing = `(${entries.map(() => 'NULL').join(', ')})`
  const source = values.length === 0 ? nothing : values.join(', ')
  const limit = values.length === 0 ? ' LIMIT 0' : ''
  const given = `(VALUES ${source}) AS given(${names.join(', ')})`
  return {
    schema,
    name,
    comment: null,
    columns: entries.map(([column, type]) => ({
      name: column,
      type,
      engineName: column,
      mayBeNaN: false,
      comment: null,
    })),
    sql: `(SELECT ${typed.join(', ')} FROM ${given}${limit})`,
    source: null,
  }
}
