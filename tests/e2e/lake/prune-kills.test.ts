// A prune that is killed anywhere leaves a lake that every command understands, and the next prune ends
// what it began: nothing that it did not choose is touched, nothing is half deleted for good.
import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pruneFailpointNames } from '../../../lake/failpoints.ts'
import { dataFiles, loadNight, nightLake } from '../../support/night-lake.ts'
import { type ProductRun, product, productHere } from '../../support/product.ts'
import { copyProject, eachOf, proofPatienceMs, type Scratch, sized } from '../../support/proofs.ts'
import { replaceIn } from '../../support/small-project.ts'

let original: Scratch
beforeAll(async () => {
  original = await nightLake(3)
}, proofPatienceMs)
afterAll(() => original.remove())

const ask = (folder: string, ...words: string[]): Promise<ProductRun> =>
  productHere(folder, ['--json', 'snapshots', ...words])

// Each snapshot has two files: of the second the first, and so on.
const cases: readonly string[] = [
  ...pruneFailpointNames.map((name) => `${name}@1`),
  ...sized(
    ['prune:file-deleted@3'],
    [
      'prune:before-mark@2',
      'prune:marked@2',
      'prune:file-deleted@2',
      'prune:file-deleted@3',
      'prune:file-deleted@4',
      'prune:files-deleted@2',
    ],
  ),
]

async function expectUnderstood(folder: string): Promise<void> {
  const whole = await ask(folder, 'verify', '3')
  expect(whole.finished).toMatchObject({ exit: 0, files: 2 })
  const list = await ask(folder, 'list')
  expect(list.finished).toMatchObject({ exit: 0, snapshots: 3 })
  for (const snapshot of ['1', '2']) {
    expect((await ask(folder, 'show', snapshot)).finished.exit).toBe(0)
    const { events, finished } = await ask(folder, 'verify', snapshot)
    const kinds = events.filter(({ event }) => event === 'finding').map(({ kind }) => kind)
    const left = dataFiles(folder, Number(snapshot))
    const isMarked = existsSync(join(folder, `lake/snapshots/00000${snapshot}/pruned.json`))
    // No file is ever missing without the mark; with it, what is left is what the next prune takes.
    expect([snapshot, finished.exit, kinds]).toEqual(
      isMarked && left.length > 0 ? [snapshot, 11, ['prune_unfinished']] : [snapshot, 0, []],
    )
    if (!isMarked) expect(left).toHaveLength(2)
  }
}

test('behind a load that was killed behind its commit, `current` leads to what stays', async () => {
  const copy = copyProject(original.path, 'prune-behind')
  try {
    const folder = copy.path
    replaceIn(folder, 'extracts/visits.csv', 'first', 'once')
    const place = { SAFELANDING_FAILPOINT: 'publish:after-rename' }
    expect((await product(folder, ['--json', 'load'], place)).signal).toBe('SIGKILL')
    expect(readlinkSync(join(folder, 'lake', 'current'))).toBe('snapshots/000003')
    // A lake of an earlier version has no folder of holds.
    rmSync(join(folder, 'lake', 'holds'), { recursive: true })
    expect((await ask(folder, 'prune', '--keep', '1', '--yes')).finished).toMatchObject({
      ...{ exit: 0, pruned: [1, 2, 3] },
    })
    expect(readlinkSync(join(folder, 'lake', 'current'))).toBe('snapshots/000004')
    expect((await ask(folder, 'verify')).finished).toMatchObject({ exit: 0, files: 2 })
    expect(await loadNight(folder)).toBe(5)
    expect(readdirSync(join(folder, 'lake', 'staging'))).toEqual([])
  } finally {
    copy.remove()
  }
})

test(
  'a prune killed at any failpoint is finished by the next one',
  async () => {
    expect(readdirSync(join(original.path, 'lake', 'staging'))).toEqual([])
    await eachOf(cases, 2, async (place) => {
      const copy = copyProject(original.path, 'prune-kill')
      try {
        const folder = copy.path
        const words = ['--json', 'snapshots', 'prune', '--keep', '1', '--yes']
        const { signal } = await product(folder, words, { SAFELANDING_FAILPOINT: place })
        expect(signal).toBe('SIGKILL')
        await expectUnderstood(folder)
        const doctor = await productHere(folder, ['--json', 'doctor'])
        const isHalf = [1, 2].some((snapshot) => {
          const mark = join(folder, `lake/snapshots/00000${snapshot}/pruned.json`)
          return existsSync(mark) && dataFiles(folder, snapshot).length > 0
        })
        expect(doctor.finished).toMatchObject({ exit: isHalf ? 11 : 0 })
        // A load goes on as if nothing had been, and the next prune takes what is left.
        expect(await loadNight(folder)).toBe(4)
        expect((await ask(folder, 'prune', '--keep', '2', '--yes')).finished.exit).toBe(0)
        expect([1, 2].map((snapshot) => dataFiles(folder, snapshot))).toEqual([[], []])
        for (const snapshot of ['1', '2', '3', '4']) {
          expect((await ask(folder, 'verify', snapshot)).finished.exit).toBe(0)
        }
        expect(readdirSync(join(folder, 'lake', 'staging'))).toEqual([])
      } finally {
        copy.remove()
      }
    })
  },
  proofPatienceMs,
)
