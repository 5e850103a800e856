// The parts of the benchmark that its figures rest on: options, extracts from a seed, the comparison of
// outputs, and what a process is said to have cost.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, expect, test } from '@jest/globals'
import { benchCases, headerOf } from './bench-cases.ts'
import { readOptions, usage } from './bench-options.ts'
import { median } from './bench-result.ts'
import { compareLanded, type Landed, readLanded } from './compare-outputs.ts'
import { peers } from './contenders.ts'
import { type ExtractRequest, writeExtract } from './data/write-extract.ts'
import { measureNode } from './measure-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-bench-parts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const mebibyte = 2 ** 20

test('options are read, and help names every case and peer', () => {
  const given = ['--rows', '1_000', '--case', 'events,gz', '--peers', 'duckdb', '--rounds', '2']
  expect(readOptions([...given, '--seed', '3', '--out', 'x.json'])).toEqual({
    cases: ['events', 'gz'],
    peers: peers.map(({ name }) => name).filter((name) => name.startsWith('duckdb')),
    rows: 1_000,
    rounds: 2,
    seed: 3,
    out: 'x.json',
  })
  expect(readOptions(['--peers', 'none'])?.peers).toEqual([])
  expect(readOptions(['--case', 'all'])?.cases).toEqual(benchCases.map(({ name }) => name))
  expect(readOptions(['--help'])).toBeNull()
  for (const { name } of [...benchCases, ...peers]) expect(usage).toContain(name)
})

test.each([
  [['--case', 'event'], 'no case "event"; there are events, patients'],
  [['--peers', 'spark'], 'no peer "spark"; there are duckdb-try-cast'],
  [['--rows', '1e6'], '--rows is a whole number from 1 to 1000000000, not "1e6"'],
  [['--rounds', '0'], '--rounds is a whole number from 1 to 1000, not "0"'],
  [['--fast'], '--fast'],
])('%j is refused in words', (args, message) => {
  expect(() => readOptions(args)).toThrow(message)
})

function requestOf(name: string, rows: number): ExtractRequest {
  const benchCase = benchCases.find((one) => one.name === name)
  if (benchCase === undefined) throw new Error(`no case ${name}`)
  const path = join(folder, `${name}-${rows}.csv`)
  const { rows: makeRows } = benchCase
  return { path, header: headerOf(benchCase), rows, seed: 5, makeRows, isCompressed: false }
}

test('an extract follows from its seed, and is kept until what it was made from changes', async () => {
  const request = requestOf('events', 500)
  expect(await writeExtract(request)).toBe(true)
  const made = readFileSync(request.path)
  expect(await writeExtract(request)).toBe(false)
  writeFileSync(request.path, 'stale')
  expect(await writeExtract(request)).toBe(false)
  writeFileSync(`${request.path}.made.json`, '{"revision":"of another day"}')
  expect(await writeExtract(request)).toBe(true)
  expect(readFileSync(request.path).equals(made)).toBe(true)
  expect(await writeExtract({ ...request, seed: 6 })).toBe(true)
  expect(readFileSync(request.path).equals(made)).toBe(false)
})

test('an extract of several chunks has every row once and whole', async () => {
  const request = requestOf('patients', 170_000)
  await writeExtract(request)
  const made = readFileSync(request.path, 'latin1')
  expect(made.length).toBeGreaterThan(4 * mebibyte)
  const ids = made.split('\n').map((line) => Number(line.slice(0, line.indexOf(','))))
  expect(ids).toHaveLength(request.rows + 2)
  expect(ids.slice(1, -1).every((id, index) => id === index + 1)).toBe(true)
})

