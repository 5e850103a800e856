// The benchmark in smoke size: every case lands the same rows, value for value, as DuckDB does with
// the same checks. Times are never asserted; BENCH=1 prints them for larger sizes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { benchCases } from './bench-cases.ts'
import { runBench } from './run-bench.ts'

const isLarge = process.env['BENCH'] === '1'
const folder = mkdtempSync(join(tmpdir(), 'safelanding-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(benchCases.map(({ name }) => name))('%s lands as it does with DuckDB', async (name) => {
  const rows = isLarge ? 1_000_000 : 3_000
  const lines: string[] = []
  const peers = ['try_cast', 'store_rejects', 'polars', 'plain_node'] as const
  const options = { rows, rounds: isLarge ? 3 : 1, seed: 1, cases: [name], peers, folder }
  // Throws where the outputs differ.
  const results = await runBench(options, (line) => lines.push(line))
  expect(results.map(({ contender }) => contender)).toEqual([
    ...['safelanding', 'DuckDB try_cast', 'DuckDB store_rejects'],
    ...(name === 'dirty' || name === 'gz' ? [] : ['polars (Node)']),
    ...(name === 'gz' ? [] : ['csv-parse+zod+parquetjs']),
  ])
  if (isLarge) process.stdout.write(`${lines.join('\n')}\n`)
})
