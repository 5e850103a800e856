// Reference: does a value pass a constraint? One value at a time, exact on bigint.
import type { RuleName } from '../../contracts/rules.ts'
import type { PlannedConstraint } from '../table-plan.ts'
import { isFloatText, isModulus11Number, isVerhoeffNumber } from './check-digits.ts'
import type { Value } from './read-value.ts'

/** The rule under which failures of a constraint count. */
function ruleOfConstraint(constraint: PlannedConstraint): RuleName {
  const { kind } = constraint
  return kind === 'categorical_text' || kind === 'categorical_int' ? 'categorical' : kind
}

function isOnStep(value: Value, minimum: number, step: number, isFloat: boolean): boolean {
  if (typeof value === 'bigint') return (value - BigInt(minimum)) % BigInt(step) === 0n
  const number = Number(value)
  if (!isFloat) return (number - minimum) % step === 0
  const nearest = minimum + Math.round((number - minimum) / step) * step
  return Math.abs(nearest - number) <= 1e-9 * step + 4e-16 * Math.abs(number)
}

/**
 * Does a value (null: no value) pass? `others` gives the dates of other columns of the row by their
 * index in the plan, null where there is none.
 */
function passesConstraint(
  constraint: PlannedConstraint,
  value: Value | null,
  isFloat: boolean,
  others: (column: number) => Value | null,
): boolean {
  if (constraint.kind === 'not_null') return value !== null
  if (value === null) return true
  // JavaScript compares bigint with number exactly.
  const number = typeof value === 'bigint' ? value : Number(value)
  switch (constraint.kind) {
    case 'categorical_text':
      return constraint.values.some((category) => category === value)
    case 'categorical_int':
      return constraint.values.some((category) => BigInt(category) === value)
    case 'check_digit':
      return constraint.scheme === 'verhoeff'
        ? isVerhoeffNumber(String(value))
        : isModulus11Number(String(value))
    case 'no_future_dates':
      return number <= constraint.day
    case 'first_of_month':
      return new Date(Number(value) * 86_400_000).getUTCDate() === 1
    case 'regex':
      return new RegExp(`^(?:${constraint.pattern})$`, 'u').test(String(value))
    case 'closed_range': {
      const { minimum, maximum, step } = constraint
      return number >= minimum && number <= maximum && isOnStep(value, minimum, step, isFloat)
    }
    case 'general_range': {
      const { minimum, maximum, includesMinimum, includesMaximum } = constraint
      return (
        (includesMinimum ? number >= minimum : number > minimum) &&
        (includesMaximum ? number <= maximum : number < maximum)
      )
    }
    case 'date_after':
      return constraint.columns.every((column) => {
        const other = others(column)
        return other === null || value >= other
      })
  }
}

/** The rule under which a value (null: no value) fails a constraint; null: it passes. */
export function failedRule(
  constraint: PlannedConstraint,
  value: Value | null,
  isFloat: boolean,
  others: (column: number) => Value | null,
): RuleName | null {
  if (passesConstraint(constraint, value, isFloat, others)) return null
  const isCode = constraint.kind === 'check_digit' && constraint.scheme === 'verhoeff'
  return isCode && isFloatText(String(value)) ? 'float_rounded_code' : ruleOfConstraint(constraint)
}
