// Bad input gives one clear message, the right exit code and an unchanged lake.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { errorDefinitions } from '../../../contracts/errors.ts'
import { lakeLayout } from '../../../lake/lake-layout.ts'
import { readLedger } from '../../../lake/ledger.ts'
import { type BadInput, badInputs } from '../../support/bad-inputs.ts'
import { publishedDigest } from '../../support/folder-digest.ts'
import { loadProduct as load, productHere as product } from '../../support/product.ts'
import {
  copyProject,
  eachOf,
  isFullSize,
  proofPatienceMs,
  type Scratch,
  scratchFolder,
} from '../../support/proofs.ts'
import { runsOf } from '../../support/run-ledger.ts'
import { readRows } from '../../support/same-tables.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let sound: Scratch
beforeAll(async () => {
  sound = scratchFolder('sound')
  writeSmallProject(sound.path)
  expect(await load(sound.path)).toMatchObject({ code: 0, stderr: '' })
})
afterAll(() => sound.remove())

async function onCopy(work: (folder: string) => Promise<void>): Promise<void> {
  const copy = copyProject(sound.path, 'bad')
  try {
    await work(copy.path)
  } finally {
    copy.remove()
  }
}

/** The forms in which a case is told: both in a full proof, one and then the other in a sample. */
function forms(bad: BadInput, index: number): ('text' | 'json')[] {
  // A query prints in formats of its own and has no events.
  if (bad.words?.[0] === 'query') return ['text']
  if (isFullSize) return ['text', 'json']
  return [index % 2 === 0 ? 'text' : 'json']
}

async function expectRefusal(bad: BadInput, index: number): Promise<void> {
  await onCopy(async (folder) => {
    bad.spoil(folder)
    const before = publishedDigest(join(folder, 'lake'))
    for (const form of forms(bad, index)) {
      const { code } = errorDefinitions[bad.error]
      const words = [...(form === 'json' ? ['--json'] : []), ...(bad.words ?? ['load'])]
      const run = await product(folder, words, bad.variables)
      expect({ ...run, events: [] }).toMatchObject({ code: bad.exit, signal: null })
      if (form === 'json') {
        expect(run.finished).toMatchObject({ event: 'finished', exit: bad.exit })
        const told = run.events.filter(({ event }) => event === 'error')
        expect(told).toMatchObject([{ code, name: bad.error, exit: bad.exit }])
        expect(run.stderr).toBe('')
      } else {
        expect(run.stderr.match(/^error .*$/gm)).toEqual([
          expect.stringMatching(`^error ${code} ${bad.error}: .`),
        ])
        expect(run.stderr.match(/^ {2}what to do: ./gm)).toHaveLength(1)
        expect(run.stderr).not.toMatch(/^\s+at |node:internal/m)
        expect(run.stdout).toBe('')
      }
    }
    expect(publishedDigest(join(folder, 'lake'))).toEqual(before)
    // What was begun has ended, and says so.
    for (const run of runsOf(folder)) {
      const ledger = await readLedger(lakeLayout(join(folder, 'lake')), run)
      expect(['published', 'refused', 'failed']).toContain(ledger?.state)
    }
  })
}

test(
  'every bad input is refused in one message, and the lake stays as it is',
  async () => {
    const cases = badInputs.map((bad, index) => ({ name: bad.name, bad, index }))
    await eachOf(cases, 2, ({ bad, index }) => expectRefusal(bad, index))
  },
  proofPatienceMs,
)

test('a header alone is a table of no rows: one file of no rows', () =>
  onCopy(async (folder) => {
    writeFileSync(join(folder, 'extracts', 'visits.csv'), 'id,day,kind\n')
    expect((await load(folder)).finished).toMatchObject({
      exit: 0,
      snapshot: 2,
      tables: { 'ours/visits': { in: 0, accepted: 0, rejected: 0 } },
    })
    const manifest = JSON.parse(readFileSync(join(folder, 'lake/current/manifest.json'), 'utf8'))
    expect(manifest.tables['ours/visits'].files).toHaveLength(1)
    const visits = `${folder}/lake/current/ours/visits/*.parquet`
    const described = await readRows(
      `SELECT column_name, column_type FROM (DESCRIBE FROM '${visits}')`,
    )
    expect(described).toEqual([
      ['patient_id', 'BIGINT'],
      ['day', 'DATE'],
      ['kind', 'VARCHAR'],
    ])
    expect(await readRows(`SELECT count(*) FROM '${visits}'`)).toEqual([['0']])
  }))

test('exactly at its ceiling a table passes, as a count and as a share', () =>
  onCopy(async (folder) => {
    const rows =
      'id,born,sex\n1,1980-01-01,female\n2,x,male\n3,1980-01-01,male\n4,1980-01-01,male\n'
    writeFileSync(join(folder, 'extracts', 'patients.csv'), rows)
    expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 2 })
    replaceIn(folder, 'safelanding.yaml', 'reject_ceiling: 1', 'reject_ceiling: 25%')
    replaceIn(folder, 'extracts/patients.csv', '3,1980-01-01', '3,1981-01-01')
    expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 3 })
  }))

/** Mounts a disk of this size; false where this process may not. */
function mountDisk(folder: string, bytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

const probe = scratchFolder('mount')
const mayMount = mountDisk(probe.path, 65_536)
if (mayMount) execFileSync('umount', [probe.path])
probe.remove()

const testOnDisk = mayMount ? test : test.skip
testOnDisk('a disk that is really full: exit 3, and the same load succeeds on a larger one', () =>
  onCopy(async (folder) => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    expect(mountDisk(disk, 768 * 1024)).toBe(true)
    try {
      replaceIn(folder, 'safelanding.yaml', 'lake: ./lake', 'lake: ./disk/lake')
      expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 1 })
      const before = publishedDigest(join(disk, 'lake'))
      const visits = Array.from({ length: 120_000 }, (_, row) => {
        const kind = (BigInt(row + 1) * 0x9e3779b97f4a7c15n).toString(36)
        return `1,2020-01-01,${kind}`
      })
      writeFileSync(join(folder, 'extracts', 'visits.csv'), `id,day,kind\n${visits.join('\n')}\n`)
      const full = await load(folder)
      expect(full.finished).toMatchObject({ exit: 3 })
      expect(full.events.filter(({ event }) => event === 'error')).toMatchObject([
        { name: 'disk_full' },
      ])
      expect(publishedDigest(join(disk, 'lake'))).toEqual(before)
      expect((await product(folder, ['snapshots', 'verify'])).code).toBe(0)
      execFileSync('mount', ['-o', 'remount,size=64m', disk])
      expect((await load(folder)).finished).toMatchObject({ exit: 0, snapshot: 2 })
    } finally {
      execFileSync('umount', [disk])
    }
  }),
)
