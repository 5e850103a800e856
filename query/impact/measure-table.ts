// Counts, with DuckDB, the published rows that fail each condition: rows by row conditions first,
// then keys and patients among the rows that are left, as a load does. Counts only; no value leaves.
import type { TableCheck } from '../../contracts/table-contract.ts'
import { patientIdColumn, type Severity } from '../../contracts/table-contract.ts'
import { quoteIdentifier } from '../../lake/open-duckdb.ts'
import type { RowCondition, TableConditions } from './table-conditions.ts'

export interface RuleImpact {
  readonly column: string | null
  readonly rule: string
  readonly severity: Severity
  /** Published rows that fail it. */
  readonly rows: number
}

export interface CheckImpact {
  readonly check: string
  readonly severity: Severity
  /** What was found, in counts, months and shares. */
  readonly found: string
}

export interface TableMeasure {
  readonly rules: readonly RuleImpact[]
  /** Checks of the whole table that do not hold. */
  readonly checks: readonly CheckImpact[]
  /** Rows that would be left out: each once. */
  readonly rejected: number
}

export interface MeasuredTable {
  /** SQL name of the published table, and of the patients of its namespace; null: none. */
  readonly table: string
  readonly patients: string | null
  /** Rows of the load before; null: there is none. */
  readonly rowsBefore: number | null
  /** Copies of a row are dropped but for one, and do not count against the ceiling. */
  readonly keepsIdentical: boolean
}

export type QueryRows = (sql: string) => Promise<unknown[][]>

const isRejecting = (severity: Severity): boolean => severity === 'reject' || severity === 'refuse'

const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : conditions.map((sql) => `(${sql})`).join(' OR ')

/** Names of our own have a space, which names of columns have not. */
const flagName = (kind: string, index: number): string => quoteIdentifier(`${kind} ${index}`)

function keySql(conditions: TableConditions, index: number, { keepsIdentical }: MeasuredTable) {
  const columns = (conditions.keys[index]?.columns ?? []).map(quoteIdentifier)
  const given = columns.map((column) => `${column} IS NOT NULL`).join(' AND ')
  const counted = keepsIdentical ? '"is left" AND "its copy" = 1' : '"is left"'
  const others = `count(*) FILTER (${counted}) OVER (PARTITION BY ${columns.join(', ')})`
  return `${counted} AND ${given} AND ${others} > 1`
}

/** Row conditions, then keys and patients among the rows that are left. */
function flagsSql(conditions: TableConditions, measured: MeasuredTable): string {
  const { select, rows, keys, checks } = conditions
  const left = rows.filter(({ severity }) => isRejecting(severity)).map(({ sql }) => sql)
  const rowFlags = rows.map(({ sql }, index) => `${sql} AS ${flagName('row', index)}`)
  const names = select.map((one) => one.slice(one.lastIndexOf(' AS ') + 1).replace(/^AS /, ''))
  const copy = `row_number() OVER (PARTITION BY "is left", ${names.join(', ')})`
  const isCopied = measured.keepsIdentical && keys.length > 0
  const keyFlags = keys.map((_, index) => {
    return `coalesce(${keySql(conditions, index, measured)}, false) AS ${flagName('key', index)}`
  })
  const id = quoteIdentifier(patientIdColumn)
  const asksPatients = checks.some(({ kind }) => kind === 'patient_exists')
  const orphan =
    asksPatients && measured.patients !== null
      ? `"is left" AND ${id} NOT IN (SELECT ${id} FROM ${measured.patients})`
      : 'false'
  return `WITH published AS (SELECT ${select.join(', ')} FROM ${measured.table}),
    judged AS (SELECT *, ${[...rowFlags, `NOT (${anyOf(left)}) AS "is left"`].join(', ')}
      FROM published),
    numbered AS (SELECT *${isCopied ? `, ${copy} AS "its copy"` : ''} FROM judged)
    SELECT *, ${[...keyFlags, `${orphan} AS "is orphan"`].join(', ')} FROM numbered`
}

const countIf = (sql: string): string => `count(*) FILTER (${sql})`

