// One value of a result as text, for CSV, tables and JSON. Exact: 64-bit and larger whole numbers keep
// every digit, decimals their scale, doubles the shortest text that reads back to the same bits.
import type { DuckDBValue } from '@duckdb/node-api'

/** Type ids of DuckDB (`DUCKDB_TYPE`), as numbers, so that this file needs no native code. */
export const duckDbTypes = {
  boolean: 1,
  tinyint: 2,
  smallint: 3,
  integer: 4,
  bigint: 5,
  utinyint: 6,
  usmallint: 7,
  uinteger: 8,
  ubigint: 9,
  float: 10,
  double: 11,
  timestamp: 12,
  date: 13,
  hugeint: 16,
  varchar: 17,
  decimal: 19,
  uhugeint: 32,
} as const

const numeric: ReadonlySet<number> = new Set([
  duckDbTypes.tinyint,
  duckDbTypes.smallint,
  duckDbTypes.integer,
  duckDbTypes.bigint,
  duckDbTypes.utinyint,
  duckDbTypes.usmallint,
  duckDbTypes.uinteger,
  duckDbTypes.ubigint,
  duckDbTypes.float,
  duckDbTypes.double,
  duckDbTypes.hugeint,
  duckDbTypes.uhugeint,
  duckDbTypes.decimal,
])

export const isNumericType = (typeId: number): boolean => numeric.has(typeId)

/** Text of a value that is not null. */
export function cellText(value: DuckDBValue): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? numberText(value) : String(value)
}

interface Nested {
  readonly items?: readonly DuckDBValue[]
  readonly entries?:
    | Readonly<Record<string, DuckDBValue>>
    | readonly { readonly key: DuckDBValue; readonly value: DuckDBValue }[]
}

/**
 * JSON of a value. Whole numbers of any size and decimals are JSON numbers with all their digits;
 * NaN and the infinities, which JSON has not, are the strings "NaN", "Infinity" and "-Infinity";
 * lists are arrays, structs objects, maps arrays of {"key":…,"value":…}; the rest is text.
 */
export function cellJson(value: DuckDBValue): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    return Number.isFinite(value) ? numberText(value) : JSON.stringify(String(value))
  }
  const { items, entries } = value as Nested
  if (items !== undefined) return `[${items.map(cellJson).join(',')}]`
  if (Array.isArray(entries)) {
    const pairs = (entries as { key: DuckDBValue; value: DuckDBValue }[]).map(
      (entry) => `{"key":${cellJson(entry.key)},"value":${cellJson(entry.value)}}`,
    )
    return `[${pairs.join(',')}]`
  }
  if (entries !== undefined) {
    const fields = Object.entries(entries).map(
      ([name, field]) => `${JSON.stringify(name)}:${cellJson(field as DuckDBValue)}`,
    )
    return `{${fields.join(',')}}`
  }
  return isDecimal(value) ? String(value) : JSON.stringify(String(value))
}

const isDecimal = (value: object): boolean => 'scale' in value && 'width' in value

/** A double as text: -0 keeps its sign, which String drops. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
