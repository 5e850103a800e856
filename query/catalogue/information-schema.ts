// The schema information_schema of a catalog (SQL standard, as Trino has it): schemata, tables,
// columns, views. Types are Trino's texts, and what a snapshot holds is a BASE TABLE.
import { bigintType, typeText, varcharType } from '../trino/types.ts'
import type { CatalogueTable } from './lake-tables.ts'
import { rowsTable } from './rows-table.ts'

/** The tables of information_schema over the tables and schemas of a catalog. */
export function informationSchema(
  catalog: string,
  schemas: readonly string[],
  tables: readonly CatalogueTable[],
): CatalogueTable[] {
  const schema = 'information_schema'
  const text = varcharType
  const all = [...new Set([...schemas, schema])].sort()
  const listed = tables.filter((table) => table.schema !== schema)
  const columns = listed.flatMap((table) =>
    table.columns.map(
      (column, index) =>
        [
          ...[catalog, table.schema, table.name, column.name, index + 1, null, 'YES'],
          ...[typeText(column.type), column.comment],
        ] as const,
    ),
  )
  return [
    rowsTable(
      schema,
      'schemata',
      { catalog_name: text, schema_name: text },
      all.map((name) => [catalog, name]),
    ),
    rowsTable(
      schema,
      'tables',
      { table_catalog: text, table_schema: text, table_name: text, table_type: text },
      listed.map((table) => [catalog, table.schema, table.name, 'BASE TABLE']),
    ),
    rowsTable(
      schema,
      'columns',
      {
        ...{ table_catalog: text, table_schema: text, table_name: text, column_name: text },
        ...{ ordinal_position: bigintType, column_default: text, is_nullable: text },
        ...{ data_type: text, comment: text },
      },
      columns,
    ),
    rowsTable(
      schema,
      'views',
      { table_catalog: text, table_schema: text, table_name: text, view_definition: text },
      [],
    ),
  ]
}
