// `snapshots prune` by its real commands: what goes, what stays, what it says, and that every other
// command understands what it leaves.
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { lakeLayout } from '../../../lake/lake-layout.ts'
import { takeLock } from '../../../lake/lock.ts'
import { dataFiles, loadNight, nightLake, storedBytes } from '../../support/night-lake.ts'
import { failing, type ProductRun, product, productHere } from '../../support/product.ts'
import { proofPatienceMs, type Scratch } from '../../support/proofs.ts'

let scratch: Scratch | null = null
afterEach(() => scratch?.remove())

const nights = async (count: number): Promise<string> => {
  scratch = await nightLake(count)
  return scratch.path
}
const ask = (folder: string, ...words: string[]): Promise<ProductRun> =>
  productHere(folder, ['--json', 'snapshots', ...words])
const manifestOf = (folder: string, snapshot: number): string =>
  readFileSync(join(folder, `lake/snapshots/00000${snapshot}/manifest.json`), 'utf8')
const choicesOf = ({ events }: ProductRun) =>
  events
    .filter(({ event }) => event === 'prune')
    .map(({ snapshot, action, reasons }) => [snapshot, action, reasons])

test(
  'data files go, manifests stay, and only what had no other name is freed',
  async () => {
    const folder = await nights(4)
    const manifests = [1, 2, 3, 4].map((snapshot) => manifestOf(folder, snapshot))
    const before = storedBytes(folder)
    const looked = await ask(folder, 'prune', '--keep', '2', '--dry-run')
    expect(looked.code).toBe(0)
    expect(choicesOf(looked)).toEqual([
      [4, 'keep', ['current', 'one of the newest 2']],
      [3, 'keep', ['one of the newest 2']],
      [2, 'delete', []],
      [1, 'delete', []],
    ])
    expect(looked.finished).toMatchObject({ exit: 0, dry_run: true, pruned: [], kept: 2 })
    expect(storedBytes(folder)).toBe(before)
    const { code, finished } = await ask(folder, 'prune', '--keep', '2', '--yes')
    const freed = before - storedBytes(folder)
    expect(freed).toBeGreaterThan(0)
    expect([code, finished]).toMatchObject([0, { pruned: [1, 2], kept: 2, files: 4, freed }])
    // The patients of all nights are one file, which lives on.
    expect((finished as unknown as { bytes: number }).bytes).toBeGreaterThan(freed)
    const told = looked.events.filter(({ action }) => action === 'delete')
    expect(told.reduce((sum, { frees }) => sum + Number(frees), 0)).toBe(freed)
    expect([1, 2].map((snapshot) => dataFiles(folder, snapshot))).toEqual([[], []])
    expect(readdirSync(join(folder, 'lake/snapshots/000001')).sort()).toEqual([
      'manifest.json',
      'pruned.json',
    ])
    expect([1, 2, 3, 4].map((snapshot) => manifestOf(folder, snapshot))).toEqual(manifests)
    await expectUnderstood(folder)
  },
  proofPatienceMs,
)

/** Every other command, over a lake of four snapshots of which two are pruned. */
async function expectUnderstood(folder: string): Promise<void> {
  const list = await ask(folder, 'list')
  const states = list.events.slice(0, -1).map(({ snapshot, pruned_at }) => [snapshot, !pruned_at])
  expect(states).toEqual([
    [4, true],
    [3, true],
    [2, false],
    [1, false],
  ])
  for (const snapshot of ['1', '2', '3', '4']) {
    expect((await ask(folder, 'verify', snapshot)).finished.exit).toBe(0)
  }
  expect((await ask(folder, 'show', '1')).events[0]).toMatchObject({
    snapshot: 1,
    pruned_at: expect.stringMatching(/^20/),
  })
  const count = (snapshot: string) =>
    product(folder, ['query', '--snapshot', snapshot, 'SELECT count(*) FROM visits'])
  const [old, kept] = await Promise.all([count('2'), count('3')])
  expect([old.code, kept.code]).toEqual([2, 0])
  expect(old.stderr).toMatch(/SL2005 snapshot_pruned: snapshot 2 was pruned on .*kept: 3\n/)
  expect((await productHere(folder, ['--json', 'doctor'])).code).toBe(0)
  expect((await ask(folder, 'prune', '--keep', '2', '--yes')).finished).toMatchObject({
    exit: 0,
    pruned: [],
  })
  expect(await loadNight(folder)).toBe(5)
  expect((await ask(folder, 'verify')).finished.exit).toBe(0)
}

