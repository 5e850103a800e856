// What the ledger makes of kills, damage, wrong lines and dead runs.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import { listRuns, openLedger, readLedger } from '../../../lake/ledger.ts'
import { reconcileRuns } from '../../../lake/reconcile-runs.ts'
import { readSummary, writeSummary } from '../../../lake/run-summary.ts'
import { sealJson } from '../../../lake/sealed-json.ts'
import { batchLine, publishRun, scratchFolder, someInstant } from '../../support/lake-runs.ts'

const run = '20261122T020000Z-7f3a'
let folder: ReturnType<typeof scratchFolder>
let lake: LakeLayout

beforeEach(async () => {
  folder = scratchFolder()
  lake = await openOrCreateLake(folder.path)
})
afterEach(() => folder.remove())

const stateLine = (state: 'opened' | 'staging' | 'sealed' | 'failed' | 'published', id = run) =>
  ({ event: 'run', instant: someInstant, run: id, state }) as const

async function writeLedger(batches: number, id = run): Promise<void> {
  const ledger = await openLedger(lake, id)
  await ledger.append(stateLine('opened', id))
  await ledger.append(stateLine('staging', id))
  const lines = Array.from({ length: batches }, (_, i) =>
    batchLine('core/patients', i, 10 + i, 'b'.repeat(64)),
  )
  await Promise.all(lines.map((line) => ledger.append(line)))
  await ledger.close()
}

test('lines come back as they were appended, in order, also when many wait for one flush', async () => {
  await writeLedger(50)
  const ledger = await readLedger(lake, run)
  expect(ledger?.state).toBe('staging')
  expect(ledger?.lines).toHaveLength(52)
  expect(ledger?.lines[51]).toEqual(batchLine('core/patients', 49, 59, 'b'.repeat(64)))
  expect([...(ledger?.batches.keys() ?? [])].at(-1)).toBe('core/patients:0049')
  // Each line is JSON for other tools too.
  const texts = readFileSync(lake.ledger(run), 'utf8').trimEnd().split('\n')
  expect(texts.map((text) => JSON.parse(text).event)).toContain('batch')
})

test('a ledger cut at any byte is read up to its last whole line, and appended to from there', async () => {
  await writeLedger(1)
  const bytes = readFileSync(lake.ledger(run))
  const ends = [...bytes.keys()].filter((i) => bytes[i] === 10).map((i) => i + 1)
  for (let cut = 0; cut < bytes.length; cut += 7) {
    writeFileSync(lake.ledger(run), bytes.subarray(0, cut))
    const whole = ends.filter((end) => end <= cut).length
    expect((await readLedger(lake, run))?.lines.length ?? 0).toBe(whole)
  }
  const writer = await openLedger(lake, run)
  expect(writer.state).toBe('staging')
  await writer.append(stateLine('failed'))
  await writer.close()
  const ledger = await readLedger(lake, run)
  expect(ledger?.state).toBe('failed')
  expect(ledger?.lines).toHaveLength(3)
})

test('a changed byte in the middle is damage, one in the last line costs that line only', async () => {
  await writeLedger(2)
  const bytes = readFileSync(lake.ledger(run))
  const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1
  for (let position = 0; position < bytes.length - 1; position += 11) {
    const changed = Buffer.from(bytes)
    changed[position] = (changed[position] ?? 0) ^ 1
    writeFileSync(lake.ledger(run), changed)
    const read = readLedger(lake, run)
    // Without the line end between them the last two lines are one that is not whole.
    if (position === lastLine - 1) expect((await read)?.lines).toHaveLength(2)
    else if (position < lastLine)
      await expect(read).rejects.toMatchObject({ code: 'SL5006', exit: 5 })
    else expect((await read)?.lines).toHaveLength(3)
  }
})

test('what could not have been written by us is refused, not trusted', async () => {
  const writer = await openLedger(lake, run)
  await expect(writer.append(stateLine('staging'))).rejects.toThrow('opened first')
  await writer.append(stateLine('opened'))
  await expect(writer.append(stateLine('published'))).rejects.toThrow('cannot go from')
  const line = batchLine('core/patients', 1, 1, 'b'.repeat(64))
  const unbalanced = { ...line, result: { ...line.result, accepted: 3 } }
  await expect(writer.append(unbalanced)).rejects.toThrow('rows in')
  await writer.close()
  appendFileSync(lake.ledger(run), '{"event":"run"}\n')
  expect((await readLedger(lake, run))?.lines).toHaveLength(1)
  await expect(readLedger(lake, 'nobody')).rejects.toMatchObject({ errorName: 'unknown_name' })
})

test('a ledger from before there were severities is read as one that counts none', async () => {
  await writeLedger(0)
  const line = batchLine('core/patients', 1, 1, 'b'.repeat(64))
  const { warnings, nulled, refusing, futureDates, ...result } = line.result
  appendFileSync(lake.ledger(run), `${sealJson({ ...line, result })}\n`)
  expect((await readLedger(lake, run))?.lines.at(-1)).toEqual(line)
  expect([warnings, nulled, refusing, futureDates]).toEqual([[], [], [], null])
})

test('dead runs become failed, one killed behind its commit becomes published', async () => {
  await writeLedger(1, 'a')
  await publishRun({
    root: folder.path,
    run: 'b',
    locked: false,
    tables: ['core/patients'],
    carried: [],
  })
  const lines = readFileSync(lake.ledger('b'), 'utf8').split('\n')
  writeFileSync(lake.ledger('b'), `${lines.slice(0, -2).join('\n')}\n`)
  expect((await readLedger(lake, 'b'))?.state).toBe('sealed')
  await writeLedger(1, 'c')
  const bytes = readFileSync(lake.ledger('c'))
  bytes[20] = 0
  writeFileSync(lake.ledger('c'), bytes)
  const reconciled = await reconcileRuns(lake, 'd', () => new Date(someInstant))
  expect(reconciled.changed).toEqual([
    { run: 'a', from: 'staging', to: 'failed', snapshot: null },
    { run: 'b', from: 'sealed', to: 'published', snapshot: 1 },
  ])
  expect(reconciled.damaged.map((entry) => entry.run)).toEqual(['c'])
  expect((await readLedger(lake, 'a'))?.state).toBe('failed')
  expect((await readLedger(lake, 'b'))?.state).toBe('published')
  expect(await listRuns(lake)).toEqual(['a', 'b', 'c'])
  expect((await reconcileRuns(lake, 'd', () => new Date(someInstant))).changed).toEqual([])
})

test('of a dead run the parts stay, and what its table checks spilled goes', async () => {
  await writeLedger(1)
  const part = join(lake.stagingParts(run, 'core/patients'), 'part.parquet')
  const spilled = join(lake.stagingSpill(run), 'duckdb_temp_storage_DEFAULT-0.tmp')
  for (const path of [part, spilled]) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'bytes')
  }
  await reconcileRuns(lake, 'another', () => new Date(someInstant))
  expect(existsSync(part)).toBe(true)
  expect(existsSync(lake.stagingSpill(run))).toBe(false)
})

test('a summary is replaced as a whole', async () => {
  expect(await readSummary(lake, run)).toBeNull()
  await writeSummary(lake, run, { rows: 1 })
  await writeSummary(lake, run, { rows: 2 })
  expect(await readSummary(lake, run)).toEqual({ rows: 2 })
})
