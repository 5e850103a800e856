// What one would write in Node in an afternoon: csv-parse, a zod schema a row, parquetjs-lite. It does
// the same checks, and keeps refused rows as lines of JSON.
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import parquet from 'parquetjs-lite'
import { z } from 'zod'
import type { BenchColumn, BenchConstraint } from '../bench-cases.ts'
import type { PeerTask } from './peer-task.ts'

const task = JSON.parse(process.argv[2] ?? '') as PeerTask
type Row = Record<string, unknown>

const forms: Partial<Record<BenchColumn['type'], RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  snomedct: /^[1-9][0-9]{5,17}$/,
  icd10: /^[A-Z][0-9]{2}(X[0-9]?|[0-9]{0,2})$/,
  int: /^-?\d+$/,
  patient_id: /^-?\d+$/,
  float: /^-?\d+(\.\d+)?$/,
}

function passes(value: string | number, constraint: BenchConstraint, text: string): boolean {
  if (constraint === 'first_of_month') return text.endsWith('-01')
  if (typeof constraint === 'string') return true
  if ('categorical' in constraint) return constraint.categorical.includes(text)
  if ('regex' in constraint) return new RegExp(`^(?:${constraint.regex})$`).test(text)
  if ('date_after' in constraint) return true
  const range = 'closed_range' in constraint ? constraint.closed_range : constraint.general_range
  const isMost = range.maximum === undefined || Number(value) <= range.maximum
  return value >= range.minimum && isMost
}

function landed(type: BenchColumn['type'], text: string): unknown {
  if (type === 'date') return new Date(`${text}T00:00:00Z`)
  if (type === 'int' || type === 'patient_id' || type === 'float') return Number(text)
  return text
}

const isRealDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function fieldOf({ type, constraints, values }: BenchColumn) {
  const isNullable = type !== 'patient_id' && !constraints.includes('not_null')
  const isNumber = type === 'int' || type === 'patient_id' || type === 'float'
  return z.string().transform((read, context): unknown => {
    if (read === '' && isNullable) return undefined
    const text = values === undefined ? read : (values[read] ?? '')
    const isFormed = text !== '' && forms[type]?.test(text) !== false
    const compared = isNumber ? Number(text) : text
    const isGood =
      isFormed &&
      (type !== 'date' || isRealDate(text)) &&
      constraints.every((constraint) => passes(compared, constraint, text))
    if (!isGood) context.addIssue('refused')
    return landed(type, text)
  })
}

const after = task.columns.flatMap(({ name, constraints }) =>
  constraints.flatMap((constraint) =>
    typeof constraint === 'object' && 'date_after' in constraint
      ? constraint.date_after.map((other) => [name, other] as const)
      : [],
  ),
)
const rowSchema = z
  .object(Object.fromEntries(task.columns.map((column) => [column.name, fieldOf(column)])))
  .refine((row) =>
    after.every(([name, other]) => {
      const [late, early] = [row[name], row[other]]
      return late === undefined || early === undefined || Number(late) >= Number(early)
    }),
  )

const parquetTypes: Readonly<Record<string, string>> = {
  BIGINT: 'INT64',
  DOUBLE: 'DOUBLE',
  DATE: 'DATE',
  VARCHAR: 'UTF8',
}
const fields = task.columns.map(({ name, sql_type }) => [
  name,
  { type: parquetTypes[sql_type], optional: true, compression: 'SNAPPY' },
])
const schema = new parquet.ParquetSchema(Object.fromEntries(fields))
const writer = await parquet.ParquetWriter.openFile(schema, task.output)
const refused = createWriteStream(`${task.output}.refused.ndjson`)
const file = createReadStream(task.extract)
const text = task.is_compressed ? file.pipe(createGunzip()) : file
// Records of the wrong shape come out too, so that they are kept like any other refused row.
const records = text.pipe(parse({ bom: true, relax_column_count: true, relax_quotes: true }))
let header: readonly string[] | null = null
for await (const record of records as AsyncIterable<string[]>) {
  if (header === null) {
    header = record
    continue
  }
  const names = header
  const row = Object.fromEntries(names.map((name, index) => [name, record[index]]))
  const result = rowSchema.safeParse(row)
  if (result.success && record.length === names.length) await writer.appendRow(result.data as Row)
  else refused.write(`${JSON.stringify(record)}\n`)
}
await writer.close()
refused.end()
await once(refused, 'close')
