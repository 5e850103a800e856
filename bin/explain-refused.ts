// Why a quarantined row was refused, worked out again from its raw record with the mapping as it is
// now: every failing column and rule, what was expected, and the value's shape, never the value.
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import type { PlannedTable } from '../pipelines/plan-load.ts'
import type { RefusedRecord } from '../pipelines/read-quarantine.ts'
import { splitRecord } from '../sources/csv/split-record.ts'
import { explainReject } from '../transforms/explain-reject.ts'

export interface ExplainedFailure {
  readonly column: string | null
  readonly rule: string
  readonly expected: string
  readonly shape: string | null
}

/** All failures of a refused row, the one it counts under first. `planned` null: no mapping today. */
export function explainRefused(
  record: RefusedRecord,
  planned: PlannedTable | null,
): ExplainedFailure[] {
  const rule = ruleDefinitions[record.rule as RuleName]
  const recorded: ExplainedFailure = {
    column: record.column,
    rule: record.rule,
    expected: rule?.expected ?? 'a row that the contract permits',
    shape: null,
  }
  // Why the patient is missing stands beside the first failing rule, and is no failure of a field.
  if (record.rules.split(',').includes('patient_refused')) {
    const { expected } = ruleDefinitions.patient_refused
    const cause = { column: record.column, rule: 'patient_refused', expected, shape: null }
    return [recorded, cause]
  }
  const file = planned?.files.find((one) => one.file.name === record.file)?.file
  if (planned === null || file === undefined || rule?.scope !== 'column') return [recorded]
  const { dialect } = planned.mapping.source
  const fields = splitRecord(record.rawRecord, dialect, file.fieldCount, file.selected)
  if (fields === null) return [recorded]
  const failures = explainReject(planned.plan, fields).failures
  const agrees = failures[0]?.rule === record.rule && failures[0]?.column === record.column
  // The mapping or the contract has changed since: what was recorded then still holds for that run.
  return agrees
    ? failures.map(({ column, rule: name, expected, shape }) => ({
        column,
        rule: name,
        expected,
        shape,
      }))
    : [recorded]
}
