// After the last batch: control totals, table checks over the candidate snapshot, the second pass of
// the batches whose rows they refuse, and the ceilings. What leaves here may be published.
import { join } from 'node:path'
import { applyDeviations } from '../contracts/apply-deviations.ts'
import { describeCeiling, rowsBelow } from '../contracts/ceiling.ts'
import type { Cascade, CheckOutcome } from '../contracts/check-outcome.ts'
import { describeOutcome } from '../contracts/describe-outcome.ts'
import { LandingError } from '../contracts/errors.ts'
import { type CheckClock, openCheckClock } from './check-clock.ts'
import { withCheckDatabase } from './check-database.ts'
import { type CheckedTable, type PlannedCheck, patientsOf, plannedChecks } from './checked-table.ts'
import { coveringNotices, type PassedCeiling } from './deviation-uses.ts'
import { earlierRows } from './earlier-rows.ts'
import { type CheckFacts, judgeCheck } from './judge-check.ts'
import { type CommittedBatch, landAgain, type TableLanding } from './land-table.ts'
import type { TableOutcome } from './load-outcome.ts'
import { type Measurement, measureTable, needsMeasuring } from './measure-table.ts'
import type { NamedRows } from './named-rows.ts'
import type { OpenLoad } from './open-load.ts'
import type { PlannedTable } from './plan-load.ts'
import type { RefusedRecords } from './refused-patients.ts'
import { recordsOfCarried, recordsOfLanded } from './refused-records.ts'
import { findRefusedRows, mayRefuseRows, type RefusedRows } from './table-checks.ts'

export interface LandedTable {
  planned: PlannedTable
  readonly landing: TableLanding
  batches: CommittedBatch[]
  /** As they were before the checks over whole tables refused rows of them. */
  readonly firstBatches: CommittedBatch[]
  /** Entries of the register that were given up, by id: more rows used them than is allowed. */
  passed: ReadonlyMap<string, PassedCeiling>
}

/** What the checks over whole tables came to. */
export interface CheckedSnapshot {
  /** Every check of every table of the candidate snapshot, in contract order, by table. */
  readonly checks: Readonly<Record<string, readonly CheckOutcome[]>>
  readonly cascades: readonly Cascade[]
  readonly notices: readonly { readonly table: string; readonly notice: string }[]
  /** Tables that this load does not replace. */
  readonly carried: readonly string[]
  /** Milliseconds that were spent on asking, by table; and in all, with landing again what was refused. */
  readonly spentMs: ReadonlyMap<string, number>
  readonly totalMs: number
}

/**
 * Runs the table checks of the candidate snapshot: lands again what they refuse, then measures what is
 * left. A carried table with rows to refuse is carried_table_refused.
 */
export async function runTableChecks(
  open: OpenLoad,
  landed: readonly LandedTable[],
): Promise<CheckedSnapshot> {
  const carried = carriedTables(open, landed)
  const tables = [...landed.map(checkedTable), ...carried]
  const started = open.now().getTime()
  const clock = openCheckClock(open.now)
  const found = await refuseRows(open, landed, tables, clock)
  const candidate = tables.map((table) => {
    const again = landed.find(({ planned }) => planned.contract.id === table.contract.id)
    return again === undefined ? table : { ...table, ...partsOf(again) }
  })
  const checks = await judgeTables(open, candidate, found.failing, clock)
  const { cascades, notices } = found
  return {
    checks,
    cascades,
    notices,
    carried: carried.map(({ contract }) => contract.id),
    spentMs: clock.spentMs,
    totalMs: Math.max(0, open.now().getTime() - started),
  }
}

function partsOf({ batches }: LandedTable): Pick<CheckedTable, 'parts' | 'rows'> {
  return {
    parts: batches.flatMap(({ partPath }) => (partPath === null ? [] : [partPath])),
    rows: batches.reduce((total, { result }) => total + result.accepted, 0),
  }
}

