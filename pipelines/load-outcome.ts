// What a load came to: the counts that every summary prints, in one shape for people (text), machines
// (`--json`), summary.json and the ledger. Counts, names and positions only.
import assert from 'node:assert'
import type { BatchResult, CoercionCount, RuleCount } from '../contracts/batch-task.ts'
import type { Cascade, CheckOutcome } from '../contracts/check-outcome.ts'
import { checkName } from '../contracts/describe-outcome.ts'
import type { DeviationUse } from '../contracts/deviation-use.ts'
import type { LandingError } from '../contracts/errors.ts'
import type { RuleName } from '../contracts/rules.ts'
import type { RunState } from '../contracts/run-state.ts'
import type { CommittedBatch } from './land-table.ts'

export interface TableOutcome {
  readonly in: number
  readonly accepted: number
  readonly rejected: number
  readonly withheld: number
  /** Refused rows by first failing rule. */
  readonly rules: Readonly<Partial<Record<RuleName, number>>>
  /** The same by column and rule, most frequent first. */
  readonly rejects: readonly RuleCount[]
  /** Accepted rows that fail a constraint of severity warn, by column and rule. */
  readonly warnings: readonly RuleCount[]
  /** Values of accepted rows that a constraint of severity null made null. */
  readonly nulled: readonly RuleCount[]
  /** Refused rows that fail a constraint of severity refuse: any of them refuses the load. */
  readonly refusing: readonly RuleCount[]
  /** Of the rows refused under patient_exists: those whose patient's own row was refused. */
  readonly cascaded: number
  readonly coercions: readonly CoercionCount[]
  readonly files: number
  readonly bytes: number
  readonly batches: number
  /** Batches whose outcome an earlier run had in its ledger. */
  readonly reused: number
  readonly blank_lines: number
  readonly bytes_lost: number
  readonly parquet_bytes: number
  readonly absent_columns: readonly string[]
  /** What came of the table checks; none where the load ended before them. */
  readonly checks: readonly CheckOutcome[]
  readonly checks_not_run: readonly { readonly check: string; readonly reason: string }[]
  /** Entries of the register about the table, and how many rows used each. */
  readonly deviations: readonly DeviationUse[]
  /** What the operator should know although nothing was refused for it. */
  readonly notices: readonly string[]
}

/** Where the time of a load went, in milliseconds. */
export interface LoadTiming {
  readonly elapsed_ms: number
  /** All that checks over whole tables took, with landing again what they refused. */
  readonly table_checks_ms: number
  /** Of that the asking, by table. */
  readonly table_checks: Readonly<Record<string, number>>
}

export const noTiming: LoadTiming = { elapsed_ms: 0, table_checks_ms: 0, table_checks: {} }

/** What was counted of a load, as far as it came. */
export interface LoadCounts {
  readonly tables: Readonly<Record<string, TableOutcome>>
  /** Rows refused because of refused patients, by patients table. */
  readonly cascades: readonly Cascade[]
  /** Table checks of tables that the load did not replace. */
  readonly carried_checks: Readonly<Record<string, readonly CheckOutcome[]>>
  readonly timing: LoadTiming
}

export interface LoadOutcome extends LoadCounts {
  readonly run: string
  readonly state: RunState
  /** The snapshot that is current afterwards; null where none is. */
  readonly snapshot: number | null
  /** True when nothing differed from the current snapshot, and so nothing was published. */
  readonly unchanged: boolean
  readonly dryRun: boolean
  /** What failed behind the commit, and so could not undo it. */
  readonly warnings: readonly string[]
  /** Why the run did not publish; null for success. */
  readonly error: LandingError | null
}

/** What counting needs to know of a committed batch. */
export interface CountedBatch extends Pick<CommittedBatch, 'result' | 'reusedFrom'> {
  readonly file: Pick<CommittedBatch['file'], 'name' | 'bytes' | 'blankLines'>
}

export interface TableFacts {
  readonly absentColumns: readonly string[]
  readonly checks: readonly CheckOutcome[]
  readonly cascaded: number
  readonly notices: readonly string[]
}

/** For counts that are not the last word. */
export const emptyFacts: TableFacts = {
  absentColumns: [],
  checks: [],
  cascaded: 0,
  notices: [],
}

