// Two loads started together: each publishes once or stands back, and nothing of them is mixed.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { awkwardProject } from '../../support/awkward-project.ts'
import { load, product } from '../../support/product.ts'
import {
  copyProject,
  eachOf,
  proofPatienceMs,
  proofSeed,
  scratchFolder,
  sized,
} from '../../support/proofs.ts'
import { expectSameTables } from '../../support/same-tables.ts'
import { expectSettledLake } from '../../support/sound-lake.ts'
import { type Day, liveTwoDays, snapshotFolder, useExtracts } from '../../support/story-of-a-day.ts'

let day: Day
beforeAll(async () => {
  day = await liveTwoDays({ seed: proofSeed, large: false })
}, proofPatienceMs)
afterAll(() => day?.remove())

test(
  'of two loads of one project started together, one publishes',
  () =>
    eachOf(
      Array.from({ length: sized(1, 25) }, (_, pair) => pair),
      1,
      async () => {
        const copy = copyProject(day.secondMorning, 'race')
        try {
          const both = await Promise.all([load(copy.path), load(copy.path)])
          const codes = both.map(({ code }) => code)
          expect(codes).toContain(0)
          for (const run of both) {
            expect([0, 3, 4]).toContain(run.code)
            expect(run.finished.exit).toBe(run.code)
            expect(run.stderr).toBe('')
          }
          const publishers = both.filter(({ code, finished }) => code === 0 && !finished.unchanged)
          expect(publishers).toHaveLength(1)
          expect(await expectSettledLake(copy.path)).toBe(2)
          await expectSameTables(snapshotFolder(copy.path, 2), snapshotFolder(day.undisturbed, 2))
        } finally {
          copy.remove()
        }
      },
    ),
  proofPatienceMs,
)

test(
  'of two projects that load into one new lake, each publishes once or stands back',
  () =>
    eachOf(
      Array.from({ length: sized(1, 25) }, (_, pair) => pair),
      1,
      async () => {
        const root = scratchFolder('race')
        try {
          const folders = ['one', 'two'].map((name) => join(root.path, name))
          for (const folder of folders) {
            mkdirSync(folder)
            const text = awkwardProject.replace('./lake', '../lake')
            writeFileSync(join(folder, 'safelanding.yaml'), text)
          }
          const [one = '', two = ''] = folders
          useExtracts(one, join(day.secondMorning, '..', 'first-day'))
          useExtracts(two, join(day.secondMorning, '..', 'second-day'))
          const both = await Promise.all([load(one), load(two)])
          for (const { code } of both) expect([0, 3, 4]).toContain(code)
          const published = both.filter(({ code }) => code === 0)
          expect(published.length).toBeGreaterThan(0)
          expect(await expectSettledLake(root.path)).toBe(published.length)
          expect(new Set(published.map(({ finished }) => finished.snapshot)).size).toBe(
            published.length,
          )
          for (const [index, { code, finished }] of both.entries()) {
            if (code !== 0) continue
            const found = snapshotFolder(root.path, finished.snapshot ?? 0)
            await expectSameTables(found, snapshotFolder(day.undisturbed, index + 1))
          }
        } finally {
          root.remove()
        }
      },
    ),
  proofPatienceMs,
)

test('the lock of a killed load is taken over without help; that of a living one is named', async () => {
  const copy = copyProject(day.secondMorning, 'lock')
  try {
    const killed = await load(copy.path, ['--run-id', 'dead'], {
      SAFELANDING_FAILPOINT: 'assemble:before-manifest',
    })
    expect(killed.signal).toBe('SIGKILL')
    const lockOf = () => {
      const locks = join(copy.path, 'lake', 'locks')
      const [name = ''] = readdirSync(locks).filter((file) => file.endsWith('.json'))
      return { path: join(locks, name), lock: JSON.parse(readFileSync(join(locks, name), 'utf8')) }
    }
    const { path, lock } = lockOf()
    expect(lock).toMatchObject({ run: 'dead', free: false })
    // The same lock, held by a process that lives: this one.
    const self = { ...lock.process, pid: process.pid, started: startOf(process.pid) }
    writeFileSync(path, JSON.stringify({ ...lock, run: 'alive', process: self }))
    const refused = await load(copy.path)
    expect(refused.finished.exit).toBe(4)
    expect(refused.events.find(({ event }) => event === 'error')?.['message']).toContain(
      'run alive',
    )
    writeFileSync(path, JSON.stringify(lock))
    expect((await load(copy.path)).finished).toMatchObject({ exit: 0, snapshot: 2 })
    expect(lockOf().lock).toMatchObject({ free: true })
    expect((await product(copy.path, ['snapshots', 'verify'])).code).toBe(0)
  } finally {
    copy.remove()
  }
})

/** When a process started, as the kernel counts it; null where /proc is missing. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
