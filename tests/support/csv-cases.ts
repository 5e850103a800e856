// The shared collection of CSV cases that other parsers are tested with: what each expects, and
// whether what our reader gives is the same.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLandingError } from '../../contracts/errors.ts'
import type { CsvDialect } from '../../contracts/extract.ts'
import { dialectProblem } from '../../sources/csv/dialect.ts'
import { planExtract } from '../../sources/csv/plan.ts'
import { openFieldReader } from '../../sources/csv/read.ts'
import { commaDialect, readAll } from './csv-slices.ts'

export interface CsvCase {
  readonly id: string
  readonly core: boolean
  readonly input_b64: string
  readonly dialect: {
    readonly delimiter: string
    readonly quote: string
    readonly escape: string
    readonly comment: string | number | null
    readonly newline: string
    readonly header: boolean
  }
  readonly expect: {
    readonly rows?: readonly (readonly unknown[])[]
    readonly objects?: readonly Readonly<Record<string, unknown>>[]
    readonly header?: readonly string[]
    readonly error_allowed?: boolean
  }
}

export function loadCases(sharedFolder: string): CsvCase[] {
  const text = readFileSync(join(sharedFolder, 'data/csv-cases/cases.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CsvCase)
}

/** `same`: every expected row came out, but for refused ones where a refusal is allowed. */
export async function judgeCase(example: CsvCase, folder: string): Promise<'same' | 'different'> {
  const header = example.expect.header ?? Object.keys(example.expect.objects?.[0] ?? {})
  const expected =
    example.expect.rows ??
    (example.expect.objects ?? []).map((row) => header.map((name) => row[name]))
  const widest = Math.max(1, ...expected.map((row) => row.length))
  const numbers = Array.from({ length: widest }, (_, index) => String(index + 1))
  const dialect: CsvDialect = {
    ...commaDialect,
    ...example.dialect,
    comment: example.dialect.comment === null ? null : String(example.dialect.comment),
    fields: example.dialect.header ? null : widest,
  }
  if (dialectProblem(dialect) !== null) return 'different'
  const path = join(folder, 'case.csv')
  writeFileSync(path, Buffer.from(example.input_b64, 'base64'))
  const needed = dialect.header ? header : numbers
  const { accepted, refused } = await readCase(path, dialect, needed, folder)
  const whole = expected.filter((row) => row.length === widest)
  const isSame =
    JSON.stringify(accepted) === JSON.stringify(whole) && refused === expected.length - whole.length
  if (isSame) return 'same'
  if (example.expect.error_allowed !== true || refused === 0) return 'different'
  const known = expected.map((row) => JSON.stringify(row))
  return accepted.every((row) => known.includes(JSON.stringify(row))) ? 'same' : 'different'
}

async function readCase(
  path: string,
  dialect: CsvDialect,
  needed: readonly string[],
  folder: string,
): Promise<{ accepted: (readonly string[])[]; refused: number }> {
  const source = { kind: 'csv', patterns: [path], dialect, control: null } as const
  try {
    const { files } = await planExtract(source, needed, folder)
    const [file] = files
    if (file === undefined) throw new Error('the plan has the file')
    const range = { start: file.dataStart, end: file.bytes, startIsExact: true }
    const { rows } = await readAll(openFieldReader(file, dialect, range), 'utf8')
    const accepted = rows.flatMap((row) => (row.fields === null ? [] : [row.fields]))
    return { accepted, refused: rows.length - accepted.length }
  } catch (error) {
    // An empty extract is refused before a row is read: no rows came out, and none were there.
    if (isLandingError(error) && error.errorName === 'extract_empty') {
      return { accepted: [], refused: 0 }
    }
    if (isLandingError(error)) return { accepted: [], refused: 1 }
    throw error
  }
}
