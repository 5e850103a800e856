// The answer key of a table: what a load must say of it, counted as rows are made.
import { type RuleName, ruleDefinitions } from '../rules.ts'
import { patientIdColumn, type TableContract } from '../table-contract.ts'
import type { ColumnRule, Verdict } from './judge-row.ts'

/** A refused row as the key names it: as `quarantine show` numbers and words it. */
export interface RowAnswer extends ColumnRule {
  readonly table: string
  /** Row of the file from 1, the header not counted. */
  readonly row: number
  /** Every rule that the row breaks. */
  readonly rules: readonly RuleName[]
}

export interface CountedRule extends ColumnRule {
  readonly count: number
}

export interface TableAnswer {
  readonly in: number
  readonly accepted: number
  readonly rejected: number
  /** Refused rows by first failing rule. */
  readonly rules: Readonly<Record<string, number>>
  /** The same by column and rule; column null: the record, or a key of the whole row. */
  readonly rejects: readonly CountedRule[]
  /** Of the refused rows, those whose patient was refused in the patients table. */
  readonly explained_by_refused_patients: number
  /** Accepted rows that break a constraint of severity warn. */
  readonly warnings: readonly CountedRule[]
  /** Values that become null by severity null. */
  readonly nulled: readonly CountedRule[]
}

export interface AnswerTally {
  add(verdict: Verdict | null): void
  readonly rowsIn: number
  answer(): TableAnswer
}

type Counts = Map<string, { column: string | null; rule: RuleName; count: number }>

function count(counts: Counts, { column, rule }: ColumnRule): void {
  const key = `${column ?? ''} ${rule}`
  const entry = counts.get(key) ?? { column, rule, count: 0 }
  entry.count++
  counts.set(key, entry)
}

/** Counts the verdicts of a table; null: a row without any fault. */
export function openTally(contract: TableContract): AnswerTally {
  const places = new Map(
    [patientIdColumn, ...contract.columns.map(({ name }) => name)].map((name, at) => [name, at]),
  )
  const place = (column: string | null): number =>
    column === null ? -1 : (places.get(column) ?? -1)
  const sorted = (counts: Counts): CountedRule[] =>
    [...counts.values()].sort(
      (left, right) =>
        place(left.column) - place(right.column) ||
        ruleDefinitions[left.rule].number - ruleDefinitions[right.rule].number,
    )
  const rejects: Counts = new Map()
  const warnings: Counts = new Map()
  const nulled: Counts = new Map()
  let rowsIn = 0
  let rejected = 0
  let explained = 0
  return {
    get rowsIn() {
      return rowsIn
    },
    add(verdict) {
      rowsIn++
      if (verdict === null) return
      for (const warning of verdict.warnings) count(warnings, warning)
      for (const value of verdict.nulled) count(nulled, value)
      if (verdict.refusal === null) return
      rejected++
      count(rejects, verdict.refusal)
      if (verdict.refusal.rules.includes('patient_refused')) explained++
    },
    answer() {
      const rules: Record<string, number> = {}
      const all = sorted(rejects)
      for (const { rule, count: more } of all) rules[rule] = (rules[rule] ?? 0) + more
      return {
        ...{ in: rowsIn, accepted: rowsIn - rejected, rejected, rules, rejects: all },
        explained_by_refused_patients: explained,
        ...{ warnings: sorted(warnings), nulled: sorted(nulled) },
      }
    },
  }
}
