// The `source:` of a table in the project file becomes a CsvSource: defaults filled, paths made
// absolute, and combinations refused that no reader could take at their word.
import { resolve } from 'node:path'
import type { ControlTotals, CsvDialect, CsvSource } from '../contracts/extract.ts'
import type { Complain } from '../contracts/load-contract.ts'
import type { YamlPath } from '../contracts/yaml-document.ts'
import type { SourceText } from './project-schema.ts'

const spelledOut: Readonly<Record<string, string>> = {
  '\\t': '\\t',
  '\\n': '\\n',
  '\\r\\n': '\\r\\n',
  '\\r': '\\r',
  tab: '\\t',
  lf: '\\n',
  crlf: '\\r\\n',
  cr: '\\r',
}

/** A word for a character, or a backslash that YAML only reads inside double quotes. */
function refuseSpelledOut(text: string, path: YamlPath, complain: Complain): void {
  const meant = spelledOut[text.toLowerCase()]
  if (meant === undefined) return
  complain(path, `${path.at(-1)}: the letters "${text}"`, {
    expected: `"${meant}" in double quotes`,
  })
}

function readDialect(source: SourceText, path: YamlPath, complain: Complain): CsvDialect {
  const delimiter = source.delimiter ?? ','
  const newline = source.newline ?? 'auto'
  const quote = (source.quote ?? '"') === 'none' ? null : (source.quote ?? '"')
  const escapeText = source.escape === 'none' ? null : (source.escape ?? quote)
  refuseSpelledOut(delimiter, [...path, 'delimiter'], complain)
  refuseSpelledOut(newline, [...path, 'newline'], complain)
  if (newline === 'auto' ? /[\r\n]/.test(delimiter) : delimiter.includes(newline)) {
    complain([...path, 'delimiter'], 'delimiter holds a line end', { expected: 'no line end' })
  }
  const clash = (text: string | null) => text !== null && delimiter.includes(text)
  if (clash(quote)) {
    complain([...path, 'delimiter'], 'delimiter holds the quote', { expected: 'different ones' })
  }
  if (source.escape !== undefined && escapeText !== quote && clash(escapeText)) {
    complain([...path, 'escape'], 'escape is in the delimiter', { expected: 'another one' })
  }
  if (source.comment !== undefined && (source.comment === quote || clash(source.comment))) {
    complain([...path, 'comment'], 'comment is the quote or in the delimiter', {
      expected: 'another character',
    })
  }
  for (const key of ['quote', 'escape', 'comment'] as const) {
    if (/[\r\n]/.test(source[key] ?? '')) {
      complain([...path, key], `${key} is a line end`, { expected: 'another character' })
    }
  }
  if ((source.header ?? true) && source.fields !== undefined) {
    complain([...path, 'fields'], 'fields beside a header', {
      expected: 'header: false, or no fields: the header tells their number',
    })
  }
  return {
    delimiter,
    quote,
    escape: escapeText,
    newline,
    header: source.header ?? true,
    fields: source.fields ?? null,
    comment: source.comment ?? null,
    skipLines: source.skip_lines ?? 0,
    finalNewline: source.final_newline ?? 'report',
  }
}

function readControl(control: SourceText['control']): ControlTotals | null {
  if (control === undefined) return null
  const { rows, sha256 } = control
  const lower = (digest: string) => digest.toLowerCase()
  return {
    rows: rows ?? null,
    sha256:
      sha256 === undefined
        ? null
        : typeof sha256 === 'string'
          ? lower(sha256)
          : Object.fromEntries(Object.entries(sha256).map(([name, text]) => [name, lower(text)])),
  }
}

/** Reads a validated `source:`; what is wrong goes to `complain` and a usable guess is returned. */
export function readSource(
  source: SourceText,
  folder: string,
  path: YamlPath,
  complain: Complain,
): CsvSource {
  if (!['utf-8', 'utf8'].includes((source.encoding ?? 'utf-8').toLowerCase())) {
    complain([...path, 'encoding'], 'encoding is not utf-8', {
      expected: 'utf-8; convert the extract first, e.g. iconv -f WINDOWS-1252 -t UTF-8 in > out',
    })
  }
  const patterns = typeof source.csv === 'string' ? [source.csv] : source.csv
  return {
    kind: 'csv',
    patterns: patterns.map((pattern) => resolve(folder, pattern)),
    dialect: readDialect(source, path, complain),
    control: readControl(source.control),
  }
}
