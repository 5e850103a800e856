// The promise of every extract: what the command says it did with the rows, and every value it landed,
// are what DuckDB finds over the raw file; a second load changes nothing; the figures are in the docs.
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import {
  differences,
  expectedTable,
  openQuestions,
  type TableFacts,
} from '../../support/expected-rows.ts'
import { copyProject, type LoadedTable, loadProject } from '../../support/extract-load.ts'
import { repositoryRoot } from '../../support/paths.ts'

/** Counts by `column rule` or `column kind`; `row` stands for the whole row. */
function byName(
  counts: readonly { column: string | null; rule?: string; kind?: string; count: number }[],
): Record<string, number> {
  return Object.fromEntries(
    counts.map(({ column, rule, kind, count }) => [`${column ?? 'row'} ${rule ?? kind}`, count]),
  )
}

/** The line of docs/extracts-loaded.md that tells what became of a table, but for its reason. */
export function figureLine(project: string, table: string, loaded: LoadedTable): string {
  const refused = [...loaded.rejects]
    .sort((a, b) => b.count - a.count || `${a.column}`.localeCompare(`${b.column}`))
    .map(({ column, rule, count }) => `${column ?? 'row'} ${rule}: ${count}`)
    .join(', ')
  const counts = `${loaded.in} | ${loaded.accepted} | ${loaded.rejected}`
  return `| ${project} | ${table} | ${counts} | ${refused || 'none'} |`
}

/** The lines of a project in the docs, without the last cell, which says why. */
function toldFigures(project: string): string[] {
  const page = readFileSync(join(repositoryRoot, 'docs', 'extracts-loaded.md'), 'utf8')
  const lines = page.split('\n').filter((line) => line.startsWith(`| ${project} |`))
  return lines.map((line) => line.replace(/ [^|]*[|]$/, ''))
}

/**
 * Loads a project twice and holds every table against its facts, patients first. `extracts` is the
 * folder that the project file calls LANDING_EXTRACTS. Returns the tables of the first load.
 */
export async function expectExtract(
  name: string,
  extracts: string,
  tables: readonly TableFacts[],
  workers = 1,
): Promise<Readonly<Record<string, LoadedTable>>> {
  const project = copyProject(name)
  const questions = await openQuestions()
  try {
    const first = await loadProject(project, extracts, ['--workers', String(workers)])
    const { exit, state, snapshot, unchanged } = first
    expect({ exit, state, snapshot, unchanged }).toEqual({
      ...{ exit: 0, state: 'published', snapshot: 1, unchanged: false },
    })
    expect(Object.keys(first.tables).sort()).toEqual(tables.map(({ table }) => table).sort())
    const current = realpathSync(join(project.lake, 'current'))
    for (const facts of tables) {
      const { table } = facts
      const loaded = first.tables[table]
      if (loaded === undefined) throw new Error(`${table} was not loaded`)
      const found = {
        table,
        in: loaded.in,
        accepted: loaded.accepted,
        cascaded: loaded.cascaded,
        rejects: byName(loaded.rejects),
        coercions: byName(loaded.coercions),
      }
      expect(found).toEqual({ table, ...(await expectedTable(questions, facts)) })
      expect([table, loaded.accepted + loaded.rejected, loaded.withheld]).toEqual([
        ...[table, loaded.in, 0],
      ])
      expect({ table, ...(await differences(questions, facts, join(current, table))) }).toEqual({
        table,
        columns: facts.columns.map(({ name: column, type }) => [column, type]),
        missing: 0,
        surplus: 0,
      })
    }
    const figures = tables.flatMap(({ table }) => {
      const loaded = first.tables[table]
      return loaded === undefined ? [] : [figureLine(name, table, loaded)]
    })
    expect(toldFigures(name)).toEqual(figures)
    const again = await loadProject(project, extracts, ['--workers', String(workers)])
    expect([again.exit, again.unchanged, again.snapshot]).toEqual([0, true, 1])
    expect(readdirSync(join(project.lake, 'snapshots'))).toEqual(['000001'])
    for (const [table, { in: rowsIn, accepted, rules, batches, reused }] of Object.entries(
      again.tables,
    )) {
      const before = first.tables[table]
      expect([rowsIn, accepted, rules]).toEqual([before?.in, before?.accepted, before?.rules])
      expect([table, reused]).toEqual([table, batches])
    }
    return first.tables
  } finally {
    questions.close()
    project.remove()
  }
}
