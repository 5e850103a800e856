// `snapshots rollback` by its real commands: an old snapshot's tables under a new number.
import { chmodSync, existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { dataFiles, loadNight, nightLake } from '../../support/night-lake.ts'
import { type ProductRun, product, productHere } from '../../support/product.ts'
import { copyProject, eachOf, proofPatienceMs, type Scratch, sized } from '../../support/proofs.ts'
import { expectSettledLake } from '../../support/sound-lake.ts'

let scratch: Scratch | null = null
afterEach(() => scratch?.remove())

const ask = (folder: string, ...words: string[]): Promise<ProductRun> =>
  productHere(folder, ['--json', 'snapshots', ...words])
const visitsOf = async (folder: string): Promise<string> => {
  const { stdout } = await product(folder, [
    ...['query', 'SELECT count(*) FROM visits', '--format', 'csv'],
  ])
  return stdout.split('\n')[1]?.trim() ?? ''
}

test('the tables of an old snapshot are current again, under the next number', async () => {
  scratch = await nightLake(2)
  const folder = scratch.path
  expect(await visitsOf(folder)).toBe('5')
  expect((await ask(folder, 'rollback', '1')).finished.exit).toBe(2)
  const { finished } = await ask(folder, 'rollback', '1', '--yes')
  expect(finished).toMatchObject({ exit: 0, snapshot: 3, before: 2, restored: 1 })
  expect(await visitsOf(folder)).toBe('4')
  expect(readlinkSync(join(folder, 'lake', 'current'))).toBe('snapshots/000003')
  expect(await expectSettledLake(folder)).toBe(3)
  const inode = (snapshot: number) =>
    dataFiles(folder, snapshot).map(
      (name) => statSync(join(folder, `lake/snapshots/00000${snapshot}`, name)).ino,
    )
  expect(inode(3)).toEqual(inode(1))
  expect((await productHere(folder, ['--json', 'runs', 'show'])).finished).toMatchObject({
    exit: 0,
    state: 'published',
  })
  // The current one is not published again; a load follows the extracts.
  expect((await ask(folder, 'rollback', '3', '--yes')).finished).toMatchObject({
    ...{ exit: 0, snapshot: 3, unchanged: true },
  })
  expect(await loadNight(folder)).toBe(4)
  expect(await visitsOf(folder)).toBe('6')
  expect(await expectSettledLake(folder)).toBe(4)
})

test('what was pruned, is damaged or does not exist is not published again', async () => {
  scratch = await nightLake(4)
  const folder = scratch.path
  expect((await ask(folder, 'prune', '--keep', '3', '--yes')).finished.exit).toBe(0)
  const [name = ''] = dataFiles(folder, 2).filter((file) => file.includes('visits'))
  const path = join(folder, 'lake/snapshots/000002', name)
  const bytes = readFileSync(path)
  bytes[17] = (bytes[17] ?? 0) ^ 1
  chmodSync(path, 0o640)
  writeFileSync(path, bytes)
  const codes: unknown[] = []
  for (const snapshot of ['1', '2', '9']) {
    const { events } = await ask(folder, 'rollback', snapshot, '--yes')
    codes.push(events[0]?.['code'])
  }
  expect(codes).toEqual(['SL2005', 'SL1108', 'SL2002'])
  expect(existsSync(join(folder, 'lake/snapshots/000005'))).toBe(false)
})

test(
  'a rollback killed around its commit is published or is not, and the next load settles it',
  async () => {
    scratch = await nightLake(2)
    const original = scratch.path
    const places = [
      'assemble:before-manifest',
      'publish:before-rename',
      'publish:after-rename',
      ...sized([], ['publish:before-current', 'publish:after-current', 'publish:before-clean']),
    ]
    await eachOf(places, 2, async (place) => {
      const copy = copyProject(original, 'rollback-kill')
      try {
        const words = ['--json', 'snapshots', 'rollback', '1', '--yes']
        const { signal } = await product(copy.path, words, { SAFELANDING_FAILPOINT: place })
        expect(signal).toBe('SIGKILL')
        const isPublished = existsSync(join(copy.path, 'lake/snapshots/000003'))
        expect(isPublished).toBe(/after-rename|current|clean/.test(place))
        expect(await loadNight(copy.path)).toBe(isPublished ? 4 : 3)
        const { events } = await productHere(copy.path, ['--json', 'runs', 'list'])
        expect(events.some((event) => event['state'] === 'published')).toBe(true)
        // The load took the place of what was not published.
        const states = events.slice(0, -1).map((event) => event['state'])
        expect(states.includes('abandoned')).toBe(!isPublished)
        expect(states).not.toContain('sealed')
      } finally {
        copy.remove()
      }
    })
  },
  proofPatienceMs,
)
