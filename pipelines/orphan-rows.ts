// Rows whose patient is not among those that stay, told apart by why: the patient's own row was refused,
// or the extract never had one. All children of a patients table are asked together, so that one cause
// can be summed over them.
import { limits } from '../config/limits.ts'
import type { RefusalReason } from '../contracts/batch-task.ts'
import type { Cascade } from '../contracts/check-outcome.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import { patientIdColumn } from '../contracts/table-contract.ts'
import { quoteText } from '../lake/open-duckdb.ts'
import type { CheckClock } from './check-clock.ts'
import {
  type CheckedTable,
  type KeyBits,
  refuseTooMany,
  runsFor,
  type SqlRunner,
  scan,
} from './checked-table.ts'
import type { NamedRows } from './named-rows.ts'
import { createRefusedPatients, type RefusedRecords } from './refused-patients.ts'
import { countKeys, countOthers, rowsOf, type WholeKey, wholeKeyOf } from './whole-keys.ts'

/** Tables with the rows of them that table checks have named so far. */
export interface NamedTable {
  readonly table: CheckedTable
  readonly named: NamedRows
}

/** A table that asks for patients, and the place of that check among its own. */
export interface ChildTable extends NamedTable {
  readonly index: number
}

export interface Orphans {
  /** Rows without a patient that no check before named, by table. */
  readonly counts: ReadonlyMap<string, number>
  readonly cascade: Cascade | null
  /** What should be known about the causes, for every child that has orphans. */
  readonly notice: string | null
}

const byPlace = '"its part" = gone.part AND "its row" = gone.row'

/** Table `gone`, patients that are refused already, and why in `gone_reasons`; true where any are. */
async function createGone(sql: SqlRunner, { table, named }: NamedTable): Promise<boolean> {
  const reasons = new Map<RefusalReason, number>()
  await sql.run('CREATE OR REPLACE TABLE gone (part UINTEGER, row UINTEGER, reason UINTEGER)')
  await sql.run(`CREATE OR REPLACE TABLE gone_reasons
    (reason UINTEGER, "column" VARCHAR, rule VARCHAR)`)
  if (table.parts.length === 0 || named.count() === 0) return false
  await sql.fill('gone', (add) => {
    named.each((part, row, reason) => {
      const number = reasons.get(reason) ?? reasons.size
      reasons.set(reason, number)
      add(part, row, number)
    })
  })
  const values = [...reasons].map(([{ rule, column }, number]) => {
    return `(${number}, ${column === null ? 'NULL' : quoteText(column)}, ${quoteText(rule)})`
  })
  await sql.run(`INSERT INTO gone_reasons VALUES ${values.join(', ')}`)
  return true
}

/** The patients that stay, as SQL to select from; null: none. */
function stayingSql(patients: CheckedTable, hasGone: boolean): string | null {
  if (patients.parts.length === 0) return null
  return hasGone ? `${scan(patients)} AS own ANTI JOIN gone ON ${byPlace}` : rowsOf(patients)
}

/** The patients that stay as bits, where their ids are such numbers. */
async function patientBits(
  sql: SqlRunner,
  patients: CheckedTable,
  staying: string | null,
): Promise<{ key: WholeKey; bits: KeyBits } | null> {
  const key = staying === null ? null : await wholeKeyOf(sql, patients, patientIdColumn)
  if (key === null || staying === null) return null
  return { key, bits: (await countKeys(sql, staying, key)).seen }
}

/** Selects `what` from the rows of a table that have none of the patients; a part of them a run. */
function* orphanQueries(
  { rowsOfRun }: SqlRunner,
  table: CheckedTable,
  patients: CheckedTable,
  staying: string | null,
  what: string,
): Generator<string> {
  const from = `SELECT ${what} FROM ${scan(table)} AS rows_of`
  if (staying === null) {
    yield from
    return
  }
  const runs = runsFor(patients.rows, rowsOfRun.patients)
  for (let run = 0; run < runs; run++) {
    const some = runs === 1 ? '' : `WHERE (hash(${patientIdColumn}) >> 20) % ${runs} = ${run}`
    yield `${from} ANTI JOIN (SELECT ${patientIdColumn} FROM ${staying} ${some}) AS known
      USING (${patientIdColumn}) ${some}`
  }
}

