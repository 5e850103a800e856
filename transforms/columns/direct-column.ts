// Columns of integers, numbers and dates straight from their fields: a kernel parses the plain
// form and refuses what surely is no value, and what it leaves undecided is read value by value
// (text faults, wider forms).
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { FieldBatch } from '../../contracts/stage.ts'
import { type ArenaOwner, addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import { trimmedFlag } from '../coercion-flags.ts'
import {
  type ColumnForm,
  newFieldText,
  nullOutcome,
  openColumnForm,
  readField,
  refuseText,
  valueOutcome,
} from '../column-form.ts'
import { type Failures, recordFailure } from '../failures.ts'
import type { FieldAddresses } from '../intern-table.ts'
import { beginMarks, openMarks } from '../marks.ts'
import type { ColumnPlan } from '../table-plan.ts'
import { newValueCell } from '../values/value-cell.ts'
import {
  type Column,
  type ColumnBuffers,
  fieldAddresses,
  fillBytes,
  newColumnBuffers,
  packValidity,
  reserveBuffers,
  type Scratch,
} from './column.ts'
import { openColumnChecks } from './column-checks.ts'
import { layoutOf, newParseForm } from './parse-form.ts'

/** Runs the kernel; returns how many rows are listed in `scratch.rows`. */
type PlainParser = (
  fields: FieldAddresses,
  rowCount: number,
  buffers: ColumnBuffers,
  scratch: Scratch,
  failures: Failures,
) => number

/** Where no kernel reads the format, every row is undecided. */
const leaveAllUndecided: PlainParser = (_fields, rowCount, _buffers, { states, rows }) => {
  states.fill(0, 0, rowCount)
  for (let row = 0; row < rowCount; row++) rows[row] = row
  return rowCount
}

function plainParserOf(owner: ArenaOwner, form: ColumnForm, column: number): PlainParser {
  const { type } = form.plan
  if (type === 'date' && layoutOf(form) === null) return leaveAllUndecided
  const block = newParseForm(owner, form, column)
  const kernel = type === 'int' ? kernels.parseInt64 : kernels.parseFloat64
  return ({ bytes, starts, ends }, rowCount, buffers, scratch, failures) => {
    const values = addressOf(buffers.words)
    const states = addressOf(scratch.states)
    const rows = addressOf(scratch.rows)
    const recorder = addressOf(failures.recorder)
    if (type !== 'date') {
      return kernel(bytes, starts, ends, rowCount, block, values, states, rows, recorder)
    }
    return kernels.parseDate(
      bytes,
      starts,
      ends,
      rowCount,
      block,
      values,
      states,
      rows,
      recorder,
      addressOf(buffers.flags),
    )
  }
}

/** Positions of the fields of one column. */
interface FieldSpan {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly from: number
}

/** Reads the rows a kernel left undecided, one value at a time. */
function openSettle(form: ColumnForm, column: number) {
  const text = newFieldText()
  const cell = newValueCell()
  const { storage } = form.plan
  const typeRule = ruleDefinitions.type.number
  return (
    span: FieldSpan,
    buffers: ColumnBuffers,
    { states, rows }: Scratch,
    count: number,
    failures: Failures,
  ): void => {
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? 0
      const start = span.starts[span.from + row] ?? 0
      const end = span.ends[span.from + row] ?? 0
      readField(form, span.bytes, start, end, text)
      if (text.outcome === nullOutcome) {
        states[row] = 1
        continue
      }
      cell.flags = text.flags
      if (text.outcome === valueOutcome && !form.parse(text.bytes, text.start, text.end, cell)) {
        refuseText(text, typeRule)
      }
      if (text.outcome !== valueOutcome) {
        states[row] = 2
        recordFailure(failures, row, column, text.rule, text.mask)
        continue
      }
      if (cell.flags !== 0) {
        buffers.flags[row] = (buffers.flags[row] ?? 0) | cell.flags
        buffers.flagged = true
      }
      if (storage === 'double') {
        buffers.doubles[row] = cell.double
      } else if (storage === 'date') {
        buffers.words[row] = cell.low
      } else {
        buffers.words[2 * row] = cell.low
        buffers.words[2 * row + 1] = cell.high
      }
    }
  }
}

/** Trims the fields of a column into scratch. */
function trimFields(batch: FieldBatch, field: number, buffers: ColumnBuffers, scratch: Scratch) {
  const { trimmedStarts, trimmedEnds } = scratch
  const { bytes, starts, ends } = fieldAddresses(batch, field)
  const trimmed = { bytes, starts: addressOf(trimmedStarts), ends: addressOf(trimmedEnds) }
  const count = kernels.trimFields(
    bytes,
    starts,
    ends,
    batch.rowCount,
    trimmed.starts,
    trimmed.ends,
    addressOf(buffers.flags),
    trimmedFlag,
  )
  if (count > 0) buffers.flagged = true
  return trimmed
}

/** A column of type int, float or date without a value map. */
export function openDirectColumn(owner: ArenaOwner, plan: ColumnPlan, index: number): Column {
  const form = openColumnForm(plan)
  const buffers = newColumnBuffers(owner)
  const parsePlain = plainParserOf(owner, form, index)
  const settle = openSettle(form, index)
  const marks = openMarks(owner, plan)
  const checks = openColumnChecks(owner, plan, index, marks)
  return {
    plan,
    buffers,
    isConstant: false,
    dictionary: null,
    marks,
    run(batch: FieldBatch, scratch, failures) {
      const { rowCount } = batch
      reserveBuffers(buffers, plan.storage, rowCount)
      if (buffers.flagged) fillBytes(buffers.flags, 0)
      buffers.flagged = plan.roundToMonth
      const fields = plan.trim
        ? trimFields(batch, plan.field, buffers, scratch)
        : fieldAddresses(batch, plan.field)
      const undecidedCount = parsePlain(fields, rowCount, buffers, scratch, failures)
      if (undecidedCount > 0) {
        const { bytes, starts, ends, capacity } = batch
        const { trimmedStarts, trimmedEnds } = scratch
        const span = plan.trim
          ? { bytes, starts: trimmedStarts, ends: trimmedEnds, from: 0 }
          : { bytes, starts, ends, from: plan.field * capacity }
        settle(span, buffers, scratch, undecidedCount, failures)
      }
      if (marks !== null) beginMarks(marks, rowCount)
      for (const check of checks) check(buffers, scratch.states, rowCount, failures)
      packValidity(buffers, scratch.states, rowCount)
    },
    startRowGroup() {},
    heldBytes: () => 0,
  }
}
