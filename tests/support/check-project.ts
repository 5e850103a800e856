// Small projects whose contracts ask table checks, loaded in this process with one worker, or with the
// real command. Every contract column is read from the field of its name.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadProject } from '../../config/load-project.ts'
import type { LandingEvent } from '../../contracts/events.ts'
import { load } from '../../pipelines/load.ts'
import type { LoadOutcome } from '../../pipelines/load-outcome.ts'
import { Workers } from '../../pipelines/workers.ts'

export interface CheckTable {
  readonly rows?: 'one_per_patient' | 'many_per_patient'
  /** YAML of each column without its description: `day: '{type: date}'`; none: one that is absent. */
  readonly columns: Readonly<Record<string, string>>
  /** YAML of each table check. */
  readonly checks?: readonly string[]
  /** Default 0. */
  readonly ceiling?: string
  /** More keys of the table in the project file. */
  readonly more?: string
  /** The extract: the header, and a line for each row. */
  readonly lines: readonly string[]
}

/** By table, `visits` for `own/visits`, or by namespace and table. */
export type CheckTables = Readonly<Record<string, CheckTable>>

const columnsOf = ({ columns }: CheckTable): CheckTable['columns'] =>
  Object.keys(columns).length > 0 ? columns : { note: '{type: string}' }

function contractText(name: string, table: CheckTable): string {
  const columns = Object.entries(columnsOf(table)).map(([column, yaml]) => {
    return `  ${column}: ${yaml.replace(/\}$/, ', description: A column.}')}\n`
  })
  return (
    `contract: ${name}\nversion: 1.0.0\ntitle: ${name}\ndescription: A table.\n` +
    `rows: ${table.rows ?? 'many_per_patient'}\ncolumns:\n${columns.join('')}` +
    `checks: [${(table.checks ?? []).join(', ')}]\n`
  )
}

/** Writes contracts, extracts and project file. */
export function writeCheckProject(
  folder: string,
  tables: CheckTables,
  patientId: 'int' | 'string' = 'int',
): void {
  const named = Object.entries(tables).map(([short, table]) => {
    const [namespace = '', name] = short.split('/')
    return name === undefined
      ? { namespace: 'own', name: namespace, table, extract: short }
      : { namespace, name, table, extract: `${namespace}-${name}` }
  })
  const namespaces = [...new Set(named.map(({ namespace }) => `./${namespace}`))]
  let project = `backend: b\nlake: lake\ncontracts: [${namespaces.join(', ')}]\n`
  project += `patient_id: ${patientId}\ntables:\n`
  for (const { namespace, name, table, extract } of named) {
    const id = `${namespace}/${name}`
    mkdirSync(join(folder, namespace), { recursive: true })
    writeFileSync(join(folder, `${id}.yaml`), contractText(id, table))
    writeFileSync(join(folder, `${extract}.csv`), `${table.lines.join('\n')}\n`)
    const origins = Object.keys(columnsOf(table)).map((column) =>
      column in table.columns ? `${column}: ${column}` : `${column}: {absent: true}`,
    )
    const columns = ['patient_id: id', ...origins]
    project += `  ${id}:\n    source: {csv: ${extract}.csv}\n`
    project += `    columns: {${columns.join(', ')}}\n    reject_ceiling: ${table.ceiling ?? 0}\n`
    if (table.more !== undefined) project += `    ${table.more}\n`
  }
  writeFileSync(join(folder, 'safelanding.yaml'), project)
}

export interface CheckLake {
  readonly folder: string
  /** Writes the project anew and loads it into the same lake. */
  load(tables: CheckTables, only?: readonly string[]): Promise<LoadOutcome>
  /** What the last load emitted. */
  readonly events: readonly LandingEvent[]
  /** Forgets the lake. */
  empty(): void
  remove(): void
}

/** A folder with a lake of its own and one worker. */
export function openCheckLake(name: string, patientId: 'int' | 'string' = 'int'): CheckLake {
  const folder = mkdtempSync(join(tmpdir(), `safelanding-${name}-`))
  const events: LandingEvent[] = []
  let runs = 0
  return {
    folder,
    events,
    load: async (tables, only = []) => {
      writeCheckProject(folder, tables, patientId)
      const { project, catalogue, secrets } = loadProject('safelanding.yaml', {}, folder)
      events.length = 0
      runs++
      // A worker keeps the plans of its load: the next one has others.
      const workers = new Workers(1)
      const outcome = load({
        project,
        contracts: catalogue.contracts,
        secrets,
        tables: only,
        dryRun: false,
        runId: `run-${String(runs).padStart(5, '0')}`,
        workers,
        software: 'test',
        pid: process.pid,
        now: () => new Date(Date.UTC(2026, 10, 22, 0, 0, runs)),
        randomSuffix: () => '0000',
        emit: (event) => void events.push(event),
      })
      return outcome.finally(() => workers.close())
    },
    empty: () => {
      for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