const isFirst = ({ rule }: RefusalReason): boolean =>
  ruleDefinitions[rule].number < ruleDefinitions.patient_exists.number

/** Adds to the table `orphans` the rows of a child whose patient does not stay; returns how many. */
async function addOrphans(
  sql: SqlRunner,
  child: number,
  { table, named }: ChildTable,
  patients: CheckedTable,
  staying: string | null,
): Promise<number> {
  // More than may be named, even if all that are named already are among them.
  const tooMany = limits.tableRefusalsMax + named.count() + 1
  const what = `${child}, "its part", "its row", ${patientIdColumn}`
  const own = `FROM orphans WHERE child = ${child}`
  for (const query of orphanQueries(sql, table, patients, staying, what)) {
    await sql.run(`INSERT INTO orphans ${query} LIMIT ${tooMany}`)
    const [row] = await sql.rows(`SELECT count(*) ${own}`)
    if (Number(row?.[0]) >= tooMany) refuseTooMany(table, tooMany)
  }
  if (named.count() > 0) {
    // A row that fails a key as well counts under the key; a copy that is dropped counts here.
    await sql.run('CREATE OR REPLACE TABLE named (part UINTEGER, row UINTEGER)')
    await sql.fill('named', (add) => {
      named.each((part, row, reason) => {
        if (isFirst(reason)) add(part, row)
      })
    })
    await sql.run(`DELETE FROM orphans USING named
      WHERE child = ${child} AND orphans.part = named.part AND orphans.row = named.row`)
    await sql.run('DROP TABLE named')
  }
  const [row] = await sql.rows(`SELECT count(*) ${own}`)
  const count = Number(row?.[0])
  refuseTooMany(table, count)
  return count
}

/** Table `orphans`: the rows of all children whose patient does not stay; returns how many of each. */
async function createOrphans(
  sql: SqlRunner,
  patients: CheckedTable,
  children: readonly ChildTable[],
  hasGone: boolean,
  clock: CheckClock,
): Promise<number[]> {
  const type = patients.columnTypes.get(patientIdColumn) ?? ''
  await sql.run(`CREATE OR REPLACE TABLE orphans (child INTEGER, part UINTEGER, row UINTEGER,
    ${patientIdColumn} ${type === 'int64' ? 'BIGINT' : 'VARCHAR'})`)
  const staying = stayingSql(patients, hasGone)
  const known = await clock.time(patients, () => patientBits(sql, patients, staying))
  const counts: number[] = []
  for (const [index, child] of children.entries()) {
    const count = await clock.time(child.table, async () => {
      if (known !== null) {
        const others = await countOthers(sql, child.table, known.key, known.bits)
        if (others === 0) return 0
        refuseTooMany(child.table, others - child.named.count())
      }
      return addOrphans(sql, index, child, patients, staying)
    })
    counts.push(count)
  }
  return counts
}

/** The cascade of a patients table from `orphans` and `refused_patients`; null where there is none. */
async function readCascade(
  sql: SqlRunner,
  patients: CheckedTable,
  children: readonly CheckedTable[],
): Promise<Cascade | null> {
  const explained = 'orphans SEMI JOIN refused_patients USING (patient_id)'
  const counts = await sql.rows(
    `SELECT child, count(*) FROM ${explained} GROUP BY child ORDER BY count(*) DESC, child`,
  )
  if (counts.length === 0) return null
  const [people] = await sql.rows(`SELECT count(DISTINCT patient_id) FROM ${explained}`)
  const rules = await sql.rows(
    `SELECT "column", rule, count(DISTINCT patient_id) FROM refused_patients
     SEMI JOIN orphans USING (patient_id)
     GROUP BY ALL ORDER BY count(DISTINCT patient_id) DESC, "column", rule`,
  )
  const tables = counts.map(([child, rows]) => {
    return [children[Number(child)]?.contract.id ?? '', Number(rows)] as const
  })
  return {
    cause: patients.contract.id,
    patients: Number(people?.[0]),
    rows: tables.reduce((total, [, rows]) => total + rows, 0),
    tables: Object.fromEntries(tables),
    rules: rules.map(([column, rule, count]) => ({
      column: column === null ? null : String(column),
      rule: String(rule) as RuleName,
      patients: Number(count),
    })),
  }
}

