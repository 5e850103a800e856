// Columns whose every distinct text is read once: texts and codes, booleans, and value maps to
// numbers or dates. The raw field is interned; what its text means is remembered by entry, so
// that a row costs a hash and a look-up.
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { FieldBatch } from '../../contracts/stage.ts'
import {
  type FieldText,
  newFieldText,
  nullOutcome,
  openColumnForm,
  readField,
  refuseText,
  valueOutcome,
} from '../column-form.ts'
import type { Failures } from '../failures.ts'
import {
  clearInternTable,
  entryCountOf,
  type InternTable,
  internFields,
  internTableBytes,
  internText,
  newInternTable,
} from '../intern-table.ts'
import { applyTextOutcomesKernel } from '../kernels/apply-text-outcomes.ts'
import { applyValueOutcomesKernel } from '../kernels/apply-value-outcomes.ts'
import { gatherFlagsKernel } from '../kernels/gather-flags.ts'
import { gatherMarksKernel } from '../kernels/gather-marks.ts'
import { packBooleansKernel } from '../kernels/pack-booleans.ts'
import { packValidityKernel } from '../kernels/pack-validity.ts'
import { beginMarks, type Marks, openMarks } from '../marks.ts'
import type { ColumnPlan } from '../table-plan.ts'
import { newValueCell } from '../values/value-cell.ts'
import {
  type Column,
  type ColumnBuffers,
  newColumnBuffers,
  reserveBuffers,
  wordsOf,
} from './column.ts'
import { openColumnChecks } from './column-checks.ts'
import { openTextChecks } from './text-checks.ts'

/** What each entry of the raw table means, as arrays by entry. */
interface Outcomes {
  /** Of a text: its dictionary key; of other types: valueOutcome. Else null or refused. */
  outcomes: Int32Array
  masks: Int32Array
  rules: Uint8Array
  flags: Uint8Array
  /** Two words a value; empty for texts. */
  words: Int32Array
  doubles: Float64Array
  /** Entries read so far. */
  readCount: number
  /** Every entry so far is its own key: rows need no second look. */
  areKeys: boolean
  anyFlags: boolean
  /** Rules by entry under each severity beside reject; null: the column has none. */
  marks: EntryMarks | null
}

interface EntryMarks {
  null: Int32Array
  warn: Int32Array
  refuse: Int32Array
  /** Has any entry a mark? */
  any: boolean
}

const markSeverities = ['null', 'warn', 'refuse'] as const

const newEntryMarks = (): EntryMarks => ({
  null: new Int32Array(0),
  warn: new Int32Array(0),
  refuse: new Int32Array(0),
  any: false,
})

const newOutcomes = (hasMarks: boolean): Outcomes => ({
  marks: hasMarks ? newEntryMarks() : null,
  outcomes: new Int32Array(0),
  masks: new Int32Array(0),
  rules: new Uint8Array(0),
  flags: new Uint8Array(0),
  words: new Int32Array(0),
  doubles: new Float64Array(0),
  readCount: 0,
  areKeys: true,
  anyFlags: false,
})

function reserveOutcomes(known: Outcomes, capacity: number, holdsValues: boolean): void {
  if (capacity <= known.outcomes.length) return
  const grown = <Values extends Int32Array | Uint8Array>(from: Values, to: Values): Values => {
    to.set(from)
    return to
  }
  known.outcomes = grown(known.outcomes, new Int32Array(capacity))
  known.masks = grown(known.masks, new Int32Array(capacity))
  known.rules = grown(known.rules, new Uint8Array(capacity))
  known.flags = grown(known.flags, new Uint8Array(capacity))
  const { marks } = known
  if (marks !== null) {
    for (const severity of markSeverities) {
      marks[severity] = grown(marks[severity], new Int32Array(capacity))
    }
  }
  if (!holdsValues) return
  known.words = grown(known.words, new Int32Array(2 * capacity))
  known.doubles = new Float64Array(known.words.buffer)
}

function clearOutcomes(known: Outcomes): void {
  known.readCount = 0
  known.areKeys = true
  known.anyFlags = false
  if (known.marks !== null) known.marks.any = false
}

/** Keeps what a text turned out to be; `key` is its dictionary key or valueOutcome. */
function storeOutcome(known: Outcomes, entry: number, text: FieldText, key: number): void {
  known.outcomes[entry] = text.outcome === valueOutcome ? key : text.outcome
  known.masks[entry] = text.mask
  known.rules[entry] = text.rule
  known.flags[entry] = text.flags
  if (text.flags !== 0) known.anyFlags = true
  if (text.outcome !== valueOutcome || key !== entry) known.areKeys = false
  if (known.marks === null) return
  for (const severity of markSeverities) {
    known.marks[severity][entry] = text.marks[severity]
    if (text.marks[severity] !== 0) known.marks.any = true
  }
}

