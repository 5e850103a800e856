// The catalog system, as far as clients ask it: what JDBC reads to list catalogs, schemas, tables,
// columns and types, and the comments of tables.
import { bigintType, type TrinoType, typeText, varcharType } from '../trino/types.ts'
import type { CatalogueTable } from './lake-tables.ts'
import { type Cell, rowsTable } from './rows-table.ts'

const text = varcharType

/** Numbers of java.sql.Types by kind of type. */
const jdbcTypes: Readonly<Record<string, number>> = {
  boolean: 16,
  tinyint: -6,
  smallint: 5,
  integer: 4,
  bigint: -5,
  real: 7,
  double: 8,
  decimal: 3,
  varchar: 12,
  char: 1,
  varbinary: -3,
  date: 91,
  time: 92,
  timestamp: 93,
  array: 2003,
}

const columnSizes: Readonly<Record<string, number>> = {
  ...{ tinyint: 3, smallint: 5, integer: 10, bigint: 19, real: 24, double: 53, date: 14 },
}

function columnSize(type: TrinoType): number | null {
  if (type.kind === 'decimal') return type.precision
  if (type.kind === 'varchar') return type.length ?? 2_147_483_647
  return columnSizes[type.kind] ?? null
}

const jdbcColumnTypes: Readonly<Record<string, TrinoType>> = {
  ...{ table_cat: text, table_schem: text, table_name: text, column_name: text },
  ...{ data_type: bigintType, type_name: text, column_size: bigintType },
  ...{ buffer_length: bigintType, decimal_digits: bigintType, num_prec_radix: bigintType },
  ...{ nullable: bigintType, remarks: text, column_def: text, sql_data_type: bigintType },
  ...{ sql_datetime_sub: bigintType, char_octet_length: bigintType },
  ...{ ordinal_position: bigintType, is_nullable: text, scope_catalog: text },
  ...{ scope_schema: text, scope_table: text, source_data_type: bigintType },
  ...{ is_autoincrement: text, is_generatedcolumn: text },
}

function jdbcColumns(catalog: string, tables: readonly CatalogueTable[]): Cell[][] {
  return tables.flatMap((table) =>
    table.columns.map(({ name, type, comment }, index): Cell[] => {
      const isNumber = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal'].includes(type.kind)
      const isReal = type.kind === 'real' || type.kind === 'double'
      return [
        ...[catalog, table.schema, table.name, name, jdbcTypes[type.kind] ?? 2000],
        ...[typeText(type), columnSize(type), null, type.kind === 'decimal' ? type.scale : null],
        ...[isNumber ? 10 : isReal ? 2 : null, 1, comment, null, null, null],
        ...[type.kind === 'varchar' ? columnSize(type) : null, index + 1, 'YES'],
        ...[null, null, null, null, null, null],
      ]
    }),
  )
}

const typeColumns: Readonly<Record<string, TrinoType>> = {
  ...{ type_name: text, data_type: bigintType, precision: bigintType, literal_prefix: text },
  ...{ literal_suffix: text, create_params: text, nullable: bigintType },
  ...{ case_sensitive: { kind: 'boolean' }, searchable: bigintType },
  ...{ unsigned_attribute: { kind: 'boolean' }, fixed_prec_scale: { kind: 'boolean' } },
  ...{ auto_increment: { kind: 'boolean' }, local_type_name: text, minimum_scale: bigintType },
  ...{ maximum_scale: bigintType, sql_data_type: bigintType, sql_datetime_sub: bigintType },
  ...{ num_prec_radix: bigintType },
} as Readonly<Record<string, TrinoType>>

/** Tables of JDBC that are always empty, with their columns. */
const emptyTables: Readonly<Record<string, string>> = {
  udts: 'type_cat type_schem type_name class_name data_type remarks base_type',
  super_types: 'type_cat type_schem type_name supertype_cat supertype_schem supertype_name',
  super_tables: 'table_cat table_schem table_name supertable_name',
  attributes:
    'type_cat type_schem type_name attr_name data_type attr_type_name attr_size decimal_digits ' +
    'num_prec_radix nullable remarks attr_def sql_data_type sql_datetime_sub char_octet_length ' +
    'ordinal_position is_nullable scope_catalog scope_schema scope_table source_data_type',
  procedures: 'procedure_cat procedure_schem procedure_name remarks procedure_type specific_name',
  procedure_columns:
    'procedure_cat procedure_schem procedure_name column_name column_type data_type type_name ' +
    'precision length scale radix nullable remarks column_def sql_data_type sql_datetime_sub ' +
    'char_octet_length ordinal_position is_nullable specific_name',
  pseudo_columns:
    'table_cat table_schem table_name column_name data_type column_size decimal_digits ' +
    'num_prec_radix column_usage remarks char_octet_length is_nullable',
}

const numberColumns = new Set(
  (
    'data_type attr_size decimal_digits num_prec_radix nullable sql_data_type sql_datetime_sub ' +
    'char_octet_length ordinal_position source_data_type procedure_type column_type precision ' +
    'length scale radix column_size base_type'
  ).split(' '),
)

/** The tables of the catalog system, over those of the catalog `catalog`. */
export function systemTables(
  catalog: string,
  schemas: readonly string[],
  tables: readonly CatalogueTable[],
): CatalogueTable[] {
  const all = [...new Set([...schemas, 'information_schema'])].sort()
  const types = Object.entries(jdbcTypes).map(([name, number]): Cell[] => [
    ...[name, number, null, null, null, null, 1, false, 3, false, false, false],
    ...[null, 0, 0, null, null, 10],
  ])
  return [
    rowsTable('jdbc', 'catalogs', { table_cat: text }, [[catalog], ['system']]),
    rowsTable(
      'jdbc',
      'schemas',
      { table_schem: text, table_catalog: text },
      all.map((schema) => [schema, catalog]),
    ),
    rowsTable(
      'jdbc',
      'tables',
      {
        ...{ table_cat: text, table_schem: text, table_name: text, table_type: text },
        ...{ remarks: text, type_cat: text, type_schem: text, type_name: text },
        ...{ self_referencing_col_name: text, ref_generation: text },
      },
      tables.map((table) => [
        ...[catalog, table.schema, table.name, 'TABLE', table.comment],
        ...[null, null, null, null, null],
      ]),
    ),
    rowsTable('jdbc', 'columns', jdbcColumnTypes, jdbcColumns(catalog, tables)),
    rowsTable('jdbc', 'table_types', { table_type: text }, [['TABLE'], ['VIEW']]),
    rowsTable('jdbc', 'types', typeColumns, types),
    ...Object.entries(emptyTables).map(([name, columns]) => {
      const typed = columns
        .split(' ')
        .map((column) => [column, numberColumns.has(column) ? bigintType : text] as const)
      return rowsTable('jdbc', name, Object.fromEntries(typed), [])
    }),
    rowsTable('metadata', 'catalogs', { catalog_name: text, connector_id: text }, [
      [catalog, catalog],
      ['system', 'system'],
    ]),
    rowsTable(
      'metadata',
      'table_comments',
      { catalog_name: text, schema_name: text, table_name: text, comment: text },
      tables.map((table) => [catalog, table.schema, table.name, table.comment]),
    ),
  ]
}
