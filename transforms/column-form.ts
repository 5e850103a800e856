// How one column reads one value outside the kernels: null tokens, text checks and value map,
// then the parser of its type. Texts of the plan become bytes here, once per worker.
import { ruleDefinitions } from '../contracts/rules.ts'
import { mappedOtherwiseFlag, trimmedFlag, utf8ReplacedFlag } from './coercion-flags.ts'
import type { ColumnPlan } from './table-plan.ts'
import { compileCoarserFormat, compileDateFormat, type DateFormat } from './values/date-format.ts'
import { isNullToken, type NullTokens } from './values/is-null-token.ts'
import { codeMatcher } from './values/match-code.ts'
import { parseDateValue } from './values/parse-date-value.ts'
import { parseFloatValue } from './values/parse-float-value.ts'
import { type NumberForm, parseIntValue } from './values/parse-int-value.ts'
import { invalidUtf8Fault, nulByteFault, textFaults } from './values/valid-utf8.ts'
import type { ValueCell } from './values/value-cell.ts'

export type ValueParser = (
  bytes: Uint8Array,
  start: number,
  end: number,
  cell: ValueCell,
) => boolean

export interface ColumnForm {
  readonly plan: ColumnPlan
  readonly nulls: NullTokens
  /** Value map by text; null: none. */
  readonly map: ReadonlyMap<string, Uint8Array> | null
  readonly otherwise: Uint8Array | null
  readonly formats: readonly DateFormat[]
  readonly number: NumberForm
  /** Rule type: true and the value in the cell (texts have none). */
  readonly parse: ValueParser
  /** Can the text of a value differ from the bytes of its field? */
  readonly changesText: boolean
}

export const valueOutcome = 0
export const nullOutcome = -1
export const refusedOutcome = -2

/** What readField leaves: the text of the value, or why there is none. Reused for every field. */
export interface FieldText {
  outcome: number
  bytes: Uint8Array
  start: number
  end: number
  flags: number
  /** Failing rules and the first of them, where the outcome is refused. */
  mask: number
  rule: number
  /** Rules that fail under the severities beside reject. */
  readonly marks: Record<'null' | 'warn' | 'refuse', number>
}

export const newFieldText = (): FieldText => ({
  outcome: nullOutcome,
  bytes: new Uint8Array(0),
  start: 0,
  end: 0,
  flags: 0,
  mask: 0,
  rule: 0,
  marks: { null: 0, warn: 0, refuse: 0 },
})

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function nullTokensOf(texts: readonly string[]): NullTokens {
  const tokens = texts.map((text) => encoder.encode(text))
  const offsets = new Int32Array(tokens.length + 1)
  let lengths = 0
  for (const [index, token] of tokens.entries()) {
    offsets[index + 1] = (offsets[index] ?? 0) + token.length
    lengths |= 1 << Math.min(token.length, 31)
  }
  const bytes = new Uint8Array(offsets[tokens.length] ?? 0)
  for (const [index, token] of tokens.entries()) bytes.set(token, offsets[index])
  return { lengths, bytes, offsets }
}

function booleanParser(plan: ColumnPlan): ValueParser {
  const texts = new Map<string, number>()
  for (const text of plan.falseTexts) texts.set(text, 0)
  for (const text of plan.trueTexts) texts.set(text, 1)
  return (bytes, start, end, cell) => {
    const value = texts.get(decoder.decode(bytes.subarray(start, end)))
    cell.low = value ?? 0
    return value !== undefined
  }
}

function parserOf(
  plan: ColumnPlan,
  formats: readonly DateFormat[],
  coarser: readonly DateFormat[],
  form: NumberForm,
): ValueParser {
  switch (plan.type) {
    case 'int':
      return (bytes, start, end, cell) => parseIntValue(bytes, start, end, form, cell)
    case 'float':
      return (bytes, start, end, cell) => parseFloatValue(bytes, start, end, form, cell)
    case 'date':
      return (bytes, start, end, cell) =>
        parseDateValue(
          bytes,
          start,
          end,
          formats,
          coarser,
          plan.pivot ?? 0,
          plan.roundToMonth,
          cell,
        )
    case 'bool':
      return booleanParser(plan)
    default:
      return codeMatcher(plan.type) ?? (() => true)
  }
}

