// Every snapshot keeps the contracts that it was checked against: they can be read back, compared,
// and a changed byte of them is found.
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../../contracts/catalogue.ts'
import { lakeLayout } from '../../../lake/lake-layout.ts'
import { readManifest } from '../../../lake/manifest.ts'
import { sealJson } from '../../../lake/sealed-json.ts'
import { readStoredContract, storeContract } from '../../../lake/stored-contracts.ts'
import { load, product } from '../../support/product.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stored-contracts-'))
  writeSmallProject(folder)
  expect((await load(folder)).code).toBe(0)
  const file = 'contracts/ours/visits.yaml'
  replaceIn(folder, file, 'version: 1.0.0', 'version: 1.1.0')
  replaceIn(folder, file, 'description: Kind of the visit.', 'description: Its kind.')
  replaceIn(folder, file, '  kind:', '  note: {type: string, description: A note.}\n  kind:')
  expect((await load(folder)).code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lake = () => lakeLayout(join(folder, 'lake'))

test('each snapshot has its own contracts, as they were', async () => {
  const options = { folder, bytesMax: 100_000 }
  const now = loadCatalogue(['core', './contracts/ours'], options).contracts
  for (const [snapshot, version, columns] of [
    [1, '1.0.0', ['day', 'kind']],
    [2, '1.1.0', ['day', 'note', 'kind']],
  ] as const) {
    const { tables } = (await readManifest(lake(), snapshot)).manifest
    const visits = await readStoredContract(lake(), tables['ours/visits']?.contract_sha256 ?? '')
    expect(visits?.version).toBe(version)
    expect(visits?.columns.map(({ name }) => name)).toEqual(columns)
    const patients = await readStoredContract(
      lake(),
      tables['core/patients']?.contract_sha256 ?? '',
    )
    expect(patients).toEqual(now.get('core/patients'))
  }
  expect(readdirSync(lake().contracts)).toHaveLength(3)
  for (const name of readdirSync(lake().contracts)) {
    expect(statSync(join(lake().contracts, name)).mode & 0o777).toBe(0o440)
  }
})

test('a snapshot is compared by its number', async () => {
  const { code, events } = await product(folder, [
    '--json',
    'contracts',
    'diff',
    '1',
    './contracts/ours',
  ])
  const changes = events.filter(({ event }) => event === 'change')
  expect(changes.map(({ table, path, class: kind }) => [table, path, kind])).toEqual([
    ['ours/visits', 'columns.kind.description', 'documentation-only'],
    ['ours/visits', 'columns.note', 'compatible'],
  ])
  expect(code).toBe(0)
  const one = await product(folder, ['contracts', 'diff', '1', 'contracts/ours/visits.yaml'])
  expect([one.code, one.stderr]).toEqual([0, '1 contracts compared: compatible\n'])
  const none = await product(folder, ['contracts', 'diff', '7', 'core/patients'])
  expect(none.code).toBe(2)
})

test('a changed byte is found by verify, and mended by the next load that needs it', async () => {
  const { tables } = (await readManifest(lake(), 2)).manifest
  const digest = tables['ours/visits']?.contract_sha256 ?? ''
  const path = lake().contract(digest)
  const whole = readFileSync(path, 'utf8')
  const contract = await readStoredContract(lake(), digest)
  chmodSync(path, 0o640)
  writeFileSync(path, whole.replace('A note.', 'A mote.'))
  const verified = await product(folder, ['snapshots', 'verify'])
  expect(verified.code).toBe(11)
  expect(verified.stdout).toContain(`contracts/${digest}.json`)
  if (contract === null) throw new Error('it was stored')
  await storeContract(lake(), contract)
  expect(readFileSync(path, 'utf8')).toBe(whole)
  expect((await product(folder, ['snapshots', 'verify'])).code).toBe(0)
})

test('what a newer version stored is left alone; a digest that is none is refused', async () => {
  await expect(readStoredContract(lake(), '../../etc')).rejects.toMatchObject({ exit: 2 })
  const digest = '0'.repeat(64)
  expect(await readStoredContract(lake(), digest)).toBeNull()
  const newer = `${sealJson({ format: 2, contract: { digest } })}\n`
  writeFileSync(lake().contract(digest), newer)
  const [contract] = loadCatalogue(['core'], { folder, bytesMax: 100_000 }).contracts.values()
  if (contract === undefined) throw new Error('there is one')
  await expect(storeContract(lake(), { ...contract, digest })).rejects.toMatchObject({ exit: 5 })
  expect(readFileSync(lake().contract(digest), 'utf8')).toBe(newer)
})