function checkedTable(table: LandedTable): CheckedTable {
  const { contract, mapping, plan } = table.planned
  return {
    contract,
    checks: plannedChecks(contract),
    duplicates: mapping.duplicates,
    columnTypes: new Map(plan.parquetColumns.map(({ name, type }) => [name, type])),
    loaded: true,
    ...partsOf(table),
  }
}

/** Tables of the current snapshot that this load leaves as they are, where the project has contracts. */
function carriedTables(open: OpenLoad, landed: readonly LandedTable[]): CheckedTable[] {
  const { previous, lake, contracts } = open
  if (previous === null) return []
  const names = new Set(landed.map(({ planned }) => planned.contract.id))
  const folder = lake.snapshot(previous.manifest.snapshot)
  return Object.entries(previous.manifest.tables).flatMap(([name, { files, columns, rows }]) => {
    const contract = contracts.get(name)
    if (names.has(name) || contract === undefined) return []
    const inForce = open.deviations.filter(({ state }) => state === 'in_force')
    const effective = applyDeviations(
      contract,
      inForce.map(({ entry }) => entry),
    )
    return {
      contract,
      checks: plannedChecks(effective),
      duplicates: 'keep_identical' as const,
      parts: files.filter((file) => file.rows > 0).map(({ path }) => join(folder, path)),
      columnTypes: new Map(columns.map((column) => [column.name, column.parquet])),
      rows,
      loaded: false,
    }
  })
}

async function refuseRows(
  open: OpenLoad,
  landed: readonly LandedTable[],
  tables: readonly CheckedTable[],
  clock: CheckClock,
): Promise<RefusedRows> {
  if (!tables.some(mayRefuseRows)) {
    return { refused: new Map(), failing: new Map(), cascades: [], notices: [] }
  }
  const readRecords = async ({ contract }: CheckedTable): Promise<RefusedRecords> => {
    const own = landed.find(({ planned }) => planned.contract.id === contract.id)
    if (own !== undefined) return recordsOfLanded(own)
    const entry = open.previous?.manifest.tables[contract.id]
    if (entry === undefined) throw new Error(`${contract.id} is neither loaded nor carried`)
    return recordsOfCarried(open, contract.id, entry)
  }
  const found = await withCheckDatabase(open, (sql) => {
    return findRefusedRows(sql, tables, readRecords, clock)
  })
  refuseCarried(tables, found)
  for (const table of landed) {
    await landRefused(table, found.refused.get(table.planned.contract.id))
  }
  return found
}

/** What came of every check, `failing` being the rows that were refused under each. */
async function judgeTables(
  open: OpenLoad,
  tables: readonly CheckedTable[],
  failing: RefusedRows['failing'],
  clock: CheckClock,
): Promise<Record<string, readonly CheckOutcome[]>> {
  const measured = new Map<CheckedTable, Measurement>()
  if (tables.some(needsMeasuring)) {
    await withCheckDatabase(open, async (sql) => {
      for (const table of tables.filter(needsMeasuring)) {
        const found = await clock.time(table, () => measureTable(sql, table, tables))
        measured.set(table, found)
      }
    })
  }
  const compared = tables
    .filter(({ checks }) => checks.some(({ kind }) => kind === 'row_count_change'))
    .map(({ contract }) => contract.id)
  const earlier = await earlierRows(open.lake, open.previous, compared)
  const none = { snapshot: null, rows: null, reason: 'not asked' } as const
  const outcomes = tables.map((table) => {
    const own = measured.get(table)
    const facts: CheckFacts = {
      nulls: own?.nulls ?? new Map(),
      months: own?.months ?? new Map(),
      failing: new Map<PlannedCheck, number>([...failing, ...(own?.failing ?? [])]),
      earlier: earlier.get(table.contract.id) ?? none,
      hasPatients: patientsOf(tables, table) !== undefined,
    }
    const judged = table.checks.map((check) => judgeCheck(check, table, facts))
    return [table.contract.id, judged] as const
  })
  return Object.fromEntries(outcomes)
}