/** Gives reads of new entries: one function for the life of the column. */
function openEntryReader(plan: ColumnPlan, raw: InternTable, dictionary: InternTable) {
  const form = openColumnForm(plan)
  const check = openTextChecks(plan)
  const text = newFieldText()
  const cell = newValueCell()
  const isText = plan.storage === 'text'
  const typeRule = ruleDefinitions.type.number
  return (known: Outcomes): void => {
    const count = entryCountOf(raw)
    reserveOutcomes(known, raw.hashes.length, !isText)
    for (let entry = known.readCount; entry < count; entry++) {
      readField(form, raw.text, raw.offsets[entry] ?? 0, raw.offsets[entry + 1] ?? 0, text)
      cell.flags = text.flags
      if (text.outcome === valueOutcome && !form.parse(text.bytes, text.start, text.end, cell)) {
        refuseText(text, typeRule)
      }
      if (isText) check(text)
      text.flags = text.outcome === nullOutcome ? 0 : text.flags | cell.flags
      let key = valueOutcome
      if (text.outcome === valueOutcome && isText) {
        const isOwn = dictionary === raw
        key = isOwn ? entry : internText(dictionary, text.bytes, text.start, text.end)
      } else if (text.outcome === valueOutcome) {
        if (plan.storage === 'double') known.doubles[entry] = cell.double
        else known.words[2 * entry] = cell.low
        if (plan.storage === 'int64') known.words[2 * entry + 1] = cell.high
      }
      storeOutcome(known, entry, text, key)
    }
    known.readCount = count
  }
}

/** What entries mean, to the rows of a batch: keys in place, or values into the buffers. */
function openApply(
  plan: ColumnPlan,
  index: number,
  known: Outcomes,
  buffers: ColumnBuffers,
): (entries: Int32Array, rowCount: number, states: Uint8Array, failures: Failures) => void {
  return (entries, rowCount, states, failures) => {
    const { masks, firstColumns, firstRules } = failures
    if (plan.storage === 'text') {
      if (known.areKeys) return
      failures.failedCount += applyTextOutcomesKernel(
        buffers.words,
        rowCount,
        known.outcomes,
        known.masks,
        known.rules,
        states,
        index,
        masks,
        firstColumns,
        firstRules,
      )
      return
    }
    failures.failedCount += applyValueOutcomesKernel(
      entries,
      rowCount,
      known.outcomes,
      known.words,
      known.masks,
      known.rules,
      wordsOf(plan.storage),
      buffers.words,
      states,
      index,
      masks,
      firstColumns,
      firstRules,
    )
    if (plan.storage === 'boolean') packBooleansKernel(buffers.words, rowCount, buffers.bits)
  }
}

/** Marks of the entries to the rows of a batch, before entries become keys. */
function gatherMarks(marks: Marks, known: EntryMarks, entries: Int32Array, rowCount: number): void {
  if (!known.any) return
  for (const severity of markSeverities) {
    const recorder = marks[severity]
    recorder.failedCount = gatherMarksKernel(entries, rowCount, known[severity], recorder.masks)
  }
}

/** A column of texts, codes or booleans, or of any type with a value map. */
export function openInternedColumn(plan: ColumnPlan, index: number): Column {
  const buffers = newColumnBuffers()
  const isText = plan.storage === 'text'
  const changesText = openColumnForm(plan).changesText
  const raw = newInternTable()
  const dictionary = isText && changesText ? newInternTable() : raw
  const marks = openMarks(plan)
  const known = newOutcomes(isText && marks !== null)
  const readEntries = openEntryReader(plan, raw, dictionary)
  const applyOutcomes = openApply(plan, index, known, buffers)
  const checks = isText ? [] : openColumnChecks(plan, index, marks)
  let entries: Int32Array = new Int32Array(0)

  return {
    plan,
    buffers,
    isConstant: false,
    dictionary: isText ? dictionary : null,
    marks,
    run(batch: FieldBatch, view, scratch, failures) {
      const { bytes, starts, ends, rowCount } = batch
      reserveBuffers(buffers, plan.storage, rowCount)
      if (isText) entries = buffers.words
      else if (entries.length < rowCount) entries = new Int32Array(buffers.capacity)
      internFields(raw, bytes, view, starts, ends, plan.field * batch.capacity, rowCount, entries)
      readEntries(known)
      if (known.anyFlags) {
        buffers.flagged = gatherFlagsKernel(entries, rowCount, known.flags, buffers.flags) > 0
      } else {
        buffers.flagged = false
      }
      const { states, stateWords } = scratch
      if (marks !== null) beginMarks(marks, rowCount)
      if (marks !== null && known.marks !== null) gatherMarks(marks, known.marks, entries, rowCount)
      applyOutcomes(entries, rowCount, states, failures)
      for (const check of checks) check(buffers, states, rowCount, failures)
      buffers.nullCount = packValidityKernel(states, stateWords, rowCount, buffers.validity)
    },
    startRowGroup() {
      clearInternTable(raw)
      if (dictionary !== raw) clearInternTable(dictionary)
      clearOutcomes(known)
    },
    heldBytes: () =>
      internTableBytes(raw) + (dictionary === raw ? 0 : internTableBytes(dictionary)),
  }
}