test('what is asked for has to be said, and a person has to say yes', async () => {
  const folder = await nights(2)
  const outcomes = [
    await ask(folder, 'prune'),
    await ask(folder, 'prune', '--keep', '0'),
    await ask(folder, 'prune', '--older-than', '90'),
    await ask(folder, 'prune', '--keep', '1'),
    await ask(folder, 'prune', '--older-than', '1d', '--yes'),
    await ask(folder, 'prune', '--keep', '1', '--older-than', '1d', '--yes'),
    await ask(folder, 'pin', '1', '--until', '2020-01-01', '--reason', 'late'),
    await ask(folder, 'pin', '7', '--until', '2999-01-01', '--reason', 'far'),
  ]
  expect(outcomes.map(({ finished }) => finished.exit)).toEqual([2, 2, 2, 2, 0, 0, 2, 2])
  expect(dataFiles(folder, 1)).not.toEqual([])
  const lake = lakeLayout(join(folder, 'lake'))
  const lock = await takeLock(lake, 'other', process.pid, () => new Date())
  expect((await ask(folder, 'prune', '--keep', '1', '--yes')).finished.exit).toBe(4)
  await lock.release()
  expect((await ask(folder, 'prune', '--keep', '1', '--yes')).finished).toMatchObject({
    exit: 0,
    pruned: [1],
  })
})

test('a full disk ends it before anything is deleted', async () => {
  const folder = await nights(2)
  const words = ['--json', 'snapshots', 'prune', '--keep', '1', '--yes']
  const full = await product(folder, words, failing('pruned.json.new', 'open', 'ENOSPC'))
  expect(full.finished.exit).toBe(3)
  expect(dataFiles(folder, 1)).toHaveLength(2)
  expect((await ask(folder, 'verify', '1')).finished.exit).toBe(0)
  expect((await ask(folder, 'prune', '--keep', '1', '--yes')).finished).toMatchObject({
    pruned: [1],
  })
})

test('a pin keeps a snapshot until its day is over, and is gone then', async () => {
  const folder = await nights(3)
  const pinned = await ask(folder, 'pin', '1', '--until', '2027-06-30', '--reason', 'study 12')
  expect(pinned.finished.exit).toBe(0)
  const first = await ask(folder, 'prune', '--keep', '1', '--yes')
  expect(choicesOf(first)).toEqual([
    [3, 'keep', ['current', 'one of the newest 1']],
    [2, 'delete', []],
    [1, 'keep', ['pinned until 2027-07-01T00:00Z: study 12']],
  ])
  const late = await ask(folder, 'pin', '2', '--until', '2027-06-30', '--reason', 'too late')
  expect(late.events[0]).toMatchObject({ code: 'SL2005' })
  const holds = join(folder, 'lake', 'holds')
  expect(readdirSync(holds)).toEqual(['pin-000001.person.json'])
  const file = join(holds, 'pin-000001.person.json')
  // A pin that nobody can read any more is no reason to delete what it kept.
  const text = readFileSync(file, 'utf8')
  unlinkSync(file)
  writeFileSync(file, text.slice(0, 40))
  expect((await ask(folder, 'prune', '--keep', '1', '--yes')).finished).toMatchObject({
    pruned: [],
  })
  unlinkSync(file)
  writeFileSync(file, text.replace('2027-07', '2026-07'))
  expect((await ask(folder, 'prune', '--keep', '1', '--yes')).finished).toMatchObject({
    pruned: [1],
  })
  expect(existsSync(file)).toBe(false)
})

test('unpin lets go, and a damaged manifest keeps what nobody can name', async () => {
  const folder = await nights(3)
  await ask(folder, 'pin', '1', '--until', '2027-06-30', '--reason', 'study 12')
  expect((await ask(folder, 'unpin', '1')).finished).toMatchObject({ exit: 0, removed: 1 })
  const manifest = join(folder, 'lake/snapshots/000002/manifest.json')
  const text = readFileSync(manifest, 'utf8')
  unlinkSync(manifest)
  writeFileSync(manifest, text.replace('"backend":"small"', '"backend":"smell"'))
  const run = await ask(folder, 'prune', '--keep', '1', '--yes')
  expect(choicesOf(run)).toEqual([
    [3, 'keep', ['current', 'one of the newest 1']],
    [2, 'keep', ['its manifest is damaged: snapshots verify']],
    [1, 'delete', []],
  ])
  expect(dataFiles(folder, 2)).not.toEqual([])
})
