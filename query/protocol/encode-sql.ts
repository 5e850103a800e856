// Rows as the client protocol writes them, made by the engine: each row is one text, a JSON array
// of its values. The engine's threads do the work, 64-bit numbers and decimals keep every digit, and
// what reaches JavaScript is ready to be sent.
import { named } from '../trino/compile/typed.ts'
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

// Years before 1 are counted from 0 downwards, with a sign (ISO 8601), not as years BC.
const dateText = (value: string): string =>
  `(CASE WHEN ${value} >= DATE '0001-01-01' THEN CAST(${value} AS VARCHAR) ` +
  `WHEN ${value} IS NOT NULL THEN printf('%s%04d-%02d-%02d', ` +
  `CASE WHEN year(${value}) < 0 THEN '-' ELSE '' END, ` +
  `abs(year(${value})), month(${value}), day(${value})) END)`

function fraction(value: string, precision: number): string {
  if (precision === 0) return "''"
  const micros = `epoch_us(${value}) - epoch_us(date_trunc('second', ${value}))`
  return `('.' || left(lpad(CAST(${micros} AS VARCHAR), 6, '0'), ${precision}))`
}

function timestampText(value: string, precision: number): string {
  const clock = `printf('%02d:%02d:%02d', hour(${value}), minute(${value}), second(${value}))`
  const date = dateText(`CAST(${value} AS DATE)`)
  return `(${date} || ' ' || ${clock} || ${fraction(value, precision)})`
}

function timeText(value: string, precision: number): string {
  const text = `strftime(DATE '2000-01-01' + ${value}, '%H:%M:%S.%f')`
  return precision === 6 ? text : `left(${text}, ${precision === 0 ? 8 : 9 + precision})`
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
      const key = `CAST(to_json(CAST(${item}.key AS VARCHAR)) AS VARCHAR)`
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
