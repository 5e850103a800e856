// Cuts a file into nominal slices. They depend on the size of the file only, so that a rerun, on
// any machine with any number of workers, makes the same batches.
import { limits } from '../../config/limits.ts'
import type { PlannedFile } from '../../contracts/batch-task.ts'
import type { CsvDialect } from '../../contracts/extract.ts'
import type { SliceRange } from './read.ts'

/** The end of the one slice of a compressed file, whose text has no known length. */
export const openEnd = Number.MAX_SAFE_INTEGER

/**
 * Slices of a file, in order, each with at least one byte but for a file without data. Only the
 * first start is exact: in any dialect, where a record starts only reading tells.
 */
export function splitFile(file: PlannedFile, _dialect?: CsvDialect): SliceRange[] {
  const start = file.dataStart
  if (file.compressed) return [{ start, end: openEnd, startIsExact: true }]
  const dataBytes = Math.max(0, file.bytes - start)
  const fewest = Math.ceil(dataBytes / limits.batchBytesMax)
  const most = Math.floor(dataBytes / limits.batchBytesMin)
  const count = Math.max(1, fewest, Math.min(limits.batchCountTarget, most))
  const slices: SliceRange[] = []
  for (let index = 0; index < count; index++) {
    slices.push({
      start: start + Math.floor((dataBytes * index) / count),
      end: start + Math.floor((dataBytes * (index + 1)) / count),
      startIsExact: index === 0,
    })
  }
  return slices
}
