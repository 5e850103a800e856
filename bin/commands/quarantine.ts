// `quarantine list|show|export`: refused rows. Counts and positions for everybody; values leave the
// data zone only by `export`, into a file that only its owner can read.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface FilterOptions {
  readonly table?: string
  readonly rule?: string
  readonly column?: string
  readonly batch?: string
  readonly limit: number
}

interface ExportOptions extends FilterOptions {
  readonly out: string
  readonly format: 'csv' | 'raw'
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('expected a whole number above 0')
  return Number(text)
}

function addFilters(command: Command, limit: number): Command {
  return command
    .argument('[run]', 'id of the run (default: the newest)')
    .option('--table <namespace/table>', 'only rows of this table')
    .option('--rule <rule>', 'only rows under this first failing rule')
    .option('--column <column>', 'only rows whose first failing column this is ("record": none)')
    .option('--batch <batch>', 'only rows of this batch')
    .option('--limit <count>', 'at most so many rows', parseLimit, limit)
}

export function register(program: Command, context: CommandContext): void {
  const quarantine = program
    .command('quarantine')
    .summary('rows that were refused')
    .description('Rows that were refused: how many under which rule, where they stand, and why.')
  addExamples(quarantine, ['safelanding quarantine list', 'safelanding quarantine show'])
  const list = quarantine
    .command('list')
    .argument('[run]', 'id of the run (default: the newest)')
    .description('Counts of refused rows by table, column and rule.')
    .action(context.action((run: string | undefined) => listRefused(context, run)))
  addExamples(list, ['safelanding quarantine list'])
  const show = addFilters(quarantine.command('show'), 20)
    .description(
      'Refused rows one by one: file, line, column, rule, what was expected, shape. No values.',
    )
    .action(
      context.action((run: string | undefined, options: FilterOptions) =>
        showRefused(context, run, options),
      ),
    )
  addExamples(show, ['safelanding quarantine show --table core/patients --rule type --limit 5'])
  const exported = addFilters(quarantine.command('export'), 1_000_000)
    .description(
      'Writes refused rows, with their values, for the provider to correct. The file can be read ' +
        'by its owner only and must not leave the data zone.',
    )
    .requiredOption('--out <file>', 'the file to write')
    .addOption(
      new Option(
        '--format <format>',
        'csv: position, rule and record; raw: the records as they came',
      )
        .choices(['csv', 'raw'])
        .default('csv'),
    )
    .action(
      context.action((run: string | undefined, options: ExportOptions) =>
        exportRefused(context, run, options),
      ),
    )
  addExamples(exported, ['safelanding quarantine export --table core/patients --out refused.csv'])
}

