// Reference: a text as a value of a type, by regular expressions, BigInt and Number.
import type { CoercionKind } from '../../contracts/batch-task.ts'
import {
  codeSystemForms,
  isCodeSystem,
  isMultiCodeSystem,
  multiCodeForms,
} from '../../contracts/code-systems.ts'
import type { ColumnType } from '../../contracts/table-contract.ts'
import type { ColumnPlan } from '../table-plan.ts'
import { readDate } from './read-date.ts'

/** A date is a number of days since 1970-01-01, an int a bigint. */
export type Value = bigint | number | boolean | string

export type ValueReading = {
  readonly value: Value
  readonly coercions: readonly CoercionKind[]
} | null

const escaped = (character: string): string => `[${character}]`

/** Whole digits, with separators in right groups of three where the column has them. */
function wholePattern(plan: ColumnPlan): string {
  if (plan.thousands === null) return '[0-9]+'
  return `(?:[0-9]+|[0-9]{1,3}(?:${escaped(plan.thousands)}[0-9]{3})+)`
}

const withoutSeparators = (plan: ColumnPlan, text: string): string =>
  plan.thousands === null ? text : text.replaceAll(plan.thousands, '')

function readInt(plan: ColumnPlan, text: string): ValueReading {
  const zeros = plan.wholeDecimals ? `(?<zeros>${escaped(plan.decimal)}0+)?` : ''
  const match = new RegExp(`^(?<sign>[+-]?)(?<whole>${wholePattern(plan)})${zeros}$`, 'u').exec(
    text,
  )
  const groups = match?.groups
  if (groups === undefined) return null
  const digits = BigInt(withoutSeparators(plan, groups['whole'] ?? ''))
  const value = groups['sign'] === '-' ? -digits : digits
  if (BigInt.asIntN(64, value) !== value) return null
  return { value, coercions: groups['zeros'] === undefined ? [] : ['decimal_dropped'] }
}

function readFloat(plan: ColumnPlan, text: string): ValueReading {
  const point = escaped(plan.decimal)
  const body = `(?:${wholePattern(plan)}(?:${point}[0-9]*)?|${point}[0-9]+)`
  if (!new RegExp(`^[+-]?${body}(?:[eE][+-]?[0-9]+)?$`, 'u').test(text)) return null
  const value = Number(withoutSeparators(plan, text).replace(plan.decimal, '.'))
  return Number.isFinite(value) ? { value, coercions: [] } : null
}

function isCode(type: ColumnType, text: string): boolean {
  if (isCodeSystem(type))
    return new RegExp(`^(?:${codeSystemForms[type].pattern})$`, 'u').test(text)
  if (type === 'nhs_number') return /^[0-9]{10}$/u.test(text)
  if (!isMultiCodeSystem(type)) return true
  const { system, separators } = multiCodeForms[type]
  let codes = [text]
  for (const separator of separators) codes = codes.flatMap((part) => part.split(separator))
  codes = codes.filter((code) => code !== '')
  return codes.length > 0 && codes.every((code) => isCode(system, code))
}

/** The value of a text in a column, or null: rule type. */
export function readValue(plan: ColumnPlan, text: string): ValueReading {
  switch (plan.type) {
    case 'int':
      return readInt(plan, text)
    case 'float':
      return readFloat(plan, text)
    case 'date':
      return readDate(plan, text)
    case 'bool':
      if (plan.trueTexts.includes(text)) return { value: true, coercions: [] }
      return plan.falseTexts.includes(text) ? { value: false, coercions: [] } : null
    default:
      return isCode(plan.type, text) ? { value: text, coercions: [] } : null
  }
}
