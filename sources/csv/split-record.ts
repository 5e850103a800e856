// The fields of one record that is at hand as bytes: what explains a refused row from quarantine,
// long after its extract went by. The same scanner as a load, for one record.
import type { CsvDialect } from '../../contracts/extract.ts'
import { compileDialect } from './dialect.ts'
import { standardBounds } from './read-bounds.ts'
import { scanAnyRecords } from './scan-any-records.ts'
import { at, cursorLength, sentinelBytes, writeSentinels } from './scan-state.ts'

/**
 * The selected fields of a record without its terminator, in the order of `selected` (0-based field
 * indexes); null where it does not have exactly `fieldCount` well-formed fields.
 */
export function splitRecord(
  record: Uint8Array,
  dialect: CsvDialect,
  fieldCount: number,
  selected: readonly number[],
): Uint8Array[] | null {
  const compiled = compileDialect(dialect)
  const bytes = new Uint8Array(2 * record.length + 2 * sentinelBytes)
  bytes.set(record)
  writeSentinels(bytes, record.length, compiled.quote)
  const bases = new Int32Array(fieldCount).fill(-1)
  for (const [index, field] of selected.entries()) bases[field] = index
  const target = {
    starts: new Int32Array(selected.length),
    ends: new Int32Array(selected.length),
    recordStarts: new Int32Array(1),
    recordEnds: new Int32Array(1),
    structure: new Uint8Array(1),
    fieldCount,
    bases,
    blankIsRow: fieldCount === 1 ? 1 : 0,
  }
  const cursor = new Int32Array(cursorLength)
  cursor[at.filled] = record.length
  cursor[at.startLimit] = Math.max(1, record.length)
  cursor[at.atEnd] = 1
  cursor[at.rowLimit] = 1
  cursor[at.spare] = record.length + sentinelBytes
  scanAnyRecords(bytes, cursor, compiled, standardBounds(target.fieldCount), target)
  const isWhole = cursor[at.row] === 1 && (cursor[at.position] ?? 0) >= record.length
  if (!isWhole || target.structure[0] !== 0) return null
  return selected.map((_, index) => bytes.slice(target.starts[index], target.ends[index]))
}
