// CSV by RFC 4180: lines end in CRLF, a field is quoted where it has to be. A null is an empty field and
// the empty text is "", so that both come back as they were. Nothing is altered: text that a
// spreadsheet would take for a formula stays what it is.
import type { DuckDBValue } from '@duckdb/node-api'
import { cellText } from './cell-text.ts'
import type { QueryResult, Write } from './query-result.ts'

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

function field(value: DuckDBValue): string {
  if (value === null || value === undefined) return ''
  const text = cellText(value)
  return text === '' || /[",\r\n]/.test(text) ? quoted(text) : text
}

/** Writes header and rows, and returns the number of rows. */
export async function formatCsv(result: QueryResult, write: Write): Promise<number> {
  let rows = 0
  await write(`${result.columns.map((column) => field(column.name)).join(',')}\r\n`)
  for await (const { rowCount, values } of result.chunks) {
    const lines: string[] = []
    for (let row = 0; row < rowCount; row++) {
      const line = values.map((column) => field(column[row] ?? null)).join(',')
      // One empty field would be a blank line, which readers skip: quoted it stays a row. RFC 4180
      // cannot tell this null from the empty text.
      lines.push(line === '' ? '""\r\n' : `${line}\r\n`)
    }
    await write(lines.join(''))
    rows += rowCount
  }
  return rows
}
