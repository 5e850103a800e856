// Gives up entries of the register that more rows used than their ceiling allows, and lands or checks
// their tables again in the same run: those rows are then refused under their rules, and the ceiling
// of the table decides. Each round gives up at least one entry, so it ends.
import { type JudgedDeviation, judgeDeviations } from '../contracts/judge-deviations.ts'
import { type PassedCeiling, passedCeilings, passedReason } from './deviation-uses.ts'
import { emptyFacts, type TableOutcome, tableOutcome } from './load-outcome.ts'
import type { OpenLoad } from './open-load.ts'
import { contractOf, type PlannedTable, planTable } from './plan-load.ts'
import type { LandedTable } from './settle-tables.ts'

/** Lands a planned table; `attempt` counts from 0 and keeps the files of tries apart. */
export type LandPlanned = (planned: PlannedTable, attempt: number) => Promise<LandedTable>

/** The register without the entries whose ceiling was passed. */
function judgedWithout(
  { project, contracts, today }: OpenLoad,
  passed: ReadonlyMap<string, PassedCeiling>,
): JudgedDeviation[] {
  const reasons = new Map<string, string>()
  for (const entry of project.deviations) {
    const use = passed.get(entry.id)
    if (use !== undefined) reasons.set(entry.id, passedReason(entry, use))
  }
  return judgeDeviations(project.deviations, contracts, today, reasons)
}

async function planWithout(
  open: OpenLoad,
  planned: PlannedTable,
  passed: ReadonlyMap<string, PassedCeiling>,
): Promise<PlannedTable> {
  const contract = contractOf(open.contracts, planned.contract.id)
  const judged = judgedWithout(open, passed)
  return planTable(open.project, planned.mapping, contract, open.today, judged)
}

/** Adds to `passed` what more rows used than is allowed; false: nothing. */
function notePassed(
  { run, emit }: OpenLoad,
  planned: PlannedTable,
  outcome: TableOutcome,
  passed: Map<string, PassedCeiling>,
): boolean {
  const over = passedCeilings(planned, outcome)
  for (const [id, use] of over) {
    passed.set(id, use)
    emit({ event: 'deviation:exceeded', run, table: planned.contract.id, id, ...use })
  }
  return over.size > 0
}

/** Lands a table until no entry in force is used by more rows than its ceiling allows. */
export async function landWithinCeilings(
  open: OpenLoad,
  planned: PlannedTable,
  land: LandPlanned,
): Promise<LandedTable> {
  const passed = new Map<string, PassedCeiling>()
  let table = await land(planned, 0)
  for (let attempt = 1; ; attempt++) {
    const outcome = tableOutcome(table.batches, emptyFacts)
    if (!notePassed(open, table.planned, outcome, passed)) return { ...table, passed }
    table = await land(await planWithout(open, planned, passed), attempt)
  }
}

/**
 * After the checks over whole tables: gives up entries about keys that more rows share than their
 * ceiling allows. True: the checks have to be run again, over the batches as they first landed;
 * whatever they refused before they will refuse again, for a stricter key only refuses more.
 */
export async function giveUpKeys(
  open: OpenLoad,
  landed: readonly LandedTable[],
  outcomes: Readonly<Record<string, TableOutcome>>,
): Promise<boolean> {
  let isGivenUp = false
  for (const table of landed) {
    const outcome = outcomes[table.planned.contract.id]
    const passed = new Map(table.passed)
    if (outcome === undefined || !notePassed(open, table.planned, outcome, passed)) continue
    // The rows land as before: a key is no matter of the plan of rows, only of the checks.
    table.planned = await planWithout(open, table.planned, passed)
    table.passed = passed
    isGivenUp = true
  }
  if (isGivenUp) for (const table of landed) table.batches = table.firstBatches
  return isGivenUp
}
