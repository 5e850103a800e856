// The modules that are written for ehrQL, whole: of the example's backend, of one that implements
// several namespaces in part, and of contracts of a provider's own.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../contracts/catalogue.ts'
import { renderBackendModule } from '../../query/ehrql/backend-module.ts'
import { landedTables } from '../../query/ehrql/landed-tables.ts'
import { expectGolden, goldenFolder } from '../support/golden.ts'
import { writeOwnContracts } from '../support/own-contracts.ts'
import { repositoryRoot } from '../support/paths.ts'
import { hasPythonModule, python, testWithPython } from '../support/python.ts'
import { runHere } from '../support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
const written = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8')

beforeAll(() => {
  const example = join(repositoryRoot, 'examples', 'northshire', 'safelanding.yaml')
  cpSync(example, join(folder, 'safelanding.yaml'))
  writeOwnContracts(folder)
  mkdirSync(join(folder, 'out'))
})

test('the backend of the example', async () => {
  const { exit, stderr } = await runHere(['ehrql', 'backend', '--out', 'out'], folder)
  expect([exit, stderr]).toEqual([
    0,
    'wrote out/northshire_backend.py\n5 tables; implements core\n' +
      'next, in that folder: ehrql test-connection --backend northshire_backend.NorthshireBackend --url trino://…\n',
  ])
  expectGolden('ehrql/northshire_backend.py', written('northshire_backend.py'))
})

test('table classes of contracts that say everything', async () => {
  const { exit, stderr } = await runHere(
    ['ehrql', 'tables', './contracts/ours', '--out', 'out'],
    folder,
  )
  expect(exit).toBe(0)
  expectGolden('ehrql/ours_tables.py', written('ours_tables.py'))
  expectGolden('ehrql/ours_tables.stderr.txt', stderr)
})

test('a backend that implements some namespaces, and others in part, with deviations', () => {
  const { contracts } = loadCatalogue(builtInNamespaces(), { folder, bytesMax: 1_000_000 })
  const landed = landedTables({
    backend: 'north_shire',
    namespaces: ['tpp', 'core', 'emis', 'smoketest', 'raw.core'],
    contracts: [...contracts.values()],
    landed: new Set([
      ...['tpp/patients', 'tpp/practice_registrations', 'tpp/clinical_events', 'tpp/ons_deaths'],
      ...['core/medications', 'core/clinical_events', 'raw.core/ons_deaths_raw'],
    ]),
    own: new Set(),
  })
  const deviation = {
    id: 'NS-001',
    contract: 'tpp/clinical_events',
    column: 'numeric_value',
    kind: 'row_share',
    public_wording: 'Up to 0.5% of the values are out of range: see """the notes""" \\ of 2026.\n',
    expires: '2027-05-01',
  }
  const source = renderBackendModule({
    ...{ backend: 'north_shire', patientIdType: 'string', landed, deviations: [deviation] },
  })
  expectGolden('ehrql/north_shire_backend.py', source)
})

testWithPython('Python compiles each of them', () => {
  const script =
    'import sys\nfor f in sys.argv[1:]: compile(open(f, encoding="utf8").read(), f, "exec")'
  const names = ['northshire_backend.py', 'north_shire_backend.py', 'ours_tables.py']
  python(['-W', 'error', '-c', script, ...names.map((name) => join(goldenFolder, 'ehrql', name))])
})

const testWithBlack = hasPythonModule('black') ? test : test.skip
testWithBlack('black would change none of them', () => {
  const all = join(folder, 'formatted')
  mkdirSync(all)
  for (const name of ['northshire_backend.py', 'north_shire_backend.py', 'ours_tables.py']) {
    writeFileSync(join(all, name), readFileSync(join(goldenFolder, 'ehrql', name)))
  }
  python(['-m', 'black', '--check', '--quiet', all])
})
