// The one door to sources: whoever plans, splits or reads an extract names no kind of source.
import type { PlannedFile } from '../contracts/batch-task.ts'
import type { TableSource } from '../contracts/extract.ts'
import type { FieldReader } from '../contracts/stage.ts'
import { type PlannedExtract, planExtract } from './csv/plan.ts'
import { openFieldReader, type SliceRange } from './csv/read.ts'
import { splitFile } from './csv/split.ts'

/** Files of an extract, each with its head read; see planExtract for shapes and errors. */
export function planSource(
  source: TableSource,
  needed: readonly string[],
  folder: string,
): Promise<PlannedExtract> {
  return planExtract(source, needed, folder)
}

/** Nominal slices of a planned file; see splitFile. */
export function splitSource(source: TableSource, file: PlannedFile): SliceRange[] {
  return splitFile(file, source.dialect)
}

/** The records of a slice; see openFieldReader for errors. */
export function openSource(source: TableSource, file: PlannedFile, range: SliceRange): FieldReader {
  return openFieldReader(file, source.dialect, range)
}
