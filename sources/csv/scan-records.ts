// Calls the kernel that finds the fields of well-formed records, after making sure of the bounds that
// it does not check.
import assert from 'node:assert'
import { ruleDefinitions } from '../../contracts/rules.ts'
import { addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import type { CompiledDialect } from './dialect.ts'
import { at, cursorLength, sentinelBytes } from './scan-state.ts'
import { marksLength, type Workspace } from './workspace.ts'

const tooFew = ruleDefinitions.too_few_fields.number + 1
const tooMany = ruleDefinitions.too_many_fields.number + 1

/**
 * Scans from the cursor's position until rows or bytes run out (`stop` is done), or to a line that is
 * not certainly a whole well-formed one (`unusual`): a comment, text after a quote, a quote inside
 * text, a record of more than `longBytes`. The dialect is `fast`; sentinels stand behind the text.
 */
export function scanRecords(
  workspace: Workspace,
  dialect: CompiledDialect,
  longBytes: number,
): void {
  const { bytes, cursor, target, marks } = workspace
  const { starts, ends, recordStarts, recordEnds, structure, bases, fieldCount } = target
  const filled = cursor[at.filled]!
  const rowLimit = cursor[at.rowLimit]!
  assert(dialect.fast && cursor.length === cursorLength, 'the kernel knows the dialect')
  assert(filled + sentinelBytes <= bytes.length, 'sentinels fit')
  assert(cursor[at.startLimit]! <= filled, 'lines start within the text')
  assert(recordStarts.length >= rowLimit && recordEnds.length >= rowLimit, 'records fit')
  assert(structure.length >= rowLimit && workspace.capacity >= rowLimit, 'rows fit')
  assert(bases.length >= fieldCount && starts.length === ends.length, 'tables are whole')
  assert(marks.length >= marksLength, 'marks fit')
  kernels.scanRecords(
    addressOf(bytes),
    addressOf(cursor),
    dialect.delimiterByte,
    dialect.quote,
    dialect.commentByte,
    longBytes,
    addressOf(starts),
    addressOf(ends),
    addressOf(recordStarts),
    addressOf(recordEnds),
    addressOf(structure),
    addressOf(bases),
    fieldCount,
    target.blankIsRow,
    tooFew,
    tooMany,
    addressOf(marks),
  )
}
