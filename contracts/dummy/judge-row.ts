// What a load must say of a made row: from what was broken in it on purpose and from the questions
// of its contract, never from the checks of a load.
import { type RuleName, ruleDefinitions } from '../rules.ts'
import { patientIdColumn } from '../table-contract.ts'
import type { DummyValue, Truth } from './column-truths.ts'
import type { TableMaker } from './table-maker.ts'

/** A row that may be broken. */
export interface WrongRow {
  readonly values: DummyValue[]
  /** Texts of fields that stand for no value, by place. */
  readonly texts: Map<number, string>
  /** Rules that those fields break, in the order in which a load finds them. */
  readonly faults: Map<number, readonly RuleName[]>
  /** The rule of a check digit that a tool spoilt, by place. */
  readonly rounded: Set<number>
}

export interface ColumnRule {
  /** null: the record itself, or a key of several columns. */
  readonly column: string | null
  readonly rule: RuleName
}

export interface Refusal extends ColumnRule {
  /** All rules that the row breaks, by their numbers. */
  readonly rules: readonly RuleName[]
}

export interface Verdict {
  /** null: the row is accepted. */
  readonly refusal: Refusal | null
  readonly warnings: readonly ColumnRule[]
  /** Values that become null. */
  readonly nulled: readonly ColumnRule[]
}

/** Rules in the order of their numbers, each once. */
export function orderedRules(rules: Iterable<RuleName>): RuleName[] {
  const number = (rule: RuleName) => ruleDefinitions[rule].number
  return [...new Set(rules)].sort((left, right) => number(left) - number(right))
}

function brokenTruths(row: WrongRow, place: number, truths: readonly Truth[]): Truth[] {
  const value = row.values[place] ?? null
  return truths.filter((truth) => !truth.holds(value, row.values))
}

/**
 * The verdict on a row, as far as its columns go; null where a load would end altogether (severity
 * refuse), or where severities meet in one row and nothing is promised.
 */
export function judgeRow(row: WrongRow, maker: TableMaker): Verdict | null {
  const found: ColumnRule[] = []
  const warnings: ColumnRule[] = []
  const nulled: ColumnRule[] = []
  for (let place = 0; place < row.values.length; place++) {
    const column = place === 0 ? patientIdColumn : maker.contract.columns[place - 1]?.name
    if (column === undefined) throw new Error('a row has a value for each column')
    const faults = row.faults.get(place)
    if (faults !== undefined) {
      for (const rule of faults) found.push({ column, rule })
      continue
    }
    for (const truth of brokenTruths(row, place, maker.truths[place - 1] ?? [])) {
      const isRounded = truth.rule === 'check_digit' && row.rounded.has(place)
      const finding = { column, rule: isRounded ? ('float_rounded_code' as const) : truth.rule }
      if (truth.severity === 'refuse') return null
      if (truth.severity === 'warn') warnings.push(finding)
      else if (truth.severity === 'null') nulled.push(finding)
      else found.push(finding)
    }
  }
  const first = found[0]
  if (first === undefined) return { refusal: null, warnings, nulled }
  if (warnings.length + nulled.length > 0) return null
  const rules = orderedRules(found.map(({ rule }) => rule))
  return { refusal: { ...first, rules }, warnings, nulled }
}

/** A verdict of one rule that concerns the row as a whole, or one column of it. */
export function refusedFor(
  column: string | null,
  rule: RuleName,
  more: readonly RuleName[] = [],
): Verdict {
  const rules = orderedRules([rule, ...more])
  return { refusal: { column, rule, rules }, warnings: [], nulled: [] }
}