function compiled(format: DateFormat | string): DateFormat {
  if (typeof format === 'string') throw new Error(`date format ${format}`)
  return format
}

/** The running form of a column. The plan was checked: its formats compile. */
export function openColumnForm(plan: ColumnPlan): ColumnForm {
  const formats = plan.formats.map((format) => compiled(compileDateFormat(format)))
  const coarser = plan.coarserFormats.map((format) => compiled(compileCoarserFormat(format)))
  const number: NumberForm = {
    decimal: plan.decimal.charCodeAt(0),
    thousands: plan.thousands === null ? -1 : plan.thousands.charCodeAt(0),
    wholeDecimals: plan.wholeDecimals,
  }
  const map =
    plan.values === null
      ? null
      : new Map(plan.values.map(([text, target]) => [text, encoder.encode(target)]))
  return {
    plan,
    nulls: nullTokensOf(plan.nulls),
    map,
    otherwise: plan.otherwise === null ? null : encoder.encode(plan.otherwise),
    formats,
    number,
    parse: parserOf(plan, formats, coarser, number),
    changesText: plan.trim || map !== null || plan.replaceInvalidUtf8 || plan.nulByteIsEmpty,
  }
}

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9

/** Records a failing rule in a field text; the first recorded is the first failing. */
export function refuseText(target: FieldText, rule: number): void {
  if (target.outcome !== refusedOutcome) target.rule = rule
  target.outcome = refusedOutcome
  target.mask |= 1 << rule
}

function checkText(form: ColumnForm, target: FieldText): void {
  let faults = textFaults(target.bytes, target.start, target.end)
  if (faults === 0) return
  if ((faults & invalidUtf8Fault) !== 0 && form.plan.replaceInvalidUtf8) {
    target.bytes = encoder.encode(decoder.decode(target.bytes.subarray(target.start, target.end)))
    target.start = 0
    target.end = target.bytes.length
    target.flags |= utf8ReplacedFlag
    faults &= ~invalidUtf8Fault
  }
  if ((faults & invalidUtf8Fault) !== 0) refuseText(target, ruleDefinitions.invalid_utf8.number)
  if ((faults & nulByteFault) !== 0) refuseText(target, ruleDefinitions.nul_byte.number)
}

function mapText(form: ColumnForm, map: ReadonlyMap<string, Uint8Array>, target: FieldText): void {
  const text = decoder.decode(target.bytes.subarray(target.start, target.end))
  let mapped = map.get(text)
  if (mapped === undefined && form.otherwise !== null) {
    mapped = form.otherwise
    target.flags |= mappedOtherwiseFlag
  }
  if (mapped === undefined) {
    refuseText(target, ruleDefinitions.unmapped_value.number)
    return
  }
  target.bytes = mapped
  target.start = 0
  target.end = mapped.length
}

/** Everything before the type: trim, null tokens, text checks, value map. */
export function readField(
  form: ColumnForm,
  bytes: Uint8Array,
  start: number,
  end: number,
  target: FieldText,
): void {
  const { plan, nulls } = form
  target.bytes = bytes
  target.start = start
  target.end = end
  target.flags = 0
  target.mask = 0
  if (plan.trim) {
    while (target.start < target.end && isBlank(bytes[target.start])) target.start++
    while (target.start < target.end && isBlank(bytes[target.end - 1])) target.end--
    if (target.end - target.start !== end - start) target.flags |= trimmedFlag
  }
  if (isNullToken(bytes, target.start, target.end, nulls)) {
    target.outcome = nullOutcome
    return
  }
  target.outcome = valueOutcome
  if (plan.nulByteIsEmpty && target.end - target.start === 1 && bytes[target.start] === 0) {
    target.end = target.start
  }
  checkText(form, target)
  if (target.outcome === valueOutcome && form.map !== null) mapText(form, form.map, target)
}
