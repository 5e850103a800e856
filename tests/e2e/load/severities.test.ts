// What each severity does to a load: warn counts, null takes the value away, refuse lets nothing be
// published whatever the ceiling. Told alike by the load, `runs show`, the ledger and the lake.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { load, product } from '../../support/product.ts'
import { type Scratch, scratchFolder } from '../../support/proofs.ts'
import { batchLines } from '../../support/run-ledger.ts'
import { readRows } from '../../support/same-tables.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let scratch: Scratch
let folder: string

const visits = `id,day,kind
1,2020-02-03,first
2,2020-03-03,second
3,,first
4,1999-01-01,CANARY-OF-KIND
5,1899-01-01,first
x,1899-01-01,CANARY-OF-KIND
`

/** Writes the small project with constraints of the two columns of visits. */
function writeProject(day: string, kind: string): void {
  writeSmallProject(folder)
  replaceIn(
    folder,
    'contracts/ours/visits.yaml',
    'constraints: [not_null]',
    `constraints: [${day}]`,
  )
  writeFileSync(
    join(folder, 'contracts', 'ours', 'visits.yaml'),
    `${readFileSync(join(folder, 'contracts', 'ours', 'visits.yaml'), 'utf8')}    constraints: [${kind}]\n`,
  )
  replaceIn(
    folder,
    'safelanding.yaml',
    'columns: {patient_id: id, day: day, kind: kind}',
    ['columns: {patient_id: id, day: day, kind: kind}', '    reject_ceiling: 100%'].join('\n'),
  )
  writeFileSync(join(folder, 'extracts', 'visits.csv'), visits)
}

beforeEach(() => {
  scratch = scratchFolder('severities')
  folder = scratch.path
})
afterEach(() => scratch.remove())

const since = (severity: string): string =>
  `{general_range: {minimum: 1900-01-01}, severity: ${severity}}`

test('warnings and nulled values are counted over accepted rows, and told', async () => {
  writeProject(
    `${since('null')}, {not_null: true, severity: warn}`,
    '{categorical: [first, second], severity: null}',
  )
  const run = await load(folder)
  expect(run).toMatchObject({ code: 0, stderr: '' })
  const counts = {
    ...{ in: 6, accepted: 5, rejected: 1, rules: { type: 1 }, refusing: [] },
    nulled: [
      { column: 'day', rule: 'general_range', count: 1 },
      { column: 'kind', rule: 'categorical', count: 1 },
    ],
    // The value made null, and the one that was: not_null comes behind the range.
    warnings: [{ column: 'day', rule: 'not_null', count: 2 }],
  }
  expect(run.finished.tables?.['ours/visits']).toMatchObject(counts)
  const shown = await product(folder, ['runs', 'show'])
  expect(shown.stdout).toMatch(/nulled +1 {2}kind: categorical\n/u)
  expect(shown.stdout).toMatch(/warned +2 {2}day: not_null\n/u)
  const [line] = (await batchLines(folder, run.finished.run ?? '')).filter(
    ({ table }) => table === 'ours/visits',
  )
  expect(line?.result).toMatchObject({ nulled: counts.nulled, warnings: counts.warnings })
  const part = join(folder, 'lake', 'current', 'ours', 'visits')
  const rows = await readRows(
    `SELECT patient_id::INT, day::VARCHAR, kind FROM '${part}/*.parquet' ORDER BY 1`,
  )
  expect(rows).toEqual([
    [1, '2020-02-03', 'first'],
    [2, '2020-03-03', 'second'],
    [3, null, 'first'],
    [4, '1999-01-01', null],
    [5, null, 'first'],
  ])
  for (const name of readdirSync(part)) {
    expect(readFileSync(join(part, name)).includes('CANARY')).toBe(false)
  }
})

test('refuse refuses the load, whatever the ceiling, and names column, rule and count', async () => {
  writeProject(since('refuse'), '')
  const run = await load(folder)
  expect(run.code).toBe(11)
  expect(run.finished).toMatchObject({ state: 'refused', snapshot: null })
  const told = run.events.find(({ event }) => event === 'error') ?? run.finished
  expect(JSON.stringify(told)).toContain('2 rows fail day general_range')
  expect(run.finished.tables?.['ours/visits']).toMatchObject({
    rejected: 2,
    // One of them counts under its patient_id first, and refuses the load all the same.
    rules: { type: 1, general_range: 1 },
    refusing: [{ column: 'day', rule: 'general_range', count: 2 }],
  })
  const again = await load(folder, ['--dry-run'])
  expect(again.code).toBe(11)
})