/** Counts what fails; `conditions` without any are counted as none. */
export async function measureTable(
  query: QueryRows,
  conditions: TableConditions,
  measured: MeasuredTable,
): Promise<TableMeasure> {
  const { rows, keys, checks } = conditions
  const patientCheck = checks.find(({ kind }) => kind === 'patient_exists')
  const patientSeverity = patientCheck?.severity ?? 'reject'
  const gone = [
    'NOT "is left"',
    ...keys.flatMap(({ severity }, index) =>
      isRejecting(severity) ? [flagName('key', index)] : [],
    ),
    ...(isRejecting(patientSeverity) ? ['"is orphan"'] : []),
  ]
  const counts = [
    ...rows.map((_, index) => countIf(flagName('row', index))),
    ...keys.map((_, index) => countIf(flagName('key', index))),
    countIf('"is orphan"'),
    countIf(anyOf(gone)),
  ]
  // Checks of the whole table see what row conditions and keys leave.
  const flags = flagsSql(conditions, measured)
  const [found = []] = await query(`SELECT ${counts.join(', ')} FROM (${flags})`)
  const left = `(SELECT * FROM (${flags}) WHERE NOT (${anyOf(gone)}))`
  const numbers = found.map(Number)
  const rejected = numbers.at(-1) ?? 0
  const rules: RuleImpact[] = [...rows, ...keys].map(({ column, rule, severity }, index) => ({
    ...{ column, rule, severity },
    rows: numbers[index] ?? 0,
  }))
  if (patientCheck !== undefined) {
    const own = { column: patientIdColumn, rule: 'patient_exists', severity: patientSeverity }
    rules.push({ ...own, rows: numbers.at(-2) ?? 0 })
  }
  return {
    rules: rules.filter((one) => one.rows > 0),
    checks: await measureChecks(query, conditions, measured, left),
    rejected,
  }
}

async function measureChecks(
  query: QueryRows,
  conditions: TableConditions,
  measured: MeasuredTable,
  source: string,
): Promise<CheckImpact[]> {
  const broken: CheckImpact[] = []
  for (const check of conditions.checks) {
    const found = await checkFinding(query, check, source, { ...measured, conditions })
    const severity = check.severity ?? 'refuse'
    const name = 'column' in check ? `${check.kind} ${check.column}` : check.kind
    if (found !== null) broken.push({ check: name, severity, found })
  }
  return broken
}

interface CheckContext extends MeasuredTable {
  readonly conditions: TableConditions
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(4))}%`

/** What a check of the whole table found that breaks it; null: it holds, or is one of rows. */
async function checkFinding(
  query: QueryRows,
  check: TableCheck,
  source: string,
  context: CheckContext,
): Promise<string | null> {
  if (check.kind === 'null_share') return await nullShare(query, check, source, context)
  if (check.kind === 'coverage') return await coverage(query, check, source)
  if (check.kind !== 'row_count_change') return null
  const { rowsBefore } = context
  if (rowsBefore === null || rowsBefore === 0) return null
  const [[count] = []] = await query(`SELECT count(*) FROM ${source}`)
  const rows = Number(count)
  const change = (rows - rowsBefore) / rowsBefore
  const isBroken =
    (check.increase !== null && change > check.increase) ||
    (check.decrease !== null && -change > check.decrease)
  return isBroken ? `${rows} rows after ${rowsBefore}` : null
}

async function nullShare(
  query: QueryRows,
  check: TableCheck & { kind: 'null_share' },
  source: string,
  { conditions }: CheckContext,
): Promise<string | null> {
  const column = quoteIdentifier(check.column)
  // What a rule of severity null takes away counts as missing, too.
  const taken = conditions.rows
    .filter((one: RowCondition) => one.severity === 'null' && one.column === check.column)
    .map(({ sql }) => sql)
  const missing = countIf(anyOf([`${column} IS NULL`, ...taken]))
  const [[count, rows] = []] = await query(`SELECT ${missing}, count(*) FROM ${source}`)
  const share = Number(rows) === 0 ? 0 : Number(count) / Number(rows)
  return share > check.max ? `${percent(share)} of ${rows} rows` : null
}

async function coverage(
  query: QueryRows,
  check: TableCheck & { kind: 'coverage' },
  source: string,
): Promise<string | null> {
  const column = quoteIdentifier(check.column)
  const first = `DATE '${check.first}-01'`
  const last =
    check.last === null
      ? `SELECT coalesce(max(month), ${first}) AS last FROM months`
      : `SELECT DATE '${check.last}-01' AS last`
  const months = `SELECT DISTINCT date_trunc('month', ${column})::DATE AS month
    FROM ${source} WHERE ${column} IS NOT NULL`
  const sql = `WITH months AS (${months}),
    bounds AS (${last}),
    wanted AS (SELECT unnest(generate_series(${first}, last, INTERVAL 1 MONTH))::DATE AS month
      FROM bounds)
    SELECT count(*), strftime(min(month), '%Y-%m') FROM wanted ANTI JOIN months USING (month)`
  const [[count, start] = []] = await query(sql)
  return Number(count) > 0 ? `${count} months without a row, the first ${start}` : null
}
