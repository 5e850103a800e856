// What a scheduler relies on: one run id publishes once, a run that was refused can be taken up again,
// one table can be loaded alone, and a load that changes nothing publishes nothing.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { awkwardTables } from '../../support/awkward-project.ts'
import { failing, loadProduct as load, productHere as product } from '../../support/product.ts'
import { copyProject, eachOf, proofPatienceMs, proofSeed, sized } from '../../support/proofs.ts'
import { expectSameTables } from '../../support/same-tables.ts'
import { expectSettledLake } from '../../support/sound-lake.ts'
import {
  countsOf,
  type Day,
  liveTwoDays,
  snapshotFolder,
  useExtracts,
} from '../../support/story-of-a-day.ts'

let day: Day
beforeAll(async () => {
  day = await liveTwoDays({ seed: proofSeed, large: false })
}, proofPatienceMs)
afterAll(() => day?.remove())

async function onCopy(from: string, work: (folder: string) => Promise<void>): Promise<void> {
  const copy = copyProject(from, 'run')
  try {
    await work(copy.path)
  } finally {
    copy.remove()
  }
}

const rewrite = (folder: string, change: (text: string) => string): void => {
  const path = join(folder, 'safelanding.yaml')
  const text = readFileSync(path, 'utf8')
  expect(change(text)).not.toBe(text)
  writeFileSync(path, change(text))
}

test('the same run id twice publishes once and says the same', () =>
  onCopy(day.secondMorning, async (folder) => {
    const first = await load(folder, ['--run-id', 'nightly-7'])
    const again = await load(folder, ['--run-id', 'nightly-7'])
    expect([first.code, again.code]).toEqual([0, 0])
    expect(first.finished).toMatchObject({ run: 'nightly-7', snapshot: 2, unchanged: false })
    expect(again.finished).toMatchObject({ run: 'nightly-7', snapshot: 2 })
    expect(countsOf(again)).toEqual(countsOf(first))
    expect(await expectSettledLake(folder)).toBe(2)
    // Also when the extract changed since: that id has published.
    useExtracts(folder, join(day.secondMorning, '..', 'first-day'))
    expect((await load(folder, ['--run-id', 'nightly-7'])).finished).toMatchObject({
      exit: 0,
      snapshot: 2,
    })
    expect(await expectSettledLake(folder)).toBe(2)
  }))

test('a run id killed behind its commit is told as published', () =>
  eachOf(
    // The kills of load/kills are at every such place, without an id.
    sized(
      ['publish:after-rename'],
      ['publish:after-rename', 'publish:before-clean', 'summary:before-rename'],
    ),
    2,
    (failpoint) =>
      onCopy(day.secondMorning, async (folder) => {
        const words = ['--run-id', 'nightly-8']
        const killed = await load(folder, words, { SAFELANDING_FAILPOINT: failpoint })
        expect(killed.signal).toBe('SIGKILL')
        const again = await load(folder, words)
        expect(again).toMatchObject({ code: 0, stderr: '' })
        expect(again.finished).toMatchObject({ run: 'nightly-8', snapshot: 2, state: 'published' })
        expect(countsOf(again)).toEqual(countsOf(day.answer))
        expect(await expectSettledLake(folder)).toBe(2)
      }),
  ))

test('what fails behind the commit is a warning: the snapshot is published', () =>
  onCopy(day.secondMorning, async (folder) => {
    const run = await load(folder, [], failing('summary.json.new', 'open', 'ENOSPC'))
    expect(run.finished).toMatchObject({ exit: 0, snapshot: 2, state: 'published' })
    expect(run.finished.warnings).toMatchObject([expect.stringContaining('summary.json')])
    expect(await expectSettledLake(folder)).toBe(2)
    expect((await load(folder)).finished).toMatchObject({ exit: 0, unchanged: true })
  }))

