// Looks at the files of an extract before a load: which there are, and of each its head. After this
// a slice of any file can be read without knowing what comes before it.

import { limits } from '../../config/limits.ts'
import type { PlannedFile } from '../../contracts/batch-task.ts'
import { LandingError } from '../../contracts/errors.ts'
import type { CsvDialect, CsvSource } from '../../contracts/extract.ts'
import { compileDialect } from './dialect.ts'
import { digestFile } from './digest-file.ts'
import { findHeader } from './find-header.ts'
import { type MatchedFile, matchFiles } from './match-files.ts'
import { type FileHead, readHead } from './read-head.ts'

export interface PlannedExtract {
  readonly files: readonly PlannedFile[]
  /** Groups of names of files with equal content; none is a group of one. */
  readonly duplicates: readonly (readonly string[])[]
  /** Bytes of all files as they lie on disk. */
  readonly bytes: number
  /** From the length of the first lines; null where a file is compressed. */
  readonly estimatedRows: number | null
}

/**
 * Plans the files of a source. `needed`: header names, or 1-based field numbers as text where there
 * is no header; `selected` of each file has their fields in this order. `folder`: where relative
 * patterns start and names are relative to. Errors: extract_missing, source_is_directory,
 * source_unreadable, extract_empty, header_wrong, encoding_wrong, compressed_damaged.
 */
export async function planExtract(
  source: CsvSource,
  needed: readonly string[],
  folder: string,
): Promise<PlannedExtract> {
  const matched = matchFiles(source.patterns, folder)
  const files: PlannedFile[] = []
  let estimatedRows: number | null = 0
  let anyData = false
  for (const file of matched) {
    const { planned, head } = await planFile(file, source.dialect, needed)
    files.push(planned)
    anyData ||= !(source.dialect.header && head.endsHere)
    const dataBytes = planned.bytes - planned.dataStart
    const rows = planned.compressed ? null : Math.round(dataBytes / (head.lineBytes ?? dataBytes))
    estimatedRows = rows === null || estimatedRows === null ? null : estimatedRows + (rows || 0)
  }
  if (!source.dialect.header) refuseDifferentWidths(files)
  const promised = source.control?.rows ?? 0
  if (!anyData && promised > 0) {
    const names = files.map((file) => file.name).join(', ')
    const message = `${names}: has a header and no rows; the control total is ${promised}`
    throw new LandingError('extract_empty', message)
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { files, duplicates: await findDuplicates(matched), bytes, estimatedRows }
}

/**
 * Without headers a field is known by its number alone: files whose first records have different
 * numbers of fields cannot all have the same field there.
 */
function refuseDifferentWidths(files: readonly PlannedFile[]): void {
  const [first] = files
  const other = files.find(({ fieldCount }) => fieldCount !== first?.fieldCount)
  if (first === undefined || other === undefined) return
  const found =
    `${other.name}: its first record has ${other.fieldCount} fields, ` +
    `that of ${first.name} has ${first.fieldCount}; expected the same in every file`
  throw new LandingError('header_wrong', found, {
    remedy: 'Correct the files, or say how many fields a record has (fields: in the project file).',
  })
}

async function planFile(
  file: MatchedFile,
  dialect: CsvDialect,
  needed: readonly string[],
): Promise<{ planned: PlannedFile; head: FileHead }> {
  const { name } = file
  if (file.bytes === 0) throw new LandingError('extract_empty', `${name}: has 0 bytes`)
  const compressed = /\.gz$/i.test(name)
  const feedFile = { ...file, compressed }
  const head = await readHead(feedFile, compileDialect(dialect), dialect.skipLines)
  const shape = dialect.header
    ? headedShape(name, head, needed)
    : numberedShape(name, head, dialect, needed)
  return { planned: { ...feedFile, ...shape }, head }
}

type FileShape = Pick<
  PlannedFile,
  'dataStart' | 'fieldCount' | 'selected' | 'blankLines' | 'commentLines'
>

function headedShape(name: string, head: FileHead, needed: readonly string[]): FileShape {
  if (head.fields === null) {
    throw new LandingError('extract_empty', `${name}: has no header; expected one`)
  }
  return {
    dataStart: head.recordEnd,
    fieldCount: head.fields.length,
    selected: findHeader(name, head.fields, needed),
    blankLines: head.blankLines,
    commentLines: head.commentLines,
  }
}

function numberedShape(
  name: string,
  head: FileHead,
  dialect: CsvDialect,
  needed: readonly string[],
): FileShape {
  const selected = needed.map((text) => {
    const number = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0
    if (number >= 1 && number <= (dialect.fields ?? limits.fieldsMax)) return number - 1
    const count = dialect.fields ?? limits.fieldsMax
    const message = `${name}: has no header, and "${text}" is not a field number from 1 to ${count}`
    throw new LandingError('header_wrong', message)
  })
  const highest = Math.max(1, ...selected.map((field) => field + 1))
  const fieldCount = dialect.fields ?? Math.max(head.fields?.length ?? 0, highest)
  // Where one field is read, blank lines are rows.
  const onlyBlank = head.fields === null && !(fieldCount === 1 && head.blankLines > 0)
  if (onlyBlank) throw new LandingError('extract_empty', `${name}: has no record`)
  return { dataStart: head.textStart, fieldCount, selected, blankLines: 0, commentLines: 0 }
}

async function findDuplicates(files: readonly MatchedFile[]): Promise<string[][]> {
  const bySize = new Map<number, MatchedFile[]>()
  for (const file of files) bySize.set(file.bytes, [...(bySize.get(file.bytes) ?? []), file])
  const duplicates: string[][] = []
  for (const sameSize of bySize.values()) {
    if (sameSize.length < 2) continue
    const byDigest = new Map<string, string[]>()
    for (const file of sameSize) {
      const digest = await digestFile(file.path, file.name)
      byDigest.set(digest, [...(byDigest.get(digest) ?? []), file.name])
    }
    duplicates.push(...[...byDigest.values()].filter((names) => names.length > 1))
  }
  return duplicates
}
