// Every row is accounted for, and everything that tells of refused rows tells the same: summary, ledger,
// `runs show`, `quarantine list`, `show` and `export`, and the quarantine's files as any tool reads them.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { writeAwkwardProject } from '../../support/awkward-project.ts'
import {
  loadProduct as load,
  type ProductRun,
  productHere as product,
} from '../../support/product.ts'
import { proofSeed, type Scratch, scratchFolder } from '../../support/proofs.ts'
import { batchLines } from '../../support/run-ledger.ts'
import { readRows } from '../../support/same-tables.ts'
import { expectSettledLake } from '../../support/sound-lake.ts'

let scratch: Scratch
let folder: string
let run: ProductRun
/** `table column rule` and how many rows, as the load said. */
let expected: Record<string, number>
let refused: number

beforeAll(async () => {
  scratch = scratchFolder('accounting')
  folder = scratch.path
  writeAwkwardProject(folder, { seed: proofSeed, version: 1, large: false })
  run = await load(folder)
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expected = {}
  refused = 0
  for (const [table, counts] of Object.entries(run.finished.tables ?? {})) {
    expect(counts.in).toBe(counts.accepted + counts.rejected + counts.withheld)
    refused += counts.rejected
    for (const { column, rule, count } of counts.rejects) {
      expected[`${table} ${column ?? 'record'} ${rule}`] = count
    }
  }
  expect(refused).toBeGreaterThan(100)
})
afterAll(() => scratch.remove())

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

async function told(words: readonly string[]): Promise<ProductRun> {
  const answer = await product(folder, ['--json', ...words])
  expect(answer).toMatchObject({ code: 0, stderr: '' })
  return answer
}

test('the ledger and `runs show` say what the load said', async () => {
  const totals = { in: 0, accepted: 0, rejected: 0, withheld: 0 }
  for (const counts of Object.values(run.finished.tables ?? {})) {
    for (const key of ['in', 'accepted', 'rejected', 'withheld'] as const)
      totals[key] += counts[key]
  }
  const shown = await told(['runs', 'show', run.finished.run ?? ''])
  expect(shown.events.find(({ event }) => event === 'run')).toMatchObject(totals)
  const last = new Map((await batchLines(folder, run.finished.run ?? '')).map((l) => [l.batch, l]))
  const sum = [...last.values()].reduce((total, { result }) => total + result.rejected, 0)
  expect(sum).toBe(refused)
  expect(await expectSettledLake(folder)).toBe(1)
})

test('`quarantine list` and `show` count each refused row once', async () => {
  const list = await told(['quarantine', 'list'])
  const listed = list.events.filter(({ event }) => event === 'rejects')
  expect(
    Object.fromEntries(
      listed.map(({ table, column, rule, count }) => [
        `${table} ${column ?? 'record'} ${rule}`,
        count,
      ]),
    ),
  ).toEqual(expected)
  const show = await told(['quarantine', 'show', '--limit', '100000'])
  const shown = show.events.filter(({ event }) => event === 'reject')
  expect(shown).toHaveLength(refused)
  const places = shown.map(({ table, file, byte_offset: offset }) => `${table} ${file} ${offset}`)
  expect(new Set(places).size).toBe(refused)
  const first = shown.map(({ table, failures }) => {
    const [{ column, rule }] = failures as [{ column: string | null; rule: string }]
    return `${table} ${column ?? 'record'} ${rule}`
  })
  expect(tally(first)).toEqual(expected)
})

test('`quarantine export` gives the lines of the extract back, byte for byte', async () => {
  const out = join(folder, 'refused.csv')
  await told(['quarantine', 'export', '--out', out])
  expect(statSync(out).mode & 0o777).toBe(0o600)
  const rows = await readRows(
    `SELECT "table", file, row::BIGINT, byte_offset::BIGINT, "column", rule, record
     FROM read_csv('${out}', header = true, all_varchar = true, max_line_size = 8000000,
       auto_detect = false, delim = ',', quote = '"', escape = '"', new_line = '\\r\\n',
       columns = {'table': 'VARCHAR', 'file': 'VARCHAR', 'row': 'VARCHAR',
         'byte_offset': 'VARCHAR', 'column': 'VARCHAR', 'rule': 'VARCHAR',
         'rules': 'VARCHAR', 'record': 'VARCHAR'})`,
  )
  expect(rows).toHaveLength(refused)
  expect(
    tally(rows.map(([table, , , , column, rule]) => `${table} ${column ?? 'record'} ${rule}`)),
  ).toEqual(expected)
  const texts = new Map<string, Buffer>()
  for (const [, file, row, offset, , , record] of rows) {
    const name = String(file)
    const bytes = texts.get(name) ?? textOf(name)
    texts.set(name, bytes)
    const original = Buffer.from(String(record))
    const start = Number(offset)
    expect(bytes.subarray(start, start + original.length).equals(original)).toBe(true)
    // A record starts behind a line end and ends before one; the header is no row.
    expect(bytes[start - 1]).toBe(10)
    expect([10, 13]).toContain(bytes[start + original.length])
    expect(Number(row)).toBeGreaterThan(0)
  }
})

test('`quarantine export --format raw` is the refused lines and nothing else', async () => {
  const out = join(folder, 'refused.raw')
  await told([
    'quarantine',
    'export',
    '--table',
    'core/medications',
    '--format',
    'raw',
    '--out',
    out,
  ])
  const lines = readFileSync(out, 'utf8').split('\n').slice(0, -1)
  const counts = run.finished.tables?.['core/medications']
  expect(lines).toHaveLength(counts?.rejected ?? -1)
  const original = textOf('extracts/medications.tsv').toString().split('\n')
  for (const line of lines) expect(original).toContain(line)
})

const textOf = (name: string): Buffer => {
  const bytes = readFileSync(join(folder, name))
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

test('the files of the quarantine hold each refused row once, readable by their owner only', async () => {
  const root = join(folder, 'lake', 'quarantine')
  for (const path of ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
    const stats = statSync(join(root, path))
    expect([path, stats.mode & 0o777]).toEqual([path, stats.isDirectory() ? 0o700 : 0o600])
  }
  const counts = await readRows(
    `SELECT count(*), count(DISTINCT (file, byte_offset)) FROM '${root}/*/*/*/*.parquet'`,
  )
  expect(counts).toEqual([[String(refused), String(refused)]])
})

test('`snapshots verify` finds one flipped bit', async () => {
  expect((await told(['snapshots', 'verify'])).finished.exit).toBe(0)
  const parts = join(folder, 'lake', 'current', 'core', 'clinical_events')
  const [name = ''] = readdirSync(parts)
  const path = join(parts, name)
  const bytes = readFileSync(path)
  const middle = bytes.length >> 1
  const flip = () => {
    bytes[middle] = (bytes[middle] ?? 0) ^ 4
    chmodSync(path, 0o640)
    writeFileSync(path, bytes)
    chmodSync(path, 0o440)
  }
  flip()
  const damaged = await product(folder, ['snapshots', 'verify'])
  expect(damaged.code).toBe(11)
  expect(`${damaged.stdout}${damaged.stderr}`).toContain(name)
  expect((await product(folder, ['--json', 'snapshots', 'verify'])).finished.exit).toBe(11)
  flip()
  expect((await told(['snapshots', 'verify'])).finished.exit).toBe(0)
})