test('a refused run id is taken up again once the ceiling is opened', () =>
  onCopy(day.secondMorning, async (folder) => {
    rewrite(folder, (text) => text.replaceAll('20%', '1'))
    const refused = await load(folder, ['--run-id', 'again'])
    expect(refused.finished).toMatchObject({ exit: 11, state: 'refused', snapshot: 1 })
    // Twice: what the first attempt staged is there and vouched for.
    expect((await load(folder, ['--run-id', 'again'])).finished.exit).toBe(11)
    rewrite(folder, (text) => text.replaceAll(/reject_ceiling: 1$/gm, 'reject_ceiling: 20%'))
    const taken = await load(folder, ['--run-id', 'again'])
    expect(taken.finished).toMatchObject({ exit: 0, run: 'again', snapshot: 2, state: 'published' })
    expect(Object.values(taken.finished.tables ?? {}).some(({ reused }) => reused > 0)).toBe(true)
    expect(countsOf(taken)).toEqual(countsOf(day.answer))
    expect(await expectSettledLake(folder)).toBe(2)
    await expectSameTables(snapshotFolder(folder, 2), snapshotFolder(day.undisturbed, 2))
  }))

test('a refused run id is taken up again once the extract is corrected', () =>
  onCopy(day.secondMorning, async (folder) => {
    const source = 'csv: extracts/medications.tsv,'
    const wrong = 'csv: [extracts/medications.tsv, surplus.tsv], control: {rows: 800},'
    writeFileSync(join(folder, 'surplus.tsv'), 'id\tday\tcode\n1\tx\ty\n')
    rewrite(folder, (text) => text.replace(source, wrong))
    const refused = await load(folder, ['--run-id', 'late'])
    expect(refused.finished).toMatchObject({ exit: 11, state: 'refused' })
    rewrite(folder, (text) => text.replace(wrong, source))
    const taken = await load(folder, ['--run-id', 'late'])
    expect(taken.finished).toMatchObject({ exit: 0, snapshot: 2, state: 'published' })
    await expectSameTables(snapshotFolder(folder, 2), snapshotFolder(day.undisturbed, 2))
    // The batch of the surplus file belongs to the first attempt alone.
    const shown = await product(folder, ['--json', 'runs', 'show', 'late'])
    const { in: rows } = shown.events.find(({ event }) => event === 'run') as { in?: number }
    const sum = Object.values(taken.finished.tables ?? {}).reduce((sum, one) => sum + one.in, 0)
    expect(rows).toBe(sum)
  }))

test('a run id killed before its commit is taken up again', () =>
  onCopy(day.secondMorning, async (folder) => {
    const words = ['--run-id', 'nightly-9']
    for (const failpoint of [
      'ledger:before-append@1',
      'ledger:half-line@4',
      'publish:before-rename',
    ]) {
      const killed = await load(folder, words, { SAFELANDING_FAILPOINT: failpoint })
      expect(killed.signal).toBe('SIGKILL')
    }
    const again = await load(folder, words)
    expect(again.finished).toMatchObject({
      exit: 0,
      run: 'nightly-9',
      snapshot: 2,
      unchanged: false,
    })
    expect(countsOf(again)).toEqual(countsOf(day.answer))
    expect(await expectSettledLake(folder)).toBe(2)
    await expectSameTables(snapshotFolder(folder, 2), snapshotFolder(day.undisturbed, 2))
  }))

test('a storage that fails right behind the commit is told, and the snapshot stays published', () =>
  onCopy(day.secondMorning, async (folder) => {
    const run = await load(folder, [], failing('lake/snapshots', 'open', 'EIO'))
    expect(run.finished).toMatchObject({ exit: 5, snapshot: 2, state: 'published' })
    const next = await load(folder)
    expect(next.finished).toMatchObject({ exit: 0, snapshot: 2, unchanged: true })
    expect(await expectSettledLake(folder)).toBe(2)
    const shown = await product(folder, ['--json', 'runs', 'show', run.finished.run ?? ''])
    expect(shown.events[0]).toMatchObject({ state: 'published', snapshot: 2 })
  }))