async function chosen(context: CommandContext, named: string | undefined) {
  const loaded = await context.loadProject()
  const { openLake } = await import('../../lake/lake-layout.ts')
  const { chooseRun } = await import('../../pipelines/read-runs.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const lake = await openLake(loaded.project.lake)
  const run = await chooseRun(lake, named)
  if (run === null) throw new LandingError('unknown_name', `${lake.root}: no run yet`)
  return { loaded, lake, run }
}

async function listRefused(
  context: CommandContext,
  named: string | undefined,
): Promise<VerbOutcome> {
  const { output } = context
  const { lake, run } = await chosen(context, named)
  const { readOutcome } = await import('../../pipelines/read-runs.ts')
  const { textTable } = await import('../text-table.ts')
  const outcome = await readOutcome(lake, run)
  const rows: (string | number)[][] = []
  for (const [table, { rejects }] of Object.entries(outcome?.tables ?? {})) {
    for (const { column, rule, count } of rejects) {
      rows.push([table, column ?? 'record', rule, count])
      output.event('rejects', { table, column, rule, count })
    }
  }
  const total = rows.reduce((sum, row) => sum + Number(row[3]), 0)
  const { cascadeLines } = await import('../load-story.ts')
  const cascades = outcome?.cascades ?? []
  output.story(total > 0 ? `refused rows of run ${run}` : `run ${run} refused no row`)
  const header = ['table', 'column', 'rule', 'rows']
  for (const line of total > 0 ? textTable(header, rows) : []) await output.data(`${line}\n`)
  for (const cascade of cascades) output.event('cascade', { ...cascade })
  for (const line of cascadeLines(cascades)) await output.data(`${line}\n`)
  if (total > 0) output.story('one by one: safelanding quarantine show')
  return { finished: { run, rejected: total, cascades } }
}

async function showRefused(
  context: CommandContext,
  named: string | undefined,
  options: FilterOptions,
): Promise<VerbOutcome> {
  const { output } = context
  const { loaded, lake, run } = await chosen(context, named)
  const { readRefusedRecords } = await import('../../pipelines/read-quarantine.ts')
  const { explainRefused } = await import('../explain-refused.ts')
  const { lineNumbers } = await import('../../sources/csv/line-number.ts')
  await checkFilters(options, loaded, lake, run)
  const records = await readRefusedRecords(lake, run, options)
  if (records.length === 0) output.story(`run ${run} has no refused row like that`)
  const { openedInstant } = await import('../../lake/ledger.ts')
  const today = ((await openedInstant(lake, run)) ?? new Date().toISOString()).slice(0, 10)
  const planOf = planner(loaded, today)
  const lines = await lineNumbers(loaded.project.folder, records)
  for (const [index, record] of records.entries()) {
    const planned = await planOf(record.table)
    const failures = explainRefused(record, planned)
    const { table, batch, file, row, byteOffset, rules } = record
    const line = lines[index] ?? null
    output.event('reject', {
      table,
      batch,
      file,
      row,
      line,
      byte_offset: byteOffset,
      rules,
      failures,
    })
    const place = line === null ? `byte ${byteOffset}` : `line ${line}`
    await output.data(`${file} ${place} (row ${row}, ${batch})\n`)
    for (const { column, rule, expected, shape } of failures) {
      const found = shape === null ? '' : `; found the shape ${shape === '' ? '(empty)' : shape}`
      await output.data(`    ${column ?? 'record'}: ${rule}: expected ${expected}${found}\n`)
    }
  }
  const { readOutcome } = await import('../../pipelines/read-runs.ts')
  const { cascadeLines } = await import('../load-story.ts')
  // Only where child rows are among those shown: there the reader asks why.
  const shown = new Set(records.map(({ table }) => table))
  const cascades = ((await readOutcome(lake, run))?.cascades ?? []).filter((cascade) =>
    Object.keys(cascade.tables).some((table) => shown.has(table)),
  )
  for (const line of cascadeLines(cascades)) output.story(line)
  if (records.length === options.limit)
    output.story(`the first ${options.limit}; more with --limit`)
  return { finished: { run, shown: records.length, cascades } }
}

/** Refuses a rule or table that does not exist: it would find nothing, and look like good news. */
async function checkFilters(
  { rule, table }: FilterOptions,
  { catalogue }: Loaded,
  lake: LakeLayout,
  run: string,
): Promise<void> {
  const { ruleDefinitions } = await import('../../contracts/rules.ts')
  const { listWords, nearestContract } = await import('../../contracts/nearest-word.ts')
  const { quarantineFiles } = await import('../../pipelines/read-quarantine.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const check = (kind: string, name: string | undefined, names: readonly string[]): void => {
    if (name === undefined || names.includes(name)) return
    const nearest = nearestContract(name, names)
    const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
    throw new LandingError(
      'unknown_name',
      `no ${kind} "${name}"; expected ${listWords(names, 40)}${hint}`,
      { remedy: '`safelanding quarantine list` names the tables and rules of a run.' },
    )
  }
  check('rule', rule, Object.keys(ruleDefinitions))
  const tables = [...catalogue.contracts.keys(), ...quarantineFiles(lake, run).keys()]
  check('table', table, [...new Set(tables)])
}

type Loaded = Awaited<ReturnType<CommandContext['loadProject']>>

/**
 * Plans of the tables as the project maps them now, for the day of the run; null where it does not,
 * or its files are gone.
 */
function planner(loaded: Loaded, today: string) {
  const plans = new Map<string, Awaited<ReturnType<typeof plan>>>()
  const plan = async (table: string) => {
    const { planTable } = await import('../../pipelines/plan-load.ts')
    const { isLandingError } = await import('../../contracts/errors.ts')
    const mapping = loaded.project.tables.find((one) => one.table === table)
    const contract = loaded.catalogue.contracts.get(table)
    if (mapping === undefined || contract === undefined) return null
    const { judgeDeviations } = await import('../../contracts/judge-deviations.ts')
    const { deviations } = loaded.project
    const judged = judgeDeviations(deviations, loaded.catalogue.contracts, today)
    return planTable(loaded.project, mapping, contract, today, judged).catch((error: unknown) => {
      if (!isLandingError(error)) throw error
      return null
    })
  }
  return async (table: string) => {
    if (!plans.has(table)) plans.set(table, await plan(table))
    return plans.get(table) ?? null
  }
}

async function exportRefused(
  context: CommandContext,
  named: string | undefined,
  options: ExportOptions,
): Promise<VerbOutcome> {
  const { loaded, lake, run } = await chosen(context, named)
  await checkFilters(options, loaded, lake, run)
  const { readRefusedRecords } = await import('../../pipelines/read-quarantine.ts')
  const { writeFileDurably } = await import('../../lake/durable-files.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const { existsSync } = await import('node:fs')
  if (existsSync(options.out)) {
    throw new LandingError('usage', `${options.out} is there already: name another file`)
  }
  const records = await readRefusedRecords(lake, run, options)
  const chunks: Uint8Array[] = []
  const text = (part: string): void => void chunks.push(Buffer.from(part))
  if (options.format === 'csv') text('table,file,row,byte_offset,column,rule,rules,record\r\n')
  for (const record of records) {
    if (options.format === 'raw') {
      chunks.push(record.rawRecord)
      text('\n')
      continue
    }
    const { table, file, row, byteOffset, column, rule, rules } = record
    const cells = [table, file, row, byteOffset, column ?? '', rule, rules].map(csvCell)
    text(`${cells.join(',')},"`)
    chunks.push(doubledQuotes(record.rawRecord))
    text('"\r\n')
  }
  await writeFileDurably(options.out, Buffer.concat(chunks), 0o600)
  context.output.story(`${records.length} refused rows of run ${run} in ${options.out}`)
  context.output.story('the file holds values of patients: keep it in the data zone')
  return { finished: { run, rows: records.length } }
}

function csvCell(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The bytes of a record with every quote doubled; nothing else is touched, not even its encoding. */
function doubledQuotes(record: Uint8Array): Uint8Array {
  const bytes: number[] = []
  for (const byte of record) {
    if (byte === 34) bytes.push(34)
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}
