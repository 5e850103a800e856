// Columns that have the same value in every row: constants, and absent columns, which are null.
// Filled once for as many rows as a batch has held so far, unless a row may lose its value. The plan
// made sure that a constant passes, at least with a warning; an absent column that the contract
// calls never null refuses every row.
import type { ArenaOwner } from '../../kernels/arena.ts'
import {
  type FieldText,
  newFieldText,
  openColumnForm,
  readField,
  valueOutcome,
} from '../column-form.ts'
import { recordFailure } from '../failures.ts'
import { type InternTable, internText, newInternTable } from '../intern-table.ts'
import { beginMarks, type Marks, openMarks } from '../marks.ts'
import type { ColumnPlan } from '../table-plan.ts'
import { newValueCell, type ValueCell } from '../values/value-cell.ts'
import { type Column, type ColumnBuffers, newColumnBuffers, reserveBuffers } from './column.ts'
import { openColumnChecks } from './column-checks.ts'
import { openTextChecks } from './text-checks.ts'

/** True and the value in the cell (of a text in the dictionary), or false: null. */
function readConstant(
  plan: ColumnPlan,
  dictionary: InternTable | null,
  text: FieldText,
  cell: ValueCell,
): boolean {
  if (plan.constant === null) return false
  const form = openColumnForm(plan)
  const bytes = new TextEncoder().encode(plan.constant)
  readField(form, bytes, 0, bytes.length, text)
  if (text.outcome !== valueOutcome) return false
  if (!form.parse(text.bytes, text.start, text.end, cell)) return false
  if (dictionary !== null) {
    openTextChecks(plan)(text)
    cell.low = internText(dictionary, text.bytes, text.start, text.end)
  }
  return text.outcome === valueOutcome
}

function fillBuffers(plan: ColumnPlan, buffers: ColumnBuffers, cell: ValueCell): void {
  if (plan.storage === 'double') {
    buffers.doubles.fill(cell.double)
  } else if (plan.storage === 'int64') {
    for (let row = 0; row < buffers.capacity; row++) {
      buffers.words[2 * row] = cell.low
      buffers.words[2 * row + 1] = cell.high
    }
  } else {
    buffers.words.fill(cell.low)
    buffers.bits.fill(cell.low === 0 ? 0 : 255)
  }
}

/** The marks of a constant text, the same in every row. */
function fillMarks(marks: Marks, text: FieldText, rowCount: number): void {
  for (const severity of ['null', 'warn', 'refuse'] as const) {
    const mark = text.marks[severity]
    if (mark === 0) continue
    for (let row = 0; row < rowCount; row++) recordFailure(marks[severity], row, 0, 0, mark)
  }
}

/** A column without a field; `index`: its place in the plan. */
export function openConstantColumn(owner: ArenaOwner, plan: ColumnPlan, index: number): Column {
  const buffers = newColumnBuffers(owner)
  const dictionary = plan.storage === 'text' ? newInternTable(owner) : null
  const cell = newValueCell()
  const text = newFieldText()
  const hasValue = readConstant(plan, dictionary, text, cell)
  const marks = openMarks(owner, plan)
  // What a date says of the day of the load is only known where it is asked.
  const needsChecks =
    marks !== null ||
    (!hasValue && !plan.nullable) ||
    plan.constraints.some(({ kind }) => kind === 'no_future_dates')
  const checks = needsChecks ? openColumnChecks(owner, plan, index, marks) : []
  // A date_after that takes the value of single rows away: what it leaves is no constant.
  const isConstant = !plan.constraints.some(
    ({ kind, severity }) => kind === 'date_after' && severity === 'null',
  )
  return {
    plan,
    buffers,
    isConstant,
    dictionary,
    marks,
    run(batch, scratch, failures) {
      const { rowCount } = batch
      if (reserveBuffers(buffers, plan.storage, rowCount) || !isConstant) {
        buffers.validity.fill(hasValue ? 255 : 0)
        if (hasValue) fillBuffers(plan, buffers, cell)
      }
      buffers.nullCount = hasValue ? 0 : rowCount
      if (marks !== null) {
        beginMarks(marks, rowCount)
        fillMarks(marks, text, rowCount)
      }
      if (checks.length === 0) return
      scratch.states.fill(hasValue ? 0 : 1, 0, rowCount)
      for (const check of checks) check(buffers, scratch.states, rowCount, failures)
    },
    startRowGroup() {},
    heldBytes: () => 0,
  }
}
