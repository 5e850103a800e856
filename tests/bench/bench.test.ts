// The benchmark in smoke size: every case lands the same rows, value for value, as DuckDB does with the
// same checks, and keeps as many refused ones; and the comparison finds what is not so. Times are never
// asserted. BENCH=1 runs more rows and all peers, and prints the table.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { benchCases } from './bench-cases.ts'
import { type Contender, duckdb, duckdbPartition, peers } from './contenders.ts'
import { dirtyRules } from './data/dirty-rows.ts'
import type { Measured } from './measure-process.ts'
import type { DuckdbPlan } from './peers/duckdb-sql.ts'
import { runDuckdb } from './peers/run-duckdb.ts'
import { runCase } from './run-case.ts'

const isLarge = process.env['BENCH'] === '1'
const rows = isLarge ? 1_000_000 : 1_000
const folder = mkdtempSync(join(tmpdir(), 'safelanding-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const untimed: Measured = {
  ...{ seconds: 1, cpuSeconds: 1, peakBytes: 1, exit: 0, stdout: '', stderr: '' },
}

async function runHere(plan: DuckdbPlan): Promise<Measured> {
  await runDuckdb(plan)
  return untimed
}

// All formulations, and one that drops refused rows, without a process for each.
const smokePeers = [
  duckdb('try-cast', 'try_cast', true, runHere),
  duckdb('typed', 'typed', true, runHere),
  duckdb('typed-drop', 'typed', false, runHere),
  duckdbPartition('partition', runHere),
]

test.each(benchCases)('$name lands as it does with DuckDB', async (benchCase) => {
  const lines: string[] = []
  const options = { rows, rounds: isLarge ? 3 : 1, seed: 1 }
  const contenders = isLarge ? peers : smokePeers
  // The clean twin of dirty is for times alone.
  const { twin, ...alone } = benchCase
  const asked = isLarge || twin === undefined ? benchCase : alone
  // Throws where the outputs differ.
  const results = await runCase(asked, contenders, options, folder, (line) => lines.push(line))
  const landed = benchCase.isDirty ? rows * 0.9 : rows
  expect(results[0]?.landed).toMatchObject({ rows: landed, refused: rows - landed })
  if (isLarge) process.stdout.write(`${lines.join('\n')}\n`)
  else expect(results).toHaveLength(smokePeers.length + 1)
})

test('the rows of dirty are refused under all the rules that it is said to hold', () => {
  const path = join(folder, `dirty-${rows}-1`, 'lake', 'runs')
  const [run = ''] = readdirSync(path)
  const summary = JSON.parse(readFileSync(join(path, run, 'summary.json'), 'utf8'))
  const counted = Object.keys(summary.tables['bench/rows'].rules)
  expect(counted.toSorted()).toEqual([...dirtyRules].toSorted())
})

test('a peer whose output differs stops the case before a time is printed', async () => {
  const [events] = benchCases
  if (events === undefined) throw new Error('there are cases')
  const lines: string[] = []
  const crooked: Contender = {
    ...duckdb('crooked', 'typed', true, async (plan) => {
      const [first = '', ...others] = plan.statements
      // Drops one row and writes another one twice: the number of rows is right.
      const bad = first.replace(/^COPY \((.*)\) TO /s, (_, select: string) => {
        const numbered = `SELECT *, row_number() OVER () AS row FROM (${select})`
        return `COPY (SELECT * EXCLUDE row FROM (${numbered})
          WHERE row <> 1 UNION ALL SELECT * EXCLUDE row FROM (${numbered}) WHERE row = 2) TO `
      })
      return await runHere({ ...plan, statements: [bad, ...others] })
    }),
  }
  const options = { rows: 200, rounds: 1, seed: 1 }
  const ran = runCase(events, [crooked], options, folder, (line) => lines.push(line))
  await expect(ran).rejects.toThrow('events: crooked landed other values')
  expect(lines).toHaveLength(1)
})

test('peers that are programs of their own land the same', async () => {
  const programs = peers.filter(({ name }) => ['nodejs-polars', 'plain-node'].includes(name))
  const [quoted] = benchCases.filter(({ name }) => name === 'quoted')
  if (quoted === undefined) throw new Error('there is a case quoted')
  const options = { rows: 200, rounds: 1, seed: 1 }
  const results = await runCase(quoted, programs, options, folder, () => {})
  expect(results.map(({ landed }) => landed.rows)).toEqual([200, 200, 200])
})
