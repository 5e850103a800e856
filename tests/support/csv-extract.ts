// A folder with extract files for a spec, planned and read as a load does it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from '@jest/globals'
import { type ErrorName, isLandingError, type LandingError } from '../../contracts/errors.ts'
import type { ControlTotals, CsvDialect, CsvSource } from '../../contracts/extract.ts'
import type { SliceSummary } from '../../contracts/stage.ts'
import { type PlannedExtract, planExtract } from '../../sources/csv/plan.ts'
import { openFieldReader } from '../../sources/csv/read.ts'
import { splitFile } from '../../sources/csv/split.ts'
import { commaDialect, type ReadRow, readAll, temporaryFolder } from './csv-slices.ts'

export type ExtractFiles = Readonly<Record<string, string | Uint8Array>>

export interface ExtractOptions {
  readonly dialect?: Partial<CsvDialect>
  readonly patterns?: readonly string[]
  readonly control?: ControlTotals
}

/** Runs `use` in a folder that holds the files. */
export async function withExtract<Result>(
  files: ExtractFiles,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = temporaryFolder()
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder.path, name)), { recursive: true })
      writeFileSync(join(folder.path, name), content)
    }
    return await use(folder.path)
  } finally {
    folder.remove()
  }
}

export function csvSource(options: ExtractOptions): CsvSource {
  return {
    kind: 'csv',
    patterns: options.patterns ?? ['*.csv'],
    dialect: { ...commaDialect, header: true, ...options.dialect },
    control: options.control ?? null,
  }
}

/** The plan of an extract. */
export function planFiles(
  files: ExtractFiles,
  needed: readonly string[],
  options: ExtractOptions = {},
): Promise<PlannedExtract> {
  return withExtract(files, (folder) => planExtract(csvSource(options), needed, folder))
}

export interface ReadExtract {
  readonly plan: PlannedExtract
  readonly rows: readonly ReadRow[]
  readonly summaries: readonly SliceSummary[]
}

/** Every record of an extract, in order. */
export function readFiles(
  files: ExtractFiles,
  needed: readonly string[],
  options: ExtractOptions = {},
): Promise<ReadExtract> {
  return withExtract(files, async (folder) => {
    const source = csvSource(options)
    const plan = await planExtract(source, needed, folder)
    const rows: ReadRow[] = []
    const summaries: SliceSummary[] = []
    for (const file of plan.files) {
      for (const range of splitFile(file, source.dialect)) {
        const slice = await readAll(openFieldReader(file, source.dialect, range), 'utf8')
        const exact = range.startIsExact || slice.summary.start === summaries.at(-1)?.end
        if (!exact) throw new Error('a slice starts where the one before it ended')
        for (const row of slice.rows) rows.push(row)
        summaries.push(slice.summary)
      }
    }
    return { plan, rows, summaries }
  })
}

/** Each row as its fields, or the name of the rule it fails. */
export function shown(rows: readonly ReadRow[]): (readonly string[] | string)[] {
  return rows.map((row) => row.fields ?? row.rule ?? 'nothing')
}

/** The refusal that a promise ends in; fails where it ends well. */
export async function refusal(promise: Promise<unknown>, name: ErrorName): Promise<LandingError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!isLandingError(error)) throw error ?? new Error(`expected ${name}, nothing was refused`)
  expect(error.errorName).toBe(name)
  return error
}
