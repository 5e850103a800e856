// Columns whose every distinct text is read once: texts and codes, booleans, and value maps to
// numbers or dates. The raw field is interned; what its text means is remembered by entry, so
// that a row costs a hash and a look-up.
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { FieldBatch } from '../../contracts/stage.ts'
import { type ArenaOwner, type ArenaView, addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
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
import {
  beginMarks,
  gatherMarksOf,
  type MarkSeverity,
  type Marks,
  markSeverities,
  openMarks,
} from '../marks.ts'
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
  wordsOf,
} from './column.ts'
import { openColumnChecks } from './column-checks.ts'
import { openTextChecks } from './text-checks.ts'

/** What each entry of the raw table means, as arrays by entry. */
interface Outcomes {
  readonly owner: ArenaOwner
  /** Of a text: its dictionary key; of other types: valueOutcome. Else null or refused. */
  outcomes: Int32Array
  masks: Int32Array
  rules: Uint8Array
  flags: Uint8Array
  /** Two words a value; empty for texts. */
  words: Int32Array
  /** The same memory for doubles. */
  doubles: Float64Array
  /** Entries read so far. */
  readCount: number
  /** Every entry so far is its own key: rows need no second look. */
  areKeys: boolean
  anyFlags: boolean
  /** Rules by entry under each severity beside reject; null: the column has none. */
  marks: EntryMarks | null
}

interface EntryMarks extends Record<MarkSeverity, Int32Array> {
  /** Has any entry a mark? */
  any: boolean
}

const newEntryMarks = (owner: ArenaOwner): EntryMarks => ({
  null: owner.int32(0),
  warn: owner.int32(0),
  refuse: owner.int32(0),
  any: false,
})

const newOutcomes = (owner: ArenaOwner, hasMarks: boolean): Outcomes => ({
  owner,
  marks: hasMarks ? newEntryMarks(owner) : null,
  outcomes: owner.int32(0),
  masks: owner.int32(0),
  rules: owner.bytes(0),
  flags: owner.bytes(0),
  words: owner.int32(0),
  doubles: new Float64Array(0),
  readCount: 0,
  areKeys: true,
  anyFlags: false,
})

function reserveOutcomes(known: Outcomes, capacity: number, holdsValues: boolean): void {
  if (capacity <= known.outcomes.length) return
  const { owner, marks } = known
  const moved = <View extends ArenaView>(from: View, to: View): View => {
    to.set(from)
    owner.drop(from)
    return to
  }
  known.outcomes = moved(known.outcomes, owner.int32(capacity))
  known.masks = moved(known.masks, owner.int32(capacity))
  known.rules = moved(known.rules, owner.bytes(capacity))
  known.flags = moved(known.flags, owner.bytes(capacity))
  if (marks !== null) {
    for (const severity of markSeverities) {
      marks[severity] = moved(marks[severity], owner.int32(capacity))
    }
  }
  if (!holdsValues) return
  known.words = moved(known.words, owner.int32(2 * capacity))
  known.doubles = new Float64Array(known.words.buffer, addressOf(known.words), capacity)
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
    reserveOutcomes(known, raw.capacity, !isText)
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
    const entryMasks = addressOf(known.masks)
    const entryRules = addressOf(known.rules)
    const recorder = addressOf(failures.recorder)
    if (plan.storage === 'text') {
      kernels.applyTextOutcomes(
        addressOf(entries),
        rowCount,
        addressOf(known.outcomes),
        entryMasks,
        entryRules,
        addressOf(states),
        index,
        recorder,
      )
      return
    }
    kernels.applyValueOutcomes(
      addressOf(entries),
      rowCount,
      addressOf(known.outcomes),
      addressOf(known.words),
      entryMasks,
      entryRules,
      wordsOf(plan.storage) - 1,
      addressOf(buffers.words),
      addressOf(states),
      index,
      recorder,
    )
    if (plan.storage === 'boolean') {
      kernels.packBooleans(addressOf(buffers.words), rowCount, addressOf(buffers.bits))
    }
  }
}

/** Marks of the entries to the rows of a batch, before entries become keys. */
function gatherMarks(marks: Marks, known: EntryMarks, entries: Int32Array, rowCount: number): void {
  if (!known.any) return
  for (const severity of markSeverities) {
    gatherMarksOf(marks[severity], known[severity], entries, rowCount)
  }
}

/** A column of texts, codes or booleans, or of any type with a value map. */
export function openInternedColumn(owner: ArenaOwner, plan: ColumnPlan, index: number): Column {
  const buffers = newColumnBuffers(owner)
  const isText = plan.storage === 'text'
  const changesText = openColumnForm(plan).changesText
  const raw = newInternTable(owner)
  const dictionary = isText && changesText ? newInternTable(owner) : raw
  const marks = openMarks(owner, plan)
  const known = newOutcomes(owner, isText && marks !== null)
  const readEntries = openEntryReader(plan, raw, dictionary)
  const applyOutcomes = openApply(plan, index, known, buffers)
  const checks = isText ? [] : openColumnChecks(owner, plan, index, marks)
  let entries = owner.int32(0)

  /** The entry of each row: of texts in place of the key. */
  function internRows(batch: FieldBatch): Int32Array {
    const { starts, ends, rowCount } = batch
    if (!isText && entries.length < rowCount) {
      owner.drop(entries)
      entries = owner.int32(buffers.capacity)
    }
    const target = isText ? buffers.words : entries
    const from = plan.field * batch.capacity
    const lengthOf = (row: number): number => (ends[from + row] ?? 0) - (starts[from + row] ?? 0)
    const fields = fieldAddresses(batch, plan.field)
    internFields(raw, fields, rowCount, addressOf(target), lengthOf)
    readEntries(known)
    return target
  }

  return {
    plan,
    buffers,
    isConstant: false,
    dictionary: isText ? dictionary : null,
    marks,
    run(batch: FieldBatch, scratch, failures) {
      const { rowCount } = batch
      reserveBuffers(buffers, plan.storage, rowCount)
      const rows = internRows(batch)
      buffers.flagged = known.anyFlags
      if (known.anyFlags) {
        const places = [addressOf(known.flags), addressOf(buffers.flags)] as const
        buffers.flagged = kernels.gatherFlags(addressOf(rows), rowCount, ...places) !== 0
      }
      if (marks !== null) beginMarks(marks, rowCount)
      if (marks !== null && known.marks !== null) gatherMarks(marks, known.marks, rows, rowCount)
      if (isText && known.areKeys) {
        fillBytes(buffers.validity, 255)
        buffers.nullCount = 0
        return
      }
      const { states } = scratch
      applyOutcomes(rows, rowCount, states, failures)
      for (const check of checks) check(buffers, states, rowCount, failures)
      packValidity(buffers, states, rowCount)
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
