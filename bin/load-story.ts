// How a load is told to a person: what came in, what landed, what was refused and why, where the files
// are, what to type next. Pure text from an outcome; counts and names only, never a value.
import { relative } from 'node:path'
import type { Cascade, CheckOutcome } from '../contracts/check-outcome.ts'
import { describeCascade, describeOutcome } from '../contracts/describe-outcome.ts'
import { countedRule } from '../contracts/deviation.ts'
import type { Project } from '../contracts/extract.ts'
import type { LoadOutcome, TableOutcome } from '../pipelines/load-outcome.ts'

/** 1234567 → `1,234,567`. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** 1234567 → `1.2 MB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = bytes / 1_000
  let unit = 0
  while (size >= 999.95 && unit < units.length - 1) {
    size /= 1_000
    unit++
  }
  return `${size.toFixed(1)} ${units[unit]}`
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${thousands(count)} ${count === 1 ? one : many}`

/** `a, b, c`, or `a, b, … z (15 columns)` where there are many. */
export function shortList(names: readonly string[]): string {
  if (names.length <= 5) return names.join(', ')
  return `${names.slice(0, 2).join(', ')}, … ${names.at(-1)} (${names.length} columns)`
}

/** What came of the checks that name no rows; where rows fail, their counts tell it. */
export function checkLines(checks: readonly CheckOutcome[]): string[] {
  const words = { passed: 'checked', rejected: 'failed ', warned: 'warning', refused: 'failed ' }
  return checks.flatMap((check) => {
    const { outcome, observed } = check
    if (observed === null || outcome === 'not_run') return []
    if (observed.kind === 'rows' && outcome !== 'refused') return []
    return `${words[outcome]} ${describeOutcome(check)}`
  })
}

/** Why child rows were refused, a line for each table of patients. */
export function cascadeLines(cascades: readonly Cascade[]): string[] {
  return cascades.map((cascade) => `${cascade.cause}: ${describeCascade(cascade)}`)
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

/** What checks over whole tables took, where somebody waited for it. */
function timingLines({ timing }: LoadOutcome): string[] {
  const { elapsed_ms: elapsed, table_checks_ms: checks, table_checks: asked } = timing
  if (checks < 1_000) return []
  const slowest = Object.entries(asked)
    .filter(([, ms]) => ms >= 1_000)
    .sort(([, left], [, right]) => right - left)
    .map(([table, ms]) => `${table} ${seconds(ms)}`)
  const named = slowest.length === 0 ? '' : ` (${slowest.slice(0, 5).join(', ')})`
  return [`table checks ${seconds(checks)} of ${seconds(elapsed)}${named}`]
}

/** Checks that warn of tables that the load left as they are. */
function carriedLines(outcome: LoadOutcome): string[] {
  return Object.entries(outcome.carried_checks).flatMap(([table, checks]) => {
    const warned = checks.filter((check) => check.outcome === 'warned')
    return warned.map(
      (check) => `${table} is not part of this load; warning ${describeOutcome(check)}`,
    )
  })
}

/** The lines of one table: counts first, then why rows were refused, then what was changed. */
export function tableLines(name: string, outcome: TableOutcome, nameWidth: number): string[] {
  const { accepted, rejected, withheld } = outcome
  const columns = [
    `${thousands(outcome.in).padStart(11)} in`,
    `${thousands(accepted).padStart(11)} accepted`,
    `${thousands(rejected).padStart(9)} rejected`,
    `${thousands(withheld).padStart(7)} withheld`,
  ]
  const reused = outcome.reused > 0 ? `, ${thousands(outcome.reused)} taken over` : ''
  const work = `${plural(outcome.files, 'file')}, ${plural(outcome.batches, 'batch', 'batches')}`
  const lines = [`${name.padEnd(nameWidth)} ${columns.join(' ')}   ${work}${reused}`]
  for (const { column, rule, count } of outcome.rejects) {
    lines.push(`    refused ${thousands(count).padStart(9)}  ${column ?? 'record'}: ${rule}`)
  }
  if (outcome.cascaded > 0) {
    lines.push(`    of them ${thousands(outcome.cascaded).padStart(9)}  their patient was refused`)
  }
  for (const { column, rule, count } of outcome.nulled) {
    lines.push(`    nulled  ${thousands(count).padStart(9)}  ${column ?? 'record'}: ${rule}`)
  }
  const inForce = outcome.deviations.filter((use) => use.in_force)
  for (const { id, column, rule, observed, ceiling } of inForce) {
    const bound = ceiling === null ? '' : `, ceiling ${ceiling}`
    lines.push(`    permits ${thousands(observed).padStart(9)}  ${column}: ${rule} (${id}${bound})`)
  }
  for (const { column, rule, count } of outcome.warnings) {
    // What an entry permits is told above.
    if (inForce.some((use) => use.column === column && countedRule(use) === rule)) continue
    lines.push(`    warned  ${thousands(count).padStart(9)}  ${column ?? 'record'}: ${rule}`)
  }
  for (const { column, kind, count } of outcome.coercions) {
    lines.push(`    changed ${thousands(count).padStart(9)}  ${column}: ${kind}`)
  }
  if (outcome.blank_lines > 0)
    lines.push(`    skipped ${plural(outcome.blank_lines, 'blank line')}`)
  if (outcome.bytes_lost > 0) {
    lines.push(
      `    lost    ${plural(outcome.bytes_lost, 'byte')} to records that could not be read`,
    )
  }
  if (outcome.absent_columns.length > 0) {
    const absent = shortList(outcome.absent_columns)
    lines.push(`    absent  not in the extract, null in every row: ${absent}`)
  }
  for (const { check, reason } of outcome.checks_not_run) {
    lines.push(`    notice  ${check} was not checked: ${reason}`)
  }
  lines.push(...checkLines(outcome.checks).map((line) => `    ${line}`))
  for (const notice of outcome.notices) lines.push(`    notice  ${notice}`)
  return lines
}

/** ` --project FILE` where the project is not the one that a command finds by itself. */
function projectOption(file: string): string {
  const shown = relative(process.cwd(), file)
  return shown === 'safelanding.yaml' ? '' : ` --project ${shown}`
}

/** The whole story of a load, as lines. */
export function loadStory(outcome: LoadOutcome, project: Project): string[] {
  const tables = Object.entries(outcome.tables)
  const nameWidth = Math.max(0, ...tables.map(([name]) => name.length))
  const lines = outcome.unchanged
    ? []
    : tables.flatMap(([name, table]) => tableLines(name, table, nameWidth))
  if (!outcome.unchanged) {
    lines.push(...cascadeLines(outcome.cascades), ...carriedLines(outcome))
    lines.push(...timingLines(outcome))
  }
  if (lines.length > 0) lines.push('')
  const lake = relative(process.cwd(), project.lake) || '.'
  const rejected = tables.reduce((sum, [, table]) => sum + table.rejected, 0)
  if (outcome.error === null) {
    if (outcome.dryRun) lines.push('dry run: every row was checked, nothing was published')
    else if (outcome.unchanged) {
      lines.push(`nothing changed since snapshot ${outcome.snapshot}: nothing was published`)
    } else {
      lines.push(`published snapshot ${outcome.snapshot} (run ${outcome.run})`)
      const [first] = tables
      if (first !== undefined)
        lines.push(`files: ${lake}/current/${first[0]}/*.parquet and beside it`)
    }
  }
  if (rejected > 0 && !outcome.unchanged) {
    const named = projectOption(project.file)
    lines.push(`refused rows: safelanding${named} quarantine list ${outcome.run}`)
  }
  return lines
}
