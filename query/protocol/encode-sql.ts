// Rows as the client protocol writes them, made by the engine: each row is one text, a JSON array
// of its values. The engine's threads do the work, 64-bit numbers and decimals keep every digit, and
// what reaches JavaScript is ready to be sent.
import { named } from '../trino/compile/typed.ts'
import {
  dateText,
  dayIntervalText,
  decimalText,
  monthIntervalText,
  timestampText,
  timeText,
  valueAsText,
} from '../trino/compile/value-texts.ts'
import { TrinoError } from '../trino/trino-error.ts'
import { type TrinoType, typeText } from '../trino/types.ts'

const inQuotes = (sql: string): string => `('"' || ${sql} || '"')`

/** A double or real: a JSON number, or one of the texts that stand for what JSON has not. */
function floating(value: string): string {
  return (
    `(CASE WHEN isfinite(${value}) THEN CAST(${value} AS VARCHAR) WHEN isnan(${value}) ` +
    `THEN '"NaN"' WHEN ${value} > 0 THEN '"Infinity"' WHEN ${value} < 0 THEN '"-Infinity"' END)`
  )
}

function unsupported(type: TrinoType): never {
  const message = `results of type ${typeText(type)} are not supported`
  throw new TrinoError('NOT_SUPPORTED', message)
}

/** SQL for the JSON of a value; null where the value is null. NOT_SUPPORTED for some types. */
export function jsonOf(value: string, type: TrinoType, depth = 0): string {
  const item = `x${depth}`
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'unknown':
      return `CAST(${value} AS VARCHAR)`
    case 'real':
    case 'double':
      return floating(value)
    case 'decimal':
      return inQuotes(decimalText(value, type))
    case 'interval day to second':
      return inQuotes(dayIntervalText(value))
    case 'interval year to month':
      return inQuotes(monthIntervalText(value))
    case 'uuid':
      return inQuotes(`CAST(${value} AS VARCHAR)`)
    case 'varchar':
    case 'char':
    case 'json':
      return `CAST(to_json(${value}) AS VARCHAR)`
    case 'varbinary':
      return inQuotes(`to_base64(${value})`)
    case 'date':
      return inQuotes(dateText(value))
    case 'timestamp': {
      if (!type.withTimeZone) return inQuotes(timestampText(value, type.precision))
      const local = timestampText(`timezone('UTC', ${value})`, type.precision)
      return `('"' || ${local} || ' UTC"')`
    }
    case 'time':
      return type.withTimeZone ? unsupported(type) : inQuotes(timeText(value, type.precision))
    case 'array': {
      const inner = `coalesce(${jsonOf(item, type.element, depth + 1)}, 'null')`
      const items = `list_transform(${value}, lambda ${item}: ${inner})`
      return `('[' || array_to_string(${items}, ',') || ']')`
    }
    case 'row': {
      const fields = type.fields.map((field, index) => {
        const inner = `struct_extract(${value}, 'f${index + 1}')`
        return `coalesce(${jsonOf(inner, field.type, depth + 1)}, 'null')`
      })
      return `(CASE WHEN ${value} IS NOT NULL THEN '[' || ${fields.join(" || ',' || ")} || ']' END)`
    }
    case 'map': {
      // Keys of a JSON object are texts whatever their type is.
      const keyText =
        type.key.kind === 'varchar' ? `${item}.key` : valueAsText(`${item}.key`, type.key)
      if (keyText === null && type.key.kind !== 'unknown') return unsupported(type)
      const key = `CAST(to_json(${keyText ?? `CAST(${item}.key AS VARCHAR)`}) AS VARCHAR)`
      const inner = `coalesce(${jsonOf(`${item}.value`, type.value, depth + 1)}, 'null')`
      const pair = `lambda ${item}: ${key} || ':' || ${inner}`
      const pairs = `list_transform(map_entries(${value}), ${pair})`
      return `('{' || array_to_string(${pairs}, ',') || '}')`
    }
    default:
      return unsupported(type)
  }
}

interface EncodedColumn {
  readonly engineName: string
  readonly type: TrinoType
}

/**
 * SQL that gives one text a row, in the order of the query's rows: a comma and a JSON array of the
 * values of its columns.
 */
export function jsonRowsSql(sql: string, columns: readonly EncodedColumn[]): string {
  const values = columns.map(({ engineName, type }) => {
    return `coalesce(${jsonOf(named(engineName), type)}, 'null')`
  })
  // One call for the whole row: a chain of || makes every start of it anew (a third of the time).
  return `SELECT concat(',[', ${values.join(", ',', ")}, ']') AS json FROM (${sql}) AS result`
}
