// INSERT of literal rows, past the compiler: values go to the engine as columns. ehrQL sends the rows
// of its inline tables so, thousands at a time. Whatever is not a plain literal of the column's own
// type takes the general way, which decides.
import { DuckDBDataChunk, DuckDBDateValue, type DuckDBValue } from '@duckdb/node-api'
import type { CatalogueTable } from '../catalogue/lake-tables.ts'
import { isDateText } from '../trino/compile/date-texts.ts'
import type { Expression, Query } from '../trino/syntax.ts'
import type { TrinoType } from '../trino/types.ts'
import type { StatementContext } from './execution.ts'
import { scratchDatabase } from './scratch.ts'

const int32 = { minimum: -2_147_483_648, maximum: 2_147_483_647 }

/** A literal as a value of the column; undefined: the general way decides. */
function literalValue(
  expression: Expression | undefined,
  type: TrinoType,
): DuckDBValue | undefined {
  if (expression === undefined) return undefined
  if (expression.kind === 'null') return null
  switch (type.kind) {
    case 'boolean':
      return expression.kind === 'boolean' ? expression.value : undefined
    case 'integer': {
      if (expression.kind !== 'integer') return undefined
      const value = Number(expression.text)
      return value >= int32.minimum && value <= int32.maximum ? value : undefined
    }
    case 'bigint':
      if (expression.kind !== 'integer' || expression.text.length > 18) return undefined
      return BigInt(expression.text)
    case 'double':
      return doubleValue(expression)
    case 'varchar': {
      if (expression.kind !== 'string') return undefined
      const fits = type.length === null || Array.from(expression.value).length <= type.length
      return fits ? expression.value : undefined
    }
    case 'date': {
      if (expression.kind !== 'typed' || expression.type.name !== 'date') return undefined
      // Four digits of the year: others are rare, and JavaScript reads them otherwise.
      if (!/^\d{4}-\d{2}-\d{2}$/.test(expression.value) || !isDateText(expression.value)) {
        return undefined
      }
      return new DuckDBDateValue(Date.parse(`${expression.value}T00:00:00Z`) / 86_400_000)
    }
    default:
      return undefined
  }
}

function doubleValue(expression: Expression): number | undefined {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
  if (expression.kind === 'double' || expression.kind === 'decimal') return Number(expression.text)
  if (expression.kind !== 'typed' || expression.type.name !== 'double') return undefined
  return isNumber.test(expression.value) ? Number(expression.value) : undefined
}

/**
 * Appends the rows of VALUES to a table of the user's own, all of them or none. Returns their number,
 * or null where a value is no plain literal of its column: nothing was appended then.
 */
export async function appendLiterals(
  query: Query,
  table: CatalogueTable,
  targets: readonly string[],
  parameters: readonly Expression[],
  { connection }: StatementContext,
): Promise<number | null> {
  const { body } = query
  const isPlain = query.with.length === 0 && query.orderBy.length === 0
  if (body.kind !== 'values' || !isPlain || query.limit !== null || query.offset !== null)
    return null
  const columns: DuckDBValue[][] = []
  for (const column of table.columns) {
    const index = targets.indexOf(column.name)
    const values: DuckDBValue[] = []
    for (const row of body.rows) {
      if (row.length !== targets.length) return null
      const cell = index < 0 ? undefined : row[index]
      const literal = cell?.kind === 'parameter' ? parameters[cell.index] : cell
      const value = index < 0 ? null : literalValue(literal, column.type)
      if (value === undefined) return null
      values.push(value)
    }
    columns.push(values)
  }
  await connection.run('BEGIN TRANSACTION')
  try {
    const appender = await connection.createAppender(table.name, 'main', scratchDatabase)
    const types = table.columns.map((_column, index) => appender.columnType(index))
    for (let start = 0; start < body.rows.length; start += 2_048) {
      const slice = columns.map((values) => values.slice(start, start + 2_048))
      const chunk = DuckDBDataChunk.create(types, slice[0]?.length ?? 0)
      chunk.setColumns(slice)
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
    await connection.run('COMMIT')
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
  return body.rows.length
}
