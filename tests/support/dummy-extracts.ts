// Dummy extracts as a provider makes and loads them: the command, a load, and what the load says of
// each row beside what the answer key says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RowAnswer, TableAnswer } from '../../contracts/dummy/answer-key.ts'
import { repositoryRoot } from './paths.ts'
import { load, type ProductRun, product } from './product.ts'
import { runHere } from './run-command.ts'

export const madeContracts: string = join(repositoryRoot, 'tests', 'fixtures', 'dummy', 'made')

export interface DummyWish {
  readonly tables: string
  readonly seed: number
  readonly patients: number
  /** As `--defects` takes it; absent: none. */
  readonly defects?: string
}

/** Writes extracts into a folder; fails with what the command said. */
export async function writeDummy(folder: string, wish: DummyWish): Promise<void> {
  const { tables, seed, patients, defects } = wish
  const words = ['-q', 'contracts', 'dummy', '--tables', tables, '--out', folder]
  words.push('--seed', String(seed), '--patients', String(patients))
  if (defects !== undefined) words.push('--defects', defects)
  const { exit, stderr } = await runHere(words, repositoryRoot)
  if (exit !== 0) throw new Error(`contracts dummy ended with ${exit}: ${stderr}`)
}

/** Loads what was written; fails with what the command said where it published nothing. */
export async function loadDummy(folder: string): Promise<ProductRun> {
  const run = await load(folder)
  if (run.code !== 0) throw new Error(`load ended with ${run.code}: ${run.stdout}${run.stderr}`)
  return run
}

/** The answer key by table. */
export const answersOf = (folder: string): Record<string, TableAnswer> =>
  JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')).answers

/** A refused row as one line: `core/patients 12 sex categorical [categorical,date_after]`. */
const rowLine = (table: string, row: number, first: string, rules: string): string =>
  `${table} ${row} ${first} [${rules}]`

/** The rows of the answer key. */
export function expectedRows(folder: string): string[] {
  return readFileSync(join(folder, 'answers.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RowAnswer)
    .map(({ table, row, column, rule, rules }) =>
      rowLine(table, row, `${column ?? 'record'} ${rule}`, rules.join(',')),
    )
    .sort()
}

/** The rows that the load refused, as `quarantine show` tells them. */
export async function refusedRows(folder: string): Promise<string[]> {
  const words = ['--json', 'quarantine', 'show', '--limit', '10000000']
  const { events } = await product(folder, words)
  return events
    .filter(({ event }) => event === 'reject')
    .map(({ table, row, rules, failures }) => {
      const [first] = failures as [{ column: string | null; rule: string }]
      const text = Array.isArray(rules) ? rules.join(',') : String(rules)
      return rowLine(String(table), Number(row), `${first.column ?? 'record'} ${first.rule}`, text)
    })
    .sort()
}