test('wide has forty columns in each row, dirty one bad row in ten', async () => {
  const wide = requestOf('wide', 50)
  await writeExtract(wide)
  const lines = readFileSync(wide.path, 'utf8').trimEnd().split('\n')
  expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([40]))
  const dirty = benchCases.find(({ isDirty }) => isDirty)
  if (dirty?.twin === undefined) throw new Error('dirty has a twin')
  const request = requestOf('dirty', 2_000)
  await writeExtract(request)
  const twinPath = join(folder, 'twin.csv')
  await writeExtract({ ...request, path: twinPath, makeRows: dirty.twin.rows })
  const clean = readFileSync(twinPath, 'latin1').split('\n')
  const differing = readFileSync(request.path, 'latin1')
    .split('\n')
    .filter((line, index) => line !== clean[index])
  expect(differing).toHaveLength(200)
})

const columns = benchCases.find(({ name }) => name === 'events')?.columns ?? []
const rowsSql = `SELECT i::BIGINT AS patient_id, DATE '2020-01-01' + i::INTEGER AS date,
  (100000 + i)::VARCHAR AS snomedct_code, CASE WHEN i % 2 = 0 THEN i / 4 END AS numeric_value
  FROM range(100) AS t(i)`

async function landedOf(name: string, sql: string, refused: number | null): Promise<Landed> {
  const path = join(folder, `${name}.parquet`)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
  return await readLanded({ columns }, path, refused === null ? null : `SELECT ${refused}`)
}

test('outputs are the same in whatever order, and nothing else is', async () => {
  const ours = await landedOf('ours', rowsSql, 10)
  const compare = (theirs: Landed) => compareLanded('events', 'peer', theirs, ours, 110)
  compare(await landedOf('reversed', `${rowsSql} ORDER BY i DESC`, 10))
  compare(await landedOf('dropped', rowsSql, null))
  const wrong = [
    ['landed another number of rows', `${rowsSql} WHERE i <> 50`],
    ['landed other values', rowsSql.replace('i / 4', 'CASE i WHEN 50 THEN 0 ELSE i / 4 END')],
    ['landed other values', rowsSql.replace('END AS', 'ELSE 0 END AS')],
    // Twice the same and one missing.
    [
      'landed other values',
      rowsSql.replaceAll(/\bi\b(?=::)/g, '(CASE i WHEN 7 THEN 8 ELSE i END)'),
    ],
    // As many of every value, on other rows.
    ['landed other values', rowsSql.replace('(100000 + i)', '(100000 + 99 - i)')],
  ] as const
  for (const [index, [message, sql]] of wrong.entries()) {
    const landed = await landedOf(`wrong-${index}`, sql, 10)
    expect(() => compare(landed)).toThrow(message)
  }
  const lost = await landedOf('lost', rowsSql, 9)
  expect(() => compare(lost)).toThrow('lost rows of the extract: 109')
  const text = landedOf(
    'text',
    rowsSql.replace('i::INTEGER AS', 'i::INTEGER)::VARCHAR AS').replace("DATE '", "(DATE '"),
    10,
  )
  await expect(text).rejects.toThrow('columns of text: date,snomedct_code')
})

test('the peak of a command is that of its largest process, and not of who started it', () => {
  const held = Buffer.alloc(300 * mebibyte, 1)
  const small = measureNode(['-e', '0'])
  expect(small.peakBytes).toBeGreaterThan(20 * mebibyte)
  expect(small.peakBytes).toBeLessThan(200 * mebibyte)
  expect(held[0]).toBe(1)
  const child = `Buffer.alloc(${250 * mebibyte}, 1)`
  const start = `require('node:child_process').spawnSync(process.execPath, ['-e', '${child}'])`
  const { peakBytes, cpuSeconds, exit } = measureNode(['-e', start])
  expect(exit).toBe(0)
  expect(peakBytes).toBeGreaterThan(250 * mebibyte)
  expect(peakBytes).toBeLessThan(450 * mebibyte)
  expect(cpuSeconds).toBeGreaterThan(0)
  expect(measureNode(['-e', 'process.exit(3)']).exit).toBe(3)
})

test('medians', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
})
