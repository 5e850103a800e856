// A peer as a process of its own: what a Node programmer would write in an afternoon, csv-parse for
// the text, zod for the checks, parquetjs-lite for the file, refused rows as lines of JSON. argv:
// extract, target, JSON of columns [name, SQL type, pattern, isRequired, categories, firstOfMonth].
import { createReadStream, createWriteStream } from 'node:fs'
import { parse } from 'csv-parse'
import parquet from 'parquetjs-lite'
import * as z from 'zod'

type ColumnText = [string, string, string | null, boolean, string[] | null, boolean]

const [, , extract = '', target = '', columnsText = '[]'] = process.argv
const columns = JSON.parse(columnsText) as ColumnText[]
const dayMs = 86_400_000

function textSchema(pattern: string | null, categories: string[] | null): z.ZodType {
  if (categories !== null) return z.enum(categories)
  return pattern === null ? z.string() : z.string().regex(new RegExp(`^(?:${pattern})$`))
}

function dateSchema(firstOfMonth: boolean): z.ZodType {
  const iso = z.iso.date().transform((text) => new Date(`${text}T00:00:00Z`))
  return firstOfMonth ? iso.refine((date) => date.getUTCDate() === 1) : iso
}

function valueSchema([, type, pattern, , categories, firstOfMonth]: ColumnText): z.ZodType {
  if (type === 'DATE') return dateSchema(firstOfMonth)
  if (type === 'VARCHAR') return textSchema(pattern, categories)
  const number = z.string().regex(/^-?\d+(\.\d+)?$/)
  return number.transform(Number).refine((value) => type === 'DOUBLE' || Number.isInteger(value))
}

const rowSchema = z.object(
  Object.fromEntries(
    columns.map((column) => {
      const empty = z.literal('').transform(() => undefined)
      return [column[0], column[3] ? valueSchema(column) : z.union([empty, valueSchema(column)])]
    }),
  ),
)
const parquetTypes: Readonly<Record<string, string>> = {
  ...{ BIGINT: 'INT64', DOUBLE: 'DOUBLE', DATE: 'DATE', VARCHAR: 'UTF8' },
}
const writer = await parquet.ParquetWriter.openFile(
  new parquet.ParquetSchema(
    Object.fromEntries(
      columns.map(([name, type]) => [
        name,
        { type: parquetTypes[type] ?? 'UTF8', optional: true, compression: 'SNAPPY' },
      ]),
    ),
  ),
  target,
)
const refused = createWriteStream(`${target}.refused`)
for await (const record of createReadStream(extract).pipe(
  parse({ columns: true, relax_column_count: true }),
)) {
  const checked = rowSchema.safeParse(record)
  if (!checked.success) {
    refused.write(`${JSON.stringify(record)}\n`)
    continue
  }
  const row: Record<string, unknown> = checked.data
  for (const [name, type] of columns) {
    const value = row[name]
    // It writes a date as days, given milliseconds.
    if (type === 'DATE' && value instanceof Date)
      row[name] = new Date(Math.floor(value.getTime() / dayMs) * dayMs)
  }
  await writer.appendRow(row)
}
refused.end()
await writer.close()
