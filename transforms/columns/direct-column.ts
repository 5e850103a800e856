// Columns of integers, numbers and dates straight from their fields: a kernel parses the plain
// form, and what it leaves undecided is read value by value (null tokens, text faults, wider
// forms).
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { FieldBatch } from '../../contracts/stage.ts'
import { roundedToMonthFlag, trimmedFlag } from '../coercion-flags.ts'
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
import { packValidityKernel } from '../kernels/pack-validity.ts'
import { parseDateKernel } from '../kernels/parse-date.ts'
import { parseFloat64Kernel } from '../kernels/parse-float64.ts'
import { parseInt64Kernel } from '../kernels/parse-int64.ts'
import { trimFieldsKernel } from '../kernels/trim-fields.ts'
import { beginMarks, openMarks } from '../marks.ts'
import type { ColumnPlan } from '../table-plan.ts'
import { newValueCell } from '../values/value-cell.ts'
import { type Column, type ColumnBuffers, newColumnBuffers, reserveBuffers } from './column.ts'
import { openColumnChecks } from './column-checks.ts'

/** Positions of the fields of one column. */
interface FieldSpan {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly from: number
  readonly rowCount: number
}

/** Runs the kernel; returns how many rows are listed in `undecided`. */
type PlainParser = (
  span: FieldSpan,
  buffers: ColumnBuffers,
  states: Uint8Array,
  undecided: Int32Array,
) => number

/** Where no kernel reads the format, every row is undecided. */
const leaveAllUndecided: PlainParser = (span, _buffers, _states, undecided) => {
  for (let row = 0; row < span.rowCount; row++) undecided[row] = row
  return span.rowCount
}

function datePlainParser(form: ColumnForm): PlainParser {
  const layout = form.formats[0]?.layout
  if (layout === null || layout === undefined) return leaveAllUndecided
  const { lengths, bytes: nullBytes, offsets: nullOffsets } = form.nulls
  const { width, yearAt, monthAt, dayAt } = layout
  const { literalAt, literal, secondLiteralAt, secondLiteral } = layout
  const places = Int32Array.of(
    width,
    yearAt,
    monthAt,
    dayAt,
    literalAt,
    literal,
    secondLiteralAt,
    secondLiteral,
  )
  const roundedFlag = form.plan.roundToMonth ? roundedToMonthFlag : 0
  return (span, buffers, states, undecided) =>
    parseDateKernel(
      span.bytes,
      span.starts,
      span.ends,
      span.from,
      span.rowCount,
      lengths,
      nullBytes,
      nullOffsets,
      places,
      roundedFlag,
      buffers.flags,
      buffers.words,
      states,
      undecided,
    )
}

function plainParserOf(form: ColumnForm): PlainParser {
  const { lengths, bytes: nullBytes, offsets: nullOffsets } = form.nulls
  if (form.plan.type === 'date') return datePlainParser(form)
  if (form.plan.type === 'int') {
    return ({ bytes, starts, ends, from, rowCount }, buffers, states, undecided) =>
      parseInt64Kernel(
        bytes,
        starts,
        ends,
        from,
        rowCount,
        lengths,
        nullBytes,
        nullOffsets,
        buffers.words,
        states,
        undecided,
      )
  }
  return ({ bytes, starts, ends, from, rowCount }, buffers, states, undecided) =>
    parseFloat64Kernel(
      bytes,
      starts,
      ends,
      from,
      rowCount,
      lengths,
      nullBytes,
      nullOffsets,
      form.number.decimal,
      buffers.doubles,
      states,
      undecided,
    )
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
    states: Uint8Array,
    undecided: Int32Array,
    count: number,
    failures: Failures,
  ): void => {
    for (let i = 0; i < count; i++) {
      const row = undecided[i] ?? 0
      const at = span.from + row
      readField(form, span.bytes, span.starts[at] ?? 0, span.ends[at] ?? 0, text)
      cell.flags = text.flags
      if (text.outcome === nullOutcome) {
        states[row] = 1
        continue
      }
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

/** A column of type int, float or date without a value map. */
export function openDirectColumn(plan: ColumnPlan, index: number): Column {
  const form = openColumnForm(plan)
  const buffers = newColumnBuffers()
  const parsePlain = plainParserOf(form)
  const settle = openSettle(form, index)
  const marks = openMarks(plan)
  const checks = openColumnChecks(plan, index, marks)
  return {
    plan,
    buffers,
    isConstant: false,
    dictionary: null,
    marks,
    run(batch: FieldBatch, _view, scratch, failures) {
      const { rowCount } = batch
      reserveBuffers(buffers, plan.storage, rowCount)
      if (buffers.flagged) buffers.flags.fill(0)
      buffers.flagged = plan.roundToMonth
      let { bytes, starts, ends } = batch
      let from = plan.field * batch.capacity
      if (plan.trim) {
        const { trimmedStarts, trimmedEnds } = scratch
        const trimmedCount = trimFieldsKernel(
          bytes,
          starts,
          ends,
          from,
          rowCount,
          trimmedStarts,
          trimmedEnds,
          buffers.flags,
          trimmedFlag,
        )
        if (trimmedCount > 0) buffers.flagged = true
        starts = trimmedStarts
        ends = trimmedEnds
        from = 0
      }
      const span = { bytes, starts, ends, from, rowCount }
      const undecidedCount = parsePlain(span, buffers, scratch.states, scratch.rows)
      if (undecidedCount > 0) {
        settle(span, buffers, scratch.states, scratch.rows, undecidedCount, failures)
      }
      const { states, stateWords } = scratch
      if (marks !== null) beginMarks(marks, rowCount)
      for (const check of checks) check(buffers, states, rowCount, failures)
      buffers.nullCount = packValidityKernel(states, stateWords, rowCount, buffers.validity)
    },
    startRowGroup() {},
    heldBytes: () => 0,
  }
}
