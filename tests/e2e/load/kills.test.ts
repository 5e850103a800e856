// A load killed anywhere leaves the snapshot of the day before readable, and the next load needs no
// repair: it takes over what was committed and comes to the same tables as one never disturbed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import { failpointNames } from '../../../lake/failpoints.ts'
import { load, startProduct } from '../../support/product.ts'
import {
  copyProject,
  eachOf,
  isFullSize,
  proofPatienceMs,
  proofSeed,
  sized,
} from '../../support/proofs.ts'
import { batchLines, identities, runsOf } from '../../support/run-ledger.ts'
import { expectSameTables } from '../../support/same-tables.ts'
import { expectSettledLake, expectSoundSnapshots } from '../../support/sound-lake.ts'
import { countsOf, type Day, liveTwoDays, snapshotFolder } from '../../support/story-of-a-day.ts'

/** Extracts of one batch each; and with one of several, whose batches end in any order. */
let small: Day
let large: Day
beforeAll(async () => {
  small = await liveTwoDays({ seed: proofSeed, large: false })
  large = await liveTwoDays({ seed: proofSeed, large: true })
}, proofPatienceMs)
afterAll(() => {
  small?.remove()
  large?.remove()
})

/** Workers that race each other: batches are committed in another order than they end. */
const two = { SAFELANDING_WORKERS: '2' }
/** A sample kills loads of the small extracts with one: a thread costs a quarter of such a load. */
const workersOf = (day: Day) => (isFullSize || day === large ? two : {})

type Disturb = (folder: string) => Promise<void>

/** The old snapshot or the new, whole and readable; returns how many there are. */
async function expectReadable(day: Day, folder: string): Promise<number> {
  const published = await expectSoundSnapshots(folder)
  const manifest = (project: string) =>
    readFileSync(join(snapshotFolder(project, 1), 'manifest.json'), 'utf8')
  // Every file has the digest that its manifest states: the old snapshot is the same, byte for byte.
  expect(manifest(folder)).toBe(manifest(day.secondMorning))
  const current = join(folder, 'lake', 'current')
  const { snapshot } = JSON.parse(readFileSync(join(current, 'manifest.json'), 'utf8'))
  if (snapshot !== 1) await expectSameTables(current, snapshotFolder(day.undisturbed, snapshot))
  return published
}

/** Kills second loads on a copy of the project, one after the other; then the next one must do. */
async function expectConvergence(day: Day, disturbances: readonly Disturb[]): Promise<void> {
  const copy = copyProject(day.secondMorning, 'killed')
  const folder = copy.path
  try {
    const [firstRun] = runsOf(folder)
    let published = 1
    for (const disturb of disturbances) {
      await disturb(folder)
      published = await expectReadable(day, folder)
    }
    const killed = runsOf(folder).filter((run) => run !== firstRun)
    const committed = new Set<string>()
    for (const run of killed) {
      for (const identity of identities(await batchLines(folder, run))) committed.add(identity)
    }

    const next = await load(folder, [], workersOf(day))
    expect(next).toMatchObject({ code: 0, stderr: '' })
    expect(next.finished).toMatchObject({ snapshot: 2, unchanged: published === 2 })
    expect(await expectSettledLake(folder)).toBe(2)
    await expectSameTables(snapshotFolder(folder, 2), snapshotFolder(day.undisturbed, 2))
    expect(countsOf(next)).toEqual(countsOf(day.answer))
    if (published === 1) {
      const lines = await batchLines(folder, next.finished.run ?? '')
      const takenOver = lines.filter((line) => killed.includes(line.reused_from ?? ''))
      expect(identities(takenOver)).toEqual([...committed].sort())
    }
  } finally {
    copy.remove()
  }
}

const killAt =
  (day: Day) =>
  (failpoint: string): Disturb =>
  async (folder) => {
    const variables = { ...workersOf(day), SAFELANDING_FAILPOINT: failpoint }
    const killed = await load(folder, [], variables)
    expect(`${failpoint} ${killed.signal}`).toBe(`${failpoint} SIGKILL`)
  }

const behindCommit: readonly string[] = [
  'publish:after-rename',
  'publish:before-current',
  'publish:after-current',
  'publish:before-clean',
  'summary:before-rename',
]
const beforeCommit = failpointNames.filter(
  (name) => !behindCommit.includes(name) && name !== 'assemble:table-carried',
)
const ofLedger = ['ledger:before-append', 'ledger:half-line', 'ledger:before-flush'] as const
// Once more later: in the middle of a load, between batches and second passes.
const inTheMiddle = ofLedger.map((name) => `${name}@5`)

// The sample has every second one before the commit: e2e/lake/kills dies at each, without a load.
const inChains = beforeCommit.filter((_, index) => sized(index % 2 === proofSeed % 2, true))

/** Chains of kills on one lake: a kill behind the commit ends a chain. */
function chains(): string[][] {
  const length = Math.ceil(inChains.length / behindCommit.length)
  return behindCommit.map((last, index) => [
    ...inChains.slice(index * length, (index + 1) * length),
    last,
  ])
}

test(
  'loads killed at failpoints leave what the next one needs',
  async () => {
    await eachOf(chains(), 2, (chain) => expectConvergence(small, chain.map(killAt(small))))
    if (isFullSize) await expectConvergence(large, inTheMiddle.map(killAt(large)))
  },
  proofPatienceMs,
)

const late = sized(
  [],
  [...Array(14).keys()].flatMap((line) => ofLedger.map((name) => `${name}@${line + 4}`)),
)
const testOfLate = late.length > 0 ? test : test.skip
testOfLate(
  'loads killed at any line of the ledger leave what the next one needs (npm run proofs)',
  () =>
    eachOf(late, 2, (failpoint) =>
      expectConvergence(large, [
        async (folder) => {
          // Lines that wait together share a flush: a late one may not be reached, and all ends well.
          const run = await load(folder, [], { ...two, SAFELANDING_FAILPOINT: failpoint })
          if (run.signal === null) expect(run.code).toBe(0)
        },
      ]),
    ),
  proofPatienceMs,
)

test(
  'a load of one table killed while it carries the others converges',
  () =>
    expectConvergence(small, [
      async (folder) => {
        const environment = { ...two, SAFELANDING_FAILPOINT: 'assemble:table-carried@2' }
        const killed = await load(folder, ['--table', 'core/patients'], environment)
        expect(killed.signal).toBe('SIGKILL')
      },
    ]),
  proofPatienceMs,
)

test(
  'loads killed at random instants converge',
  async () => {
    const random = seededRandom(proofSeed)
    const killsOfLake = sized(2, 4)
    const lakes = Array.from({ length: sized(1, 40) }, (_, lake) => ({
      lake,
      seed: proofSeed,
      instants: Array.from({ length: killsOfLake }, () =>
        Math.round((0.25 + random.next() * 0.8) * large.duration),
      ),
    }))
    const killAfter =
      (milliseconds: number): Disturb =>
      async (folder) => {
        const { child, ended } = startProduct(folder, ['--json', 'load'], two)
        await pause(milliseconds)
        child.kill('SIGKILL')
        await ended
      }
    await eachOf(lakes, 2, ({ instants }) => expectConvergence(large, instants.map(killAfter)))
  },
  proofPatienceMs,
)
