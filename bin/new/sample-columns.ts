// What the front of an extract says about the columns of a new contract: names, and types that fit
// every value seen. Read by the sources' own reader, at most one slice; values are looked at and
// never told, nor written down: neither categories nor bounds are guessed.
import { codeSystemForms } from '../../contracts/code-systems.ts'
import type { CsvSource } from '../../contracts/extract.ts'
import type { FieldBatch } from '../../contracts/stage.ts'
import type { CodeSystem, ColumnType } from '../../contracts/table-contract.ts'
import { openSource, planSource } from '../../sources/open-source.ts'
import { guessDateFormat } from '../init/guess-values.ts'

export interface SampleColumn {
  /** The name in the header; null: there is none. */
  readonly header: string | null
  readonly type: ColumnType
  /** What else is to be decided, in words that hold no value. */
  readonly notes: readonly string[]
}

export interface ColumnSample {
  readonly columns: readonly SampleColumn[]
  readonly rowCount: number
}

const sampleBytes = 1024 * 1024
const sampleRowsMax = 2_000

const codeNames: readonly (readonly [CodeSystem, RegExp])[] = [
  ['dmd', /dm_?d|vmp|amp_?id|drug/i],
  ['snomedct', /snomed|sct_?id|concept/i],
  ['icd10', /icd/i],
  ['opcs4', /opcs/i],
  ['bnf', /bnf/i],
  ['ctv3', /ctv_?3|read_?(code|v3)/i],
]

const everyMatches = (values: readonly string[], pattern: RegExp): boolean =>
  values.every((value) => pattern.test(value))

function codeSystemOf(header: string, values: readonly string[]): CodeSystem | null {
  const found = codeNames.find(([system, name]) => {
    const form = new RegExp(`^(?:${codeSystemForms[system].pattern})$`)
    return name.test(header) && everyMatches(values, form)
  })
  return found?.[0] ?? null
}

/** The type that fits every value, and what a person has to look at. */
function guessColumn(header: string | null, texts: readonly string[]): SampleColumn {
  const values = texts.map((text) => text.trim()).filter((text) => text !== '')
  if (values.length === 0) {
    return { header, type: 'string', notes: ['no value in the sample, so the type is a guess'] }
  }
  const notes =
    values.length === texts.length ? ['no value is missing in the sample: not_null?'] : []
  const system = codeSystemOf(header ?? '', values)
  if (system !== null) return { header, type: system, notes }
  if (everyMatches(values, /^(true|false)$/i)) return { header, type: 'bool', notes }
  const date = guessDateFormat(values)
  if (date !== null) {
    notes.push(`written ${date.format}, which the mapping has to say unless it is %Y-%m-%d`)
    if (date.rival !== null) notes.push(`${date.rival} fits as well`)
    if (date.allFirstOfMonth) notes.push('all are the first of a month: first_of_month?')
    return { header, type: 'date', notes }
  }
  if (everyMatches(values, /^[-+]?(0|[1-9]\d{0,17})$/)) return { header, type: 'int', notes }
  if (everyMatches(values, /^[-+]?(\d{1,15}(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i)) {
    const isCode = values.some((value) => /^0\d/.test(value))
    return { header, type: isCode ? 'string' : 'float', notes }
  }
  return { header, type: 'string', notes }
}

function fieldTexts(batch: FieldBatch, field: number): string[] {
  const texts: string[] = []
  for (let row = 0; row < Math.min(batch.rowCount, sampleRowsMax); row++) {
    if ((batch.structure[row] ?? 0) !== 0) continue
    const at = field * batch.capacity + row
    const bytes = batch.bytes.subarray(batch.starts[at] ?? 0, batch.ends[at] ?? 0)
    texts.push(Buffer.from(bytes).toString('utf8'))
  }
  return texts
}

/**
 * Columns of the extract at an absolute path, of which delimiter and header are known. Errors as of
 * a load: extract_missing, extract_empty, header_wrong, source_unreadable and others.
 */
export async function sampleColumns(
  path: string,
  form: {
    readonly delimiter: string
    readonly head: readonly string[]
    readonly hasHeader: boolean
  },
): Promise<ColumnSample> {
  const { delimiter, head, hasHeader } = form
  const source: CsvSource = {
    kind: 'csv',
    patterns: [path],
    dialect: {
      ...{ delimiter, quote: '"', escape: '"', newline: 'auto', header: hasHeader },
      ...{ fields: null, comment: null, skipLines: 0, finalNewline: 'report' },
    },
    control: null,
  }
  const needed = head.map((name, index) => (hasHeader ? name : String(index + 1)))
  const { files } = await planSource(source, needed, '/')
  const [file] = files
  if (file === undefined) throw new Error('a pattern without a file is refused')
  const end = file.compressed
    ? Number.MAX_SAFE_INTEGER
    : Math.min(file.bytes, file.dataStart + sampleBytes)
  const reader = openSource(source, file, { start: file.dataStart, end, startIsExact: true })
  try {
    const batch = await reader.next()
    const columns = head.map((name, index) =>
      guessColumn(hasHeader ? name : null, batch === null ? [] : fieldTexts(batch, index)),
    )
    return { columns, rowCount: Math.min(batch?.rowCount ?? 0, sampleRowsMax) }
  } finally {
    reader.close()
  }
}
