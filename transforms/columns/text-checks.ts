// The constraints of a text column, checked once per distinct text.
import { ruleDefinitions } from '../../contracts/rules.ts'
import { type FieldText, nullOutcome, refuseText } from '../column-form.ts'
import type { ColumnPlan } from '../table-plan.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const textOf = (field: FieldText): string =>
  decoder.decode(field.bytes.subarray(field.start, field.end))

/** Refuses the text under every constraint it fails, in contract order. */
export function openTextChecks(plan: ColumnPlan): (field: FieldText) => void {
  const checks: ((field: FieldText, isNull: boolean) => void)[] = []
  for (const constraint of plan.constraints) {
    if (constraint.kind === 'not_null') {
      checks.push((field, isNull) => {
        if (isNull) refuseText(field, ruleDefinitions.not_null.number)
      })
    } else if (constraint.kind === 'categorical_text') {
      const categories = new Set(constraint.values)
      checks.push((field, isNull) => {
        if (!isNull && !categories.has(textOf(field))) {
          refuseText(field, ruleDefinitions.categorical.number)
        }
      })
    } else if (constraint.kind === 'regex') {
      const pattern = new RegExp(`^(?:${constraint.pattern})$`, 'u')
      checks.push((field, isNull) => {
        if (!isNull && !pattern.test(textOf(field))) refuseText(field, ruleDefinitions.regex.number)
      })
    }
  }
  return (field) => {
    const isNull = field.outcome === nullOutcome
    for (const check of checks) check(field, isNull)
  }
}
