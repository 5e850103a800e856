// The constraints of a text column, checked once per distinct text.
import { ruleDefinitions } from '../../contracts/rules.ts'
import { type FieldText, nullOutcome, refusedOutcome, refuseText } from '../column-form.ts'
import { ruleNumberOf } from '../planned-rule.ts'
import type { ColumnPlan, PlannedConstraint } from '../table-plan.ts'
import { hasModulus11Digit, hasVerhoeffDigit, isRoundedCode } from '../values/check-digit.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const textOf = (field: FieldText): string =>
  decoder.decode(field.bytes.subarray(field.start, field.end))

/** The rule that a text (or null) fails, -1 for none. */
type TextCheck = (field: FieldText, isNull: boolean) => number

function checkOf(constraint: PlannedConstraint): TextCheck | null {
  const rule = ruleNumberOf(constraint)
  switch (constraint.kind) {
    case 'not_null':
      return (_field, isNull) => (isNull ? rule : -1)
    case 'categorical_text': {
      const categories = new Set(constraint.values)
      return (field, isNull) => (isNull || categories.has(textOf(field)) ? -1 : rule)
    }
    case 'regex': {
      const pattern = new RegExp(`^(?:${constraint.pattern})$`, 'u')
      return (field, isNull) => (isNull || pattern.test(textOf(field)) ? -1 : rule)
    }
    case 'check_digit': {
      const rounded = ruleDefinitions.float_rounded_code.number
      if (constraint.scheme === 'modulus_11') {
        return (field, isNull) =>
          isNull || hasModulus11Digit(field.bytes, field.start) ? -1 : rule
      }
      return ({ bytes, start, end }, isNull) => {
        if (isNull || hasVerhoeffDigit(bytes, start, end)) return -1
        return isRoundedCode(bytes, start, end) ? rounded : rule
      }
    }
    default:
      return null
  }
}

/**
 * Asks every constraint in the order of the plan: a text is refused under those that reject or
 * refuse, becomes null under the first that says so, and is marked under all beside reject. What
 * text or type have refused is asked nothing.
 */
export function openTextChecks(plan: ColumnPlan): (field: FieldText) => void {
  const checks = plan.constraints.flatMap((constraint) => {
    const check = checkOf(constraint)
    return check === null ? [] : [{ check, severity: constraint.severity }]
  })
  return (field) => {
    const { marks } = field
    marks.null = 0
    marks.warn = 0
    marks.refuse = 0
    if (field.outcome === refusedOutcome) return
    let isNull = field.outcome === nullOutcome
    for (const { check, severity } of checks) {
      const rule = check(field, isNull)
      if (rule < 0) continue
      if (severity !== 'reject') marks[severity] |= 1 << rule
      if (severity === 'reject' || severity === 'refuse') refuseText(field, rule)
      if (severity === 'null') isNull = true
    }
    if (isNull && field.outcome !== refusedOutcome) field.outcome = nullOutcome
  }
}