/** Adds up the committed batches of a table; asserts that every row is accounted for. */
export function tableOutcome(batches: readonly CountedBatch[], facts: TableFacts): TableOutcome {
  const sum = (of: (batch: CountedBatch) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0)
  const rejects = mergeCounts(batches, ({ rules }) => rules)
  const rules: Partial<Record<RuleName, number>> = {}
  for (const { rule, count } of rejects) rules[rule] = (rules[rule] ?? 0) + count
  const files = new Set(batches.map(({ file }) => file))
  const outcome: TableOutcome = {
    in: sum(({ result }) => result.rowsIn),
    accepted: sum(({ result }) => result.accepted),
    rejected: sum(({ result }) => result.rejected),
    withheld: sum(({ result }) => result.withheld),
    rules,
    rejects,
    warnings: [...mergeCounts(batches, ({ warnings }) => warnings), ...checkWarnings(facts.checks)],
    nulled: mergeCounts(batches, ({ nulled }) => nulled),
    refusing: mergeCounts(batches, ({ refusing }) => refusing),
    cascaded: facts.cascaded,
    coercions: mergeCoercions(batches),
    files: files.size,
    bytes: [...files].reduce((total, file) => total + file.bytes, 0),
    batches: batches.length,
    reused: batches.filter(({ reusedFrom }) => reusedFrom !== null).length,
    blank_lines:
      sum(({ result }) => result.slice.blankLines) +
      [...files].reduce((total, file) => total + file.blankLines, 0),
    bytes_lost: sum(({ result }) => result.slice.bytesLost),
    parquet_bytes: sum(({ result }) => result.part?.bytes ?? 0),
    absent_columns: facts.absentColumns,
    checks: facts.checks,
    checks_not_run: checksNotRun(facts.checks),
    deviations: [],
    notices: facts.notices,
  }
  const { accepted, rejected, withheld } = outcome
  assert.strictEqual(outcome.in, accepted + rejected + withheld, 'every row is accounted for')
  const counted = rejects.reduce((total, { count }) => total + count, 0)
  assert.strictEqual(counted, rejected, 'every refused row has one first failing rule')
  return outcome
}

/** Checks that could not be asked, each with the reason. */
export function checksNotRun(
  checks: readonly CheckOutcome[],
): { readonly check: string; readonly reason: string }[] {
  return checks.flatMap((check) =>
    check.reason === null ? [] : [{ check: checkName(check), reason: check.reason }],
  )
}

/** Rows that fail a table check of severity warn. */
function checkWarnings(checks: readonly CheckOutcome[]): RuleCount[] {
  return checks.flatMap(({ kind, columns, outcome, observed }) => {
    if (outcome !== 'warned' || observed?.kind !== 'rows') return []
    const column = columns.length === 1 ? (columns[0] ?? null) : null
    return [{ column, rule: kind as RuleName, count: observed.rows }]
  })
}

function mergeCounts(
  batches: readonly CountedBatch[],
  countsOf: (result: BatchResult) => readonly RuleCount[],
): RuleCount[] {
  const merged = new Map<string, RuleCount>()
  for (const { result } of batches) {
    for (const { column, rule, count } of countsOf(result)) {
      if (count === 0) continue
      const key = `${column ?? ''} ${rule}`
      merged.set(key, { column, rule, count: (merged.get(key)?.count ?? 0) + count })
    }
  }
  return [...merged.values()].sort((a, b) => b.count - a.count)
}

function mergeCoercions(batches: readonly CountedBatch[]): CoercionCount[] {
  const merged = new Map<string, CoercionCount>()
  for (const { result } of batches) {
    for (const { column, kind, count } of result.coercions) {
      if (count === 0) continue
      const key = `${column} ${kind}`
      merged.set(key, { column, kind, count: (merged.get(key)?.count ?? 0) + count })
    }
  }
  return [...merged.values()]
}

/** An outcome as a summary holds it; those written before there were severities count nothing. */
export function summarisedOutcome(summary: unknown): LoadOutcome | null {
  const outcome = summary as LoadOutcome | null
  if (outcome === null) return null
  const none = { warnings: [], nulled: [], refusing: [], cascaded: 0, checks: [], deviations: [] }
  const tables = Object.entries(outcome.tables).map(([name, table]) => [
    name,
    { ...none, ...table },
  ])
  const besides = { cascades: [], carried_checks: {}, timing: noTiming }
  return { ...besides, ...outcome, tables: Object.fromEntries(tables) }
}
