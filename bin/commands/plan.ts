// `plan`: what a load would do. Reads the heads of the files and writes nothing.
import type { Command } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface PlanOptions {
  readonly table?: readonly string[]
}

export function register(program: Command, context: CommandContext): void {
  const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]
  const command = program
    .command('plan')
    .summary('what a load would do')
    .description(
      'Prints the tables, files, batches and bytes of a load, what it would replace, and which ' +
        'deviations are in force.',
    )
    .option('--table <namespace/table>', 'only this table (repeatable)', collect)
    .action(context.action((options: PlanOptions) => runPlan(context, options)))
  addExamples(command, ['safelanding plan', 'safelanding plan --table core/patients --json'])
}

async function runPlan(context: CommandContext, options: PlanOptions): Promise<VerbOutcome> {
  const { output } = context
  const { project, catalogue } = await context.loadProject()
  const { contractOf, dayOf, planTable, selectTables } = await import(
    '../../pipelines/plan-load.ts'
  )
  const { describeCeiling } = await import('../../contracts/ceiling.ts')
  const { byteSize, shortList, thousands } = await import('../load-story.ts')
  const { textTable } = await import('../text-table.ts')
  const { deviationsAt } = await import('../../pipelines/deviations-today.ts')
  const { deviationFields, deviationLine } = await import('../deviation-lines.ts')
  const now = new Date()
  const today = dayOf(now)
  const judged = deviationsAt(project, catalogue.contracts, now)
  const published = await publishedTables(project.lake)
  const tables: Record<string, unknown> = {}
  const rows: (string | number)[][] = []
  const notes: string[] = []
  for (const mapping of selectTables(project, options.table ?? [])) {
    const contract = contractOf(catalogue.contracts, mapping.table)
    const planned = await planTable(project, mapping, contract, today, judged)
    const bytes = planned.files.reduce((total, { file }) => total + file.bytes, 0)
    const batches = planned.files.reduce((total, { slices }) => total + slices.length, 0)
    const replaces = published.tables.get(mapping.table) ?? null
    const ceiling = describeCeiling(mapping.rejectCeiling)
    tables[mapping.table] = {
      contract_version: contract.version,
      files: planned.files.map(({ file }) => file.name),
      bytes,
      batches,
      reject_ceiling: ceiling,
      replaces_rows: replaces,
      absent_columns: planned.absentColumns,
      deviations: planned.deviations.map(deviationFields),
    }
    rows.push([
      mapping.table,
      contract.version,
      String(planned.files.length),
      byteSize(bytes),
      String(batches),
      ceiling,
      replaces === null ? 'new' : `${thousands(replaces)} rows`,
    ])
    if (planned.absentColumns.length > 0) {
      notes.push(`${mapping.table}: null in every row: ${shortList(planned.absentColumns)}`)
    }
    for (const deviation of planned.deviations) {
      notes.push(`${mapping.table}: ${deviationLine(deviation)}`)
    }
    for (const names of planned.duplicates) {
      notes.push(`${mapping.table}: ${names.join(', ')} have the same content`)
    }
    output.event('table', { table: mapping.table, ...(tables[mapping.table] as object) })
  }
  const header = ['table', 'contract', 'files', 'bytes', 'batches', 'reject ceiling', 'replaces']
  for (const line of textTable(header, rows)) await output.data(`${line}\n`)
  for (const note of notes) output.story(`notice: ${note}`)
  const next = (published.snapshot ?? 0) + 1
  output.story(`a load would publish all of this at once as snapshot ${next}`)
  return { finished: { next_snapshot: next, tables } }
}

async function publishedTables(
  root: string,
): Promise<{ snapshot: number | null; tables: Map<string, number> }> {
  const { lakeLayout } = await import('../../lake/lake-layout.ts')
  const { existsSync } = await import('node:fs')
  const lake = lakeLayout(root)
  if (!existsSync(lake.format)) return { snapshot: null, tables: new Map() }
  const { openLake } = await import('../../lake/lake-layout.ts')
  const { currentSnapshot } = await import('../../lake/manifest.ts')
  const current = await currentSnapshot(await openLake(root))
  if (current === null) return { snapshot: null, tables: new Map() }
  const tables = Object.entries(current.manifest.tables)
  return {
    snapshot: current.manifest.snapshot,
    tables: new Map(tables.map(([name, { rows }]) => [name, rows])),
  }
}