function refuseCarried(tables: readonly CheckedTable[], { refused }: RefusedRows): void {
  for (const { contract, loaded } of tables) {
    const rows = loaded ? 0 : (refused.get(contract.id)?.count() ?? 0)
    if (rows === 0) continue
    let first: string | null = null
    refused.get(contract.id)?.each((_part, _row, { rule }) => {
      first ??= rule
    })
    throw new LandingError(
      'carried_table_refused',
      `${contract.id} is not part of this load, and ${rows} of its rows no longer pass ` +
        `${first} beside the tables that are`,
      { remedy: `Load it too: add --table ${contract.id}. Nothing was published.` },
    )
  }
}

/** Lands the batches of named rows again; what was held of those rows goes with the batches. */
async function landRefused(table: LandedTable, refused: NamedRows | undefined): Promise<void> {
  let part = -1
  const again = table.batches.map((batch) => {
    if (batch.partPath !== null) part++
    const rows = batch.partPath === null ? null : (refused?.refusals(part) ?? null)
    return rows === null ? batch : landAgain(table.landing, batch, rows)
  })
  table.batches = await Promise.all(again)
}

interface CountedTable {
  readonly planned: PlannedTable
  readonly outcome: TableOutcome
}

/** Refuses publication when any row fails a constraint of severity refuse. All are named. */
export function checkRefusingRules(tables: readonly CountedTable[]): void {
  const found = tables.flatMap(({ planned, outcome }) =>
    outcome.refusing.map(({ column, rule, count }) => {
      const rows = count === 1 ? '1 row fails' : `${count} rows fail`
      const what = `${rows} ${column ?? 'record'} ${rule}`
      return `${planned.contract.id}: ${what}, whose severity is refuse`
    }),
  )
  if (found.length > 0) throw new LandingError('constraint_refuses_load', found.join('\n'))
}

function ceilingBreaches(tables: readonly CountedTable[]): string[] {
  return tables.flatMap(({ planned, outcome }) => {
    // Copies that the project asked to be dropped are counted as rejected, but are no defect.
    const counted = outcome.rejected - (outcome.rules.identical_duplicate ?? 0)
    const { rejectCeiling } = planned.mapping
    if (counted <= rowsBelow(rejectCeiling, outcome.in)) return []
    const top = outcome.rejects
      .slice(0, 3)
      .map(({ column, rule, count }) => `${column ?? 'record'} ${rule} ${count}`)
    return [
      `${planned.contract.id}: ${counted} of ${outcome.in} rows refused, ceiling ` +
        `${describeCeiling(rejectCeiling)} (${top.join(', ')})` +
        coveringNotices(outcome.deviations)
          .map((notice) => `; ${notice}`)
          .join(''),
    ]
  })
}

/** Refuses publication when a table has more refused rows than its ceiling. All tables are named. */
export function checkCeilings(tables: readonly CountedTable[]): void {
  const breaches = ceilingBreaches(tables)
  if (breaches.length > 0) throw new LandingError('reject_ceiling_breached', breaches.join('\n'))
}

const isRuleOfTable = (rule: string): boolean => rule === 'coverage' || rule === 'null_share'

/** Refuses publication for every check that refuses it; ceilings breached as well are told with them. */
export function checkVerdicts(
  { checks, carried }: CheckedSnapshot,
  tables: readonly CountedTable[],
): void {
  const refusals = Object.entries(checks).flatMap(([table, outcomes]) => {
    const besides = carried.includes(table) ? ' (not part of this load)' : ''
    return outcomes
      .filter(({ outcome }) => outcome === 'refused')
      .map((outcome) => `${table}${besides}: ${describeOutcome(outcome)}`)
  })
  if (refusals.length === 0) return
  const covering = tables.flatMap(({ planned, outcome }) =>
    coveringNotices(outcome.deviations.filter(({ rule }) => isRuleOfTable(rule))).map(
      (notice) => `${planned.contract.id}: ${notice}`,
    ),
  )
  const message = [...refusals, ...covering, ...ceilingBreaches(tables)].join('\n')
  throw new LandingError('table_check_refused', message)
}
