// An aligned table for people: numbers to the right, nulls dimmed where the terminal has colours, and
// at most one page. Control characters are shown as escapes, because a terminal would obey them.
import type { DuckDBValue } from '@duckdb/node-api'
import { limits } from '../config/limits.ts'
import { cellText, isNumericType } from './cell-text.ts'
import type { QueryResult, Write } from './query-result.ts'

export interface TableOptions {
  readonly color: boolean
  readonly rowsMax?: number
}

const nullText = 'NULL'
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`

function visible(value: DuckDBValue): string {
  const text = cellText(value).replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const characters = [...text]
  const most = limits.queryTableCellCharactersMax
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text
}

const widthOf = (text: string): number => [...text].length

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)))
  return right ? blanks + text : text + blanks
}

/** Writes the first rows and a line that counts them. Returns the rows shown, and whether all were. */
export async function formatTable(
  result: QueryResult,
  write: Write,
  options: TableOptions,
): Promise<{ rows: number; complete: boolean }> {
  const rowsMax = options.rowsMax ?? limits.queryTableRowsMax
  const names = result.columns.map((column) => visible(column.name))
  const right = result.columns.map((column) => isNumericType(column.typeId))
  const rows: (string | null)[][] = []
  let complete = true
  for await (const { rowCount, values } of result.chunks) {
    const taken = Math.min(rowCount, rowsMax - rows.length)
    for (let row = 0; row < taken; row++) {
      rows.push(
        values.map((column) => {
          const value = column[row] ?? null
          return value === null ? null : visible(value)
        }),
      )
    }
    complete = taken === rowCount
    if (!complete) break
  }
  const widths = names.map((name, column) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[column] ?? nullText)), widthOf(name)),
  )
  const lines = [
    names.map((name, column) => pad(name, widths[column] ?? 0, right[column] ?? false)).join('  '),
    widths.map((width) => '-'.repeat(width)).join('  '),
  ]
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const padded = pad(cell ?? nullText, widths[column] ?? 0, right[column] ?? false)
      return cell === null && options.color ? dim(padded) : padded
    })
    lines.push(cells.join('  ').trimEnd())
  }
  lines.push(
    complete
      ? `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`
      : `(the first ${rows.length} rows of more: --format csv, json, arrow or parquet writes all)`,
  )
  await write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`)
  return { rows: rows.length, complete }
}
