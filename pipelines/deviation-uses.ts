// How many rows of a landed table used each entry of the register, and which entries more rows used
// than their ceiling allows. The counts come from the kernels: what an entry permits is still asked
// for, at severity warn or null, or as a counted coercion.
import { ceilingText, describeCeiling, rowsBelow } from '../contracts/ceiling.ts'
import { columnText, countedRule, type Deviation } from '../contracts/deviation.ts'
import type { DeviationUse } from '../contracts/deviation-use.ts'
import type { JudgedDeviation } from '../contracts/judge-deviations.ts'
import type { ManifestDeviation } from '../contracts/snapshot-manifest.ts'
import type { TableOutcome } from './load-outcome.ts'
import type { PlannedTable } from './plan-load.ts'

/** Rows that used an entry before it was given up: its ceiling was passed. */
export interface PassedCeiling {
  readonly observed: number
  readonly of: number
}

/** Why an entry is not in force for the second try of a table. */
export function passedReason(entry: Deviation, { observed, of }: PassedCeiling): string {
  const ceiling = entry.ceiling === null ? 'none' : describeCeiling(entry.ceiling)
  return `${observed} of ${of} rows used it, and its ceiling is ${ceiling}`
}

interface Counted {
  readonly column: string | null
  readonly rule: string
  readonly count: number
}

function countUnder(counts: readonly Counted[], entry: Deviation, rule: string): number {
  const [first = ''] = entry.columns
  const column = entry.columns.length === 1 ? first : null
  return counts.reduce(
    (sum, one) => (one.rule === rule && one.column === column ? sum + one.count : sum),
    0,
  )
}

/**
 * What a check that names no rows found: months that lack, rows without a value. Where an entry is in
 * force, the check of the contract comes first, at severity warn, and the wider one beside it.
 */
function foundByCheck({ rule, columns }: Deviation, { checks }: TableOutcome): number {
  const check = checks.find(({ kind, columns: own }) => kind === rule && own[0] === columns[0])
  if (check === undefined || check.outcome === 'passed' || check.observed === null) return 0
  if (check.observed.kind === 'months') return check.observed.missing_count
  return check.observed.kind === 'nulls' ? check.observed.nulls : 0
}

const isOfCheck = ({ rule }: Deviation): boolean => rule === 'coverage' || rule === 'null_share'

/** Rows that were refused under the rule of an entry that is not in force. */
function refusedRows(entry: Deviation, outcome: TableOutcome): number {
  if (isOfCheck(entry)) return foundByCheck(entry, outcome)
  return countUnder(outcome.rejects, entry, entry.rule)
}

/** Rows that landed by an entry in force. */
function usedRows(entry: Deviation, planned: PlannedTable, outcome: TableOutcome): number {
  const [column = ''] = entry.columns
  if (entry.kind === 'column_absent') {
    return planned.absentColumns.includes(column) ? outcome.accepted : 0
  }
  if (entry.kind === 'coarser_date') {
    const dates = outcome.coercions.filter((one) => one.kind === 'coarser_date')
    return dates.reduce((sum, one) => (one.column === column ? sum + one.count : sum), 0)
  }
  if (isOfCheck(entry)) return foundByCheck(entry, outcome)
  const counts = entry.failing === 'null' ? outcome.nulled : outcome.warnings
  return countUnder(counts, entry, countedRule(entry))
}

/** Entries in force that more rows used than their ceiling allows, with the counts. */
export function passedCeilings(
  planned: PlannedTable,
  outcome: TableOutcome,
): Map<string, PassedCeiling> {
  const passed = new Map<string, PassedCeiling>()
  for (const { entry, state } of planned.deviations) {
    if (state !== 'in_force' || entry.ceiling === null) continue
    const observed = usedRows(entry, planned, outcome)
    if (observed <= rowsBelow(entry.ceiling, outcome.in)) continue
    passed.set(entry.id, { observed, of: outcome.in })
  }
  return passed
}

/** What a load came to for every entry about a table. */
export function deviationUses(
  planned: PlannedTable,
  outcome: TableOutcome,
  passed: ReadonlyMap<string, PassedCeiling>,
): DeviationUse[] {
  return planned.deviations.map((judged) => {
    const { entry, state, reason } = judged
    const inForce = state === 'in_force'
    const observed = inForce
      ? usedRows(entry, planned, outcome)
      : (passed.get(entry.id)?.observed ?? refusedRows(entry, outcome))
    return {
      id: entry.id,
      contract: entry.contract,
      column: columnText(entry),
      rule: entry.rule,
      kind: entry.kind,
      ceiling: entry.ceiling === null ? null : ceilingText(entry.ceiling),
      observed,
      of: outcome.in,
      in_force: inForce,
      state,
      reason,
    }
  })
}

/** The entries under which the rows of a table landed, as its snapshot states them. */
export function manifestDeviations(
  judged: readonly JudgedDeviation[],
  uses: readonly DeviationUse[],
): ManifestDeviation[] {
  return judged.flatMap(({ entry, state }) => {
    const use = uses.find(({ id }) => id === entry.id)
    if (state !== 'in_force' || use === undefined) return []
    const { id, contract, column, rule, kind, ceiling, observed, of } = use
    const { publicWording, expires } = entry
    return {
      ...{ id, contract, column, rule, kind, ceiling, observed, of },
      public_wording: publicWording,
      expires,
    }
  })
}

/**
 * What the operator should know where rows are refused that an entry would have let pass:
 * `NS-001 would have covered numeric_value closed_range, but it expired on 2026-05-01`.
 */
export function coveringNotices(uses: readonly DeviationUse[]): string[] {
  return uses.flatMap(({ id, column, rule, observed, in_force: inForce, reason, state }) => {
    if (inForce || observed === 0 || reason === null) return []
    if (state === 'withdrawn' || state === 'no_such') return []
    return [`${id} would have covered ${column} ${rule}, but ${reason}`]
  })
}