/** Names the rows in `orphans`, and those that a refused patient explains as such. */
async function nameOrphans(
  sql: SqlRunner,
  children: readonly ChildTable[],
  isExplained: boolean,
): Promise<void> {
  for (const [child, { named, index }] of children.entries()) {
    const reason = { rule: 'patient_exists', column: patientIdColumn } as const
    const plain = named.codeOf(reason, index)
    const explained = named.codeOf({ ...reason, patientRefused: true }, index)
    const cause = isExplained
      ? '(patient_id IN (SELECT patient_id FROM refused_patients))::UINTEGER'
      : '0::UINTEGER'
    const query = `SELECT part, row, ${cause} FROM orphans WHERE child = ${child}`
    for await (const { rowCount, columns } of sql.numbers(query)) {
      const [parts, rows, causes] = columns
      for (let i = 0; i < rowCount; i++) {
        const code = causes?.getItem(i) === 1 ? explained : plain
        named.add(parts?.getItem(i) ?? -1, rows?.getItem(i) ?? -1, code)
      }
    }
  }
}

/** Names the rows of the children whose patient does not stay, and says what refused patients explain. */
export async function nameOrphanRows(
  sql: SqlRunner,
  patients: NamedTable,
  asked: readonly ChildTable[],
  readRecords: (patients: CheckedTable) => Promise<RefusedRecords>,
  clock: CheckClock,
): Promise<Orphans> {
  const children = asked.filter(({ table }) => table.parts.length > 0)
  const { table } = patients
  const none = { counts: new Map(), cascade: null, notice: null }
  if (children.length === 0) return none
  const hasGone = await clock.time(table, () => createGone(sql, patients))
  const found = await createOrphans(sql, table, children, hasGone, clock)
  const counts = new Map(children.map((child, i) => [child.table.contract.id, found[i] ?? 0]))
  if (found.every((count) => count === 0)) return none
  return clock.time(table, async () => {
    const explained = await explainOrphans(sql, patients, children, await readRecords(table))
    await nameOrphans(sql, children, explained.cascade !== null)
    return { counts, ...explained }
  })
}

/** What is known of why the rows in `orphans` lost their patients. */
async function explainOrphans(
  sql: SqlRunner,
  { table: patients }: NamedTable,
  children: readonly ChildTable[],
  records: RefusedRecords,
): Promise<Pick<Orphans, 'cascade' | 'notice'>> {
  const total = (records.files ?? []).reduce((sum, { rows }) => sum + rows, 0)
  const { id } = patients.contract
  let unknown = records.reason
  if (total > limits.cascadeRefusalsMax) {
    unknown = `${id} has more than ${limits.cascadeRefusalsMax} refused rows`
  }
  if (records.files === null || unknown !== null) {
    const notice = `why patients are missing was not worked out: ${unknown}`
    return { cascade: null, notice }
  }
  const unreadable = await createRefusedPatients(sql, patients, records.files)
  const tables = children.map(({ table }) => table)
  const cascade = await readCascade(sql, patients, tables)
  const name = unreadable === 1 ? '1 refused row' : `${unreadable} refused rows`
  const notice =
    unreadable === 0
      ? null
      : `no patient can be read in ${name} of ${id}: what they explain is not known`
  return { cascade, notice }
}

/** Rows whose patient is not in the patients table. */
export async function countOrphans(
  sql: SqlRunner,
  table: CheckedTable,
  patients: CheckedTable,
): Promise<number> {
  if (table.parts.length === 0) return 0
  const staying = stayingSql(patients, false)
  const known = await patientBits(sql, patients, staying)
  if (known !== null) return countOthers(sql, table, known.key, known.bits)
  let count = 0
  for (const query of orphanQueries(sql, table, patients, staying, 'count(*)')) {
    const [row] = await sql.rows(query)
    count += Number(row?.[0])
  }
  return count
}
