// A publisher killed anywhere leaves the old snapshot or the new, whole, and the next run goes on.
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { failpointNames } from '../../../lake/failpoints.ts'
import { lakeLayout } from '../../../lake/lake-layout.ts'
import { listRuns, readLedger } from '../../../lake/ledger.ts'
import { currentLink } from '../../../lake/publish.ts'
import { startChild } from '../../support/lake-children.ts'
import { publishRun, scratchFolder, testTables } from '../../support/lake-runs.ts'
import { sized } from '../../support/proofs.ts'
import { expectWholeLake } from '../../support/whole-lake.ts'

const nextRun = (root: string, run: string) =>
  publishRun({ root, run, locked: true, tables: [testTables[0]], carried: [testTables[1]] })

async function expectConvergence(root: string, run: string, before: number): Promise<void> {
  const lake = lakeLayout(root)
  const number = await nextRun(root, run)
  expect(number).toBe(before + 1)
  expect(await expectWholeLake(lake)).toBe(number)
  expect(await currentLink(lake)).toBe(`snapshots/${String(number).padStart(6, '0')}`)
  expect(existsSync(lake.stagingRun(run))).toBe(false)
  for (const other of await listRuns(lake)) {
    expect(['published', 'failed']).toContain((await readLedger(lake, other))?.state)
  }
}

// Every name once, and some again later: in the middle of a run, and in one that carries a table.
const cases: readonly string[] = [
  ...failpointNames.map((name) => `${name}@1`),
  'assemble:part-linked@5',
  'ledger:half-line@5',
  'ledger:half-line@8',
  'publish:before-rename@2',
  'publish:before-current@2',
]

/** Snapshots there must be after the kill (one was there before), where the place says it alone. */
function expectedSnapshots(name: string, occurrence: number): number | null {
  if (name.startsWith('ledger:') || name.startsWith('assemble:')) return null
  const committed = ['publish:after-rename', 'publish:before-current', 'publish:after-current']
  const late = [...committed, 'publish:before-clean', 'summary:before-rename'].includes(name)
  return occurrence + (late ? 1 : 0)
}

test('a publisher killed at any failpoint loses nothing, and the next run goes on', async () => {
  const left = [...cases]
  const work = async () => {
    for (let text = left.pop(); text !== undefined; text = left.pop()) {
      const folder = scratchFolder()
      try {
        expect(await publishRun(first(folder.path))).toBe(1)
        const environment = { SAFELANDING_FAILPOINT: text }
        const { ended } = startChild('lake-child.js', [folder.path, 'b', '3'], environment)
        expect(`${text} ${(await ended).signal}`).toBe(`${text} SIGKILL`)
        const before = await expectWholeLake(lakeLayout(folder.path))
        const [name = '', occurrence] = text.split('@')
        const expected = expectedSnapshots(name, Number(occurrence))
        if (expected !== null) expect(`${text} ${before}`).toBe(`${text} ${expected}`)
        await expectConvergence(folder.path, 'c', before)
      } finally {
        folder.remove()
      }
    }
  }
  // Two at a time: a small machine has two cores.
  await Promise.all([work(), work()])
})

const first = (root: string) => ({
  root,
  run: 'a',
  locked: true,
  tables: [...testTables],
  carried: [],
})

// mulberry32: the kill instants follow from the seed alone.
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const kills = Number(process.env['LAKE_KILLS'] ?? sized(2, 100))
// Every check reads the whole lake: a new one from time to time keeps a long proof linear.
const killsPerLake = 10

async function killAtRandom(random: () => number, count: number): Promise<void> {
  const folder = scratchFolder()
  try {
    const lake = lakeLayout(folder.path)
    await publishRun(first(folder.path))
    let published = 1
    for (let kill = 0; kill < count; kill++) {
      const { child, ready, ended } = startChild('lake-child.js', [folder.path, `k${kill}`, '1000'])
      await ready
      await pause(random() * 80)
      child.kill('SIGKILL')
      expect((await ended).signal).toBe('SIGKILL')
      const before = await expectWholeLake(lake)
      expect(before).toBeGreaterThanOrEqual(published)
      await expectConvergence(folder.path, `n${kill}`, before)
      published = before + 1
    }
  } finally {
    folder.remove()
  }
}

test(
  'a publisher killed at random instants loses nothing',
  async () => {
    const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)
    const random = randomNumbers(seed)
    try {
      for (let left = kills; left > 0; left -= killsPerLake) {
        await killAtRandom(random, Math.min(left, killsPerLake))
      }
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  },
  60_000 + kills * 2_000,
)
