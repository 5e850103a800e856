// The deviation register with the real command: for every kind a refusal without an entry, a pass under
// its ceiling, and a refusal again above it, after it expired, without approval, and where the entry is
// another contract's.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { DeviationUse } from '../../../contracts/deviation-use.ts'
import type { SnapshotManifest } from '../../../contracts/snapshot-manifest.ts'
import {
  absentTable,
  type DeviatingTable,
  type EntryOptions,
  entryId,
  entryOf,
  lateTable,
  narrowTable,
  nullShareTable,
  rowTables,
  writeDeviatingProject,
  writeRegister,
} from '../../support/deviating-project.ts'
import { load, type ProductRun, product } from '../../support/product.ts'

// Whole tables are checked after rows: where both refuse, the rows are told and the load ends.
const isOfKeys = ({ name }: DeviatingTable): boolean => name === 'keys'
const countedRows = rowTables.filter((table) => !isOfKeys(table))
const rowKinds = [...countedRows, absentTable]
const tableKinds = [...rowTables.filter(isOfKeys), lateTable, nullShareTable]
/** Tables that refuse no row: the load as a whole is refused. */
const isOfWhole = (table: DeviatingTable): boolean =>
  table === lateTable || table === nullShareTable

function registerOf(tables: readonly DeviatingTable[], options: EntryOptions): string {
  return tables
    .map((table) => {
      const isCounted = table !== absentTable && table !== lateTable && table !== narrowTable
      return entryOf(table, isCounted ? options : { ...options, ceiling: null })
    })
    .join('')
}

const usesOf = (run: ProductRun): DeviationUse[] =>
  Object.values(run.finished.tables ?? {}).flatMap(
    (table) => (table as unknown as { deviations: DeviationUse[] }).deviations,
  )

const messageOf = (run: ProductRun): string =>
  String(run.events.find(({ event }) => event === 'error')?.['message'] ?? '')

const manifestOf = (folder: string): SnapshotManifest =>
  JSON.parse(readFileSync(join(folder, 'lake/current/manifest.json'), 'utf8'))

/** Every table is refused, and its two rows (or all) fail its rule. */
function expectRefused(run: ProductRun, tables: readonly DeviatingTable[]): void {
  expect([run.code, run.finished.state]).toEqual([11, 'refused'])
  for (const table of tables) {
    const { column, rule } = table.breach
    if (isOfWhole(table)) {
      expect(messageOf(run)).toContain(`ours/${table.name}: ${rule} of ${column}: `)
      continue
    }
    const rejects = run.finished.tables?.[`ours/${table.name}`]?.rejects
    const count = table === absentTable ? 20 : 2
    expect([table.name, rejects]).toEqual([table.name, [{ column, rule, count }]])
    expect(messageOf(run)).toContain(`ours/${table.name}: ${count} of 20 rows refused`)
  }
}

/** Loads both projects with a register of these options; each is refused, and says why of each entry. */
async function expectLapsed(options: EntryOptions, reason: string): Promise<ProductRun[]> {
  const runs: ProductRun[] = []
  for (const tables of [rowKinds, tableKinds]) {
    const folder = writeDeviatingProject(tables)
    writeRegister(folder, registerOf(tables, { ceiling: '10%', ...options }))
    const run = await load(folder)
    expectRefused(run, tables)
    for (const table of tables) {
      const { column, rule } = table.breach
      const covered = `${entryId(table)} would have covered ${column} ${rule}`
      expect(messageOf(run)).toContain(`${covered}, but ${reason}`)
    }
    expect(usesOf(run).every((use) => !use.in_force && use.observed > 0)).toBe(true)
    runs.push(run)
  }
  return runs
}

test('without an entry every kind of deviation is refused', async () => {
  expectRefused(await load(writeDeviatingProject(countedRows)), countedRows)
  expectRefused(await load(writeDeviatingProject(tableKinds)), tableKinds)
  // A column that is never null has to be mapped, before anything is read.
  const unmapped = await load(writeDeviatingProject([absentTable]))
  expect([unmapped.code, unmapped.events[0]?.['name']]).toEqual([10, 'mapping_invalid'])
})

