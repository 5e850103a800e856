// NDJSON: one object a line, keys in the order of the columns. Numbers are JSON numbers with all their
// digits, 64-bit ones too: a reader that wants them exact must not read them as doubles.
import { cellJson } from './cell-text.ts'
import type { QueryResult, Write } from './query-result.ts'

/** Writes one line a row, and returns the number of rows. */
export async function formatJson(result: QueryResult, write: Write): Promise<number> {
  const keys = result.columns.map(({ name }) => `${JSON.stringify(name)}:`)
  let rows = 0
  for await (const { rowCount, values } of result.chunks) {
    const lines: string[] = []
    for (let row = 0; row < rowCount; row++) {
      const fields = keys.map((key, column) => key + cellJson(values[column]?.[row] ?? null))
      lines.push(`{${fields.join(',')}}\n`)
    }
    await write(lines.join(''))
    rows += rowCount
  }
  return rows
}
