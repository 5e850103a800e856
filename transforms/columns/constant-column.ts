// Columns that have the same value in every row: constants, and absent columns, which are null.
// Filled once for as many rows as a batch has held so far. The plan made sure that a constant
// passes; an absent column that the contract calls never null refuses every row.
import { newFieldText, openColumnForm, readField, valueOutcome } from '../column-form.ts'
import { type InternTable, internText, newInternTable } from '../intern-table.ts'
import type { ColumnPlan } from '../table-plan.ts'
import { newValueCell, type ValueCell } from '../values/value-cell.ts'
import { type Column, type ColumnBuffers, newColumnBuffers, reserveBuffers } from './column.ts'
import { openColumnChecks } from './column-checks.ts'

/** True and the value in the cell (of a text in the dictionary), or false: null. */
function readConstant(plan: ColumnPlan, dictionary: InternTable, cell: ValueCell): boolean {
  if (plan.constant === null) return false
  const form = openColumnForm(plan)
  const text = newFieldText()
  const bytes = new TextEncoder().encode(plan.constant)
  readField(form, bytes, 0, bytes.length, text)
  if (text.outcome !== valueOutcome) return false
  if (!form.parse(text.bytes, text.start, text.end, cell)) return false
  if (plan.storage === 'text') {
    cell.low = internText(dictionary, text.bytes, text.start, text.end)
  }
  return true
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

/** A column without a field; `index`: its place in the plan. */
export function openConstantColumn(plan: ColumnPlan, index: number): Column {
  const buffers = newColumnBuffers()
  const dictionary = newInternTable()
  const cell = newValueCell()
  const hasValue = readConstant(plan, dictionary, cell)
  const checks = hasValue || plan.nullable ? [] : openColumnChecks(plan, index)
  return {
    plan,
    buffers,
    isConstant: true,
    dictionary: plan.storage === 'text' ? dictionary : null,
    run(batch, _view, scratch, failures) {
      if (reserveBuffers(buffers, plan.storage, batch.rowCount)) {
        buffers.validity.fill(hasValue ? 255 : 0)
        if (hasValue) fillBuffers(plan, buffers, cell)
      }
      buffers.nullCount = hasValue ? 0 : batch.rowCount
      if (checks.length === 0) return
      scratch.states.fill(1, 0, batch.rowCount)
      for (const check of checks) check(buffers, scratch.states, batch.rowCount, failures)
    },
    startRowGroup() {},
    heldBytes: () => 0,
  }
}