test('under its ceiling an entry of each kind lets the rows pass, and is told everywhere', async () => {
  const kinds = [...rowKinds, ...tableKinds]
  const folder = writeDeviatingProject(kinds)
  writeRegister(folder, registerOf(kinds, { ceiling: '10%' }))
  const run = await load(folder)
  expect([run.code, run.finished.state, messageOf(run)]).toEqual([0, 'published', ''])
  for (const table of kinds) {
    const counts = run.finished.tables?.[`ours/${table.name}`]
    expect([table.name, counts?.accepted, counts?.rejected]).toEqual([table.name, 20, 0])
  }
  // Two rows of each, every row of the absent column, and two months before the data begins.
  expect(usesOf(run).map((use) => [use.id, use.observed, use.of, use.in_force])).toEqual(
    kinds.map((table) => [entryId(table), table === absentTable ? 20 : 2, 20, true]),
  )
  const stated = manifestOf(folder).deviations
  expect(stated.map(({ id }) => id).sort()).toEqual(kinds.map(entryId).sort())
  expect(stated[0]).toEqual({
    ...{ id: 'NS-share', contract: 'ours/share', column: 'value', rule: 'closed_range' },
    ...{ kind: 'row_share', ceiling: '10%', observed: 2, of: 20, expires: '2999-12-31' },
    public_wording: 'Some rows differ.',
  })
  const query = await product(folder, [
    ...['query', '--format', 'json'],
    `SELECT (SELECT count(*) FROM ours.share WHERE value = 99) AS passed,
      (SELECT count(*) FROM ours.nulled WHERE value IS NULL) AS nulled,
      (SELECT count(*) FROM ours.nulls WHERE value IS NULL) AS nulls,
      (SELECT count(*) FROM ours.category WHERE value = 'maybe') AS category,
      (SELECT count(*) FROM ours.wider WHERE value = 1.5) AS wider,
      (SELECT count(*) FROM ours.coarse WHERE value = DATE '2020-03-01') AS coarse,
      (SELECT count(*) FROM ours.keys WHERE value = 3) AS keys,
      (SELECT count(*) FROM ours.absent WHERE value IS NULL) AS absent`,
  ])
  expect(JSON.parse(query.stdout)).toEqual({
    ...{ passed: 2, nulled: 2, nulls: 2, category: 2, wider: 2, coarse: 2, keys: 2, absent: 20 },
  })
  const shown = await product(folder, ['snapshots', 'show'])
  expect(shown.stdout).toContain(
    'ours/share: deviation NS-share, value closed_range (row_share): 2 of 20 rows, ceiling 10%, until 2999-12-31',
  )
  const again = await load(folder)
  expect([again.code, again.finished.unchanged]).toEqual([0, true])
  // New words for researchers are a new snapshot, over the same rows.
  writeRegister(folder, registerOf(kinds, { ceiling: '11%' }))
  const reworded = await load(folder)
  expect([reworded.finished.unchanged, reworded.finished.snapshot]).toEqual([false, 2])
  expect(reworded.finished.tables?.['ours/share']?.reused).toBe(1)
})

test('above its ceiling an entry is not in force, and the refusal names it', async () => {
  const exceeded: [readonly DeviatingTable[], string, string][] = [
    [countedRows, '1', '1 row'],
    [tableKinds.filter((table) => table !== lateTable), '9.9%', '9.9%'],
  ]
  for (const [tables, ceiling, words] of exceeded) {
    const folder = writeDeviatingProject(tables)
    writeRegister(folder, registerOf(tables, { ceiling }))
    const run = await load(folder)
    expectRefused(run, tables)
    for (const table of tables) {
      const { column, rule } = table.breach
      const covered = `${entryId(table)} would have covered ${column} ${rule}`
      const why = `2 of 20 rows used it, and its ceiling is ${words}`
      expect(messageOf(run)).toContain(`${covered}, but ${why}`)
    }
    const given = run.events.filter(({ event }) => event === 'deviation:exceeded')
    expect(given.map(({ id }) => id).sort()).toEqual(tables.map(entryId).sort())
    const check = await product(folder, ['--json', 'deviations', 'check'])
    expect(check.code).toBe(11)
    const findings = check.events.filter(({ event }) => event === 'finding')
    expect(findings.map(({ id, finding }) => [id, finding])).toEqual(
      tables.map((table) => [entryId(table), 'exceeded']),
    )
  }
})

test('an entry that has expired is not in force', async () => {
  await expectLapsed({ expires: '2021-06-30' }, 'it expired on 2021-06-30')
})

test('an entry that is proposed, or says not by whom it was approved, is not in force', async () => {
  await expectLapsed({ status: 'proposed' }, 'it is proposed and not approved')
  await expectLapsed({ approved: '' }, 'it does not say who approved it')
})

