// The rule under which rows that fail a planned constraint count.
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import type { PlannedRule } from './table-plan.ts'

export function ruleNameOf({ kind }: PlannedRule): RuleName {
  return kind === 'categorical_text' || kind === 'categorical_int' ? 'categorical' : kind
}

export const ruleNumberOf = (rule: PlannedRule): number => ruleDefinitions[ruleNameOf(rule)].number