test('--table loads one table and carries the others as the same files', () =>
  onCopy(day.secondMorning, async (folder) => {
    const one = await load(folder, ['--table', 'core/patients'])
    expect(one.finished).toMatchObject({ exit: 0, snapshot: 2 })
    expect(Object.keys(one.finished.tables ?? {})).toEqual(['core/patients'])
    const inodes = (number: number, table: string) => {
      const path = join(snapshotFolder(folder, number), table)
      return readdirSync(path)
        .sort()
        .map((name) => [name, statSync(join(path, name)).ino])
    }
    for (const table of awkwardTables) {
      const [before, after] = [inodes(1, table), inodes(2, table)]
      if (table === 'core/patients') expect(after).not.toEqual(before)
      else expect(after).toEqual(before)
    }
    expect(await expectSettledLake(folder)).toBe(2)
    expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 3 })
    await expectSameTables(snapshotFolder(folder, 3), snapshotFolder(day.undisturbed, 2))
  }))

test('a carried table whose patients are gone refuses the load', () =>
  onCopy(day.secondMorning, async (folder) => {
    rewrite(folder, (text) => text.replace('extracts/patients_*.csv', 'extracts/patients_1.csv'))
    const refused = await load(folder, ['--table', 'core/patients'])
    expect(refused.finished).toMatchObject({ exit: 11, state: 'refused', snapshot: 1 })
    expect(refused.events.find(({ event }) => event === 'error')?.['name']).toBe(
      'carried_table_refused',
    )
    expect(readdirSync(join(folder, 'lake', 'snapshots'))).toEqual(['000001'])
    // With the tables that hang on it, the same extract may load (their ceilings opened).
    rewrite(folder, (text) => text.replaceAll('20%', '100%'))
    expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 2 })
  }))

test('--dry-run says what a load would say and publishes nothing', () =>
  onCopy(day.secondMorning, async (folder) => {
    const dry = await load(folder, ['--dry-run'])
    expect(dry.finished).toMatchObject({ exit: 0, snapshot: 1, dry_run: true, unchanged: false })
    expect(countsOf(dry)).toEqual(countsOf(day.answer))
    expect(readdirSync(join(folder, 'lake', 'snapshots'))).toEqual(['000001'])
    expect(readdirSync(join(folder, 'lake', 'staging'))).toEqual([])
    expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 2 })
  }))

test('a load that changes nothing publishes nothing', () =>
  onCopy(day.undisturbed, async (folder) => {
    const same = await load(folder)
    expect(same.finished).toMatchObject({ exit: 0, snapshot: 2, unchanged: true })
    expect(await expectSettledLake(folder)).toBe(2)
    const text = await product(folder, ['load'])
    expect(text.stderr).toContain('nothing changed')
  }))

test('one worker and two make the same parts', () =>
  onCopy(day.secondMorning, async (folder) => {
    // The batches of the day before must not be taken over.
    rewrite(folder, (text) => text.replace('lake: ./lake', 'lake: ./other'))
    const two = await load(folder, ['--workers', '2'])
    rewrite(folder, (text) => text.replace('lake: ./other', 'lake: ./another'))
    const one = await load(folder, ['--workers', '1'])
    expect([one.code, two.code]).toEqual([0, 0])
    expect(countsOf(one)).toEqual(countsOf(two))
    const partsOf = (lake: string) => {
      const text = readFileSync(join(folder, lake, 'current', 'manifest.json'), 'utf8')
      const tables = Object.entries(JSON.parse(text).tables as Record<string, { files: Part[] }>)
      return tables.map(([table, { files }]) => [
        table,
        files.map(({ rows, identity }) => [rows, identity]),
      ])
    }
    expect(partsOf('another')).toEqual(partsOf('other'))
    await expectSameTables(join(folder, 'another', 'current'), join(folder, 'other', 'current'))
  }))

interface Part {
  readonly rows: number
  readonly bytes: number
  readonly identity: string
}