test('an entry of another contract, column or version has no effect', async () => {
  const [share] = rowTables
  if (share === undefined) throw new Error('no table')
  const folder = writeDeviatingProject([share, narrowTable])
  const others = [
    entryOf(share, { ceiling: '10%', contract: 'ours/narrow@1' }),
    entryOf(share, { ceiling: '10%', contract: 'theirs/share@1' }).replace('NS-share', 'NS-2'),
    entryOf(share, { ceiling: '10%', contract: 'ours/share@2' }).replace('NS-share', 'NS-3'),
    entryOf(share, { ceiling: '10%' })
      .replace('NS-share', 'NS-4')
      .replace('column: value', 'column: v'),
  ]
  writeRegister(folder, others.join(''))
  expectRefused(await load(folder), [share])
  const check = await product(folder, ['--json', 'deviations', 'check'])
  const findings = check.events.filter(({ event }) => event === 'finding')
  expect(check.code).toBe(11)
  // The first is about a table that has such a column and rule, and does not need it.
  expect(
    findings.map(({ id, what }) => `${id}: ${String(what).replace(/run \S+:/, 'run:')}`),
  ).toEqual([
    'NS-share: run: none of 20 rows needed it',
    'NS-2: there is no contract theirs/share',
    'NS-3: it was agreed for version 2, and ours/share is 1.2.0 now',
    'NS-4: ours/share has no column v',
  ])
})

test('a narrower range is a statement: it refuses nothing, and is reported where it is not true', async () => {
  const folder = writeDeviatingProject([narrowTable])
  writeRegister(folder, entryOf(narrowTable))
  const run = await load(folder)
  expect([run.code, run.finished.tables?.['ours/narrow']?.accepted]).toEqual([0, 20])
  expect(usesOf(run).map(({ observed }) => observed)).toEqual([2])
  const check = await product(folder, ['deviations', 'check'])
  expect(check.code).toBe(11)
  expect(check.stdout).toContain('2 of 20 rows lie outside the range that it states')
})

test('plan, check, list and contracts show say what is in force and what is not', async () => {
  const [share, nulled] = rowTables
  if (share === undefined || nulled === undefined) throw new Error('no tables')
  const folder = writeDeviatingProject([share, nulled])
  const register =
    entryOf(share, { ceiling: '10%' }) + entryOf(nulled, { ceiling: '3', expires: '2021-01-01' })
  writeRegister(folder, register)
  const inForce =
    'NS-share is in force until 2999-12-31, for at most 10% of the rows: value may fail closed_range'
  const expired =
    'NS-nulled is not in force: it expired on 2021-01-01: value becomes null where it fails regex'
  for (const words of [['plan'], ['check'], ['contracts', 'show', './contracts/ours/share']]) {
    const { code, stdout, stderr } = await product(folder, words)
    expect([words, code]).toEqual([words, 0])
    expect(stdout + stderr).toContain(inForce)
    if (words[0] !== 'contracts') expect(stdout + stderr).toContain(expired)
  }
  const docs = await product(folder, ['contracts', 'docs', '--out', 'site'])
  expect(docs.code).toBe(0)
  const site = readdirSync(join(folder, 'site'), { recursive: true, encoding: 'utf8' })
  const pages = site.filter((name) => /ours\W+share\.(md|html)$/.test(name))
  expect(pages.length).toBeGreaterThan(0)
  for (const page of pages) {
    const text = readFileSync(join(folder, 'site', page), 'utf8')
    expect([page, text]).toEqual([page, expect.stringContaining('NS-share')])
    expect(text).toContain('Some rows differ.')
  }
  const list = await product(folder, ['--json', 'deviations', 'list'])
  expect(list.finished).toMatchObject({ exit: 0, deviations: 2, in_force: 1 })
  expect(list.events[0]).toMatchObject({
    id: 'NS-share',
    in_force: true,
    ceiling: '10%',
    snapshot: null,
  })
  expect(list.events[1]).toMatchObject({ id: 'NS-nulled', state: 'expired', ceiling: '3' })
})

test('what is never permitted is refused by check, plan, load and deviations check', async () => {
  const [share] = rowTables
  if (share === undefined) throw new Error('no table')
  const folder = writeDeviatingProject([share])
  writeRegister(
    folder,
    entryOf({ ...share, entry: 'rule: type, kind: row_share' }, { ceiling: '1%' }),
  )
  for (const words of [['check'], ['plan'], ['load'], ['deviations', 'check']]) {
    const run = await product(folder, ['--json', ...words])
    expect([words, run.code, run.events[0]?.['name']]).toEqual([words, 10, 'deviation_forbidden'])
    expect(messageOf(run)).toContain('it falls under "a different type, unit or coding system"')
  }
})
