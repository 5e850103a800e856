// `export arrow`: what ehrQL's local-file engine needs is there, read back by Arrow's own readers; the
// sample is the same each time and whole; nothing of somebody else's is touched.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { RecordBatchReader, type Table, tableFromIPC } from 'apache-arrow'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import type { SnapshotManifest } from '../../../contracts/snapshot-manifest.ts'
import { landedByName } from '../../../query/ehrql/landed-tables.ts'
import { type ExportRequest, exportArrow } from '../../../query/export-arrow.ts'
import { bareNames } from '../../../query/snapshot-database.ts'
import { folderDigest } from '../../support/folder-digest.ts'
import { publishParquet } from '../../support/parquet-lake.ts'
import { hasPythonModule, python } from '../../support/python.ts'
import { runHere } from '../../support/run-command.ts'

const peopleCount = 3_000
const many = {
  'core/patients': {
    columns: [
      ['patient_id', 'BIGINT'],
      ['sex', 'VARCHAR'],
    ],
    files: [
      `(SELECT 9007199254740993 + range, 'female' FROM range(1000))`,
      `(SELECT 9007199254740993 + range, 'é 😀' FROM range(1000, ${peopleCount}))`,
    ],
  },
  'core/clinical_events': {
    columns: [
      ['patient_id', 'BIGINT'],
      ['date', 'DATE'],
      ['snomedct_code', 'VARCHAR'],
      ['numeric_value', 'DOUBLE'],
      ['is_positive', 'BOOLEAN'],
    ],
    files: [
      `(SELECT 9007199254740993 + (range * 7919) % ${peopleCount}, DATE '2020-01-01' + (range % 900)::INTEGER,
        '38341003' || range % 10, CASE WHEN range % 3 > 0 THEN range / 8 END, range % 2 = 0
        FROM range(150000))`,
    ],
  },
} as const

let root: string
let few: string
const removals: (() => void)[] = []
beforeAll(async () => {
  const [large, small] = [await publishParquet(many), await publishParquet()]
  root = large.root
  few = small.root
  removals.push(large.remove, small.remove)
})
afterAll(() => {
  for (const remove of removals) remove()
})

let out: string
beforeEach(() => {
  out = join(mkdtempSync(join(tmpdir(), 'safelanding-')), 'tables')
})

const exported = (changes: Partial<ExportRequest> = {}) =>
  exportArrow({ lake: root, snapshot: null, out, tables: [], sample: null, ...changes })

const bytesOf = (name: string): Buffer => readFileSync(join(out, name))
const read = (name: string): Table => tableFromIPC(bytesOf(name))
const idsOf = (table: Table): bigint[] => [...(table.getChild('patient_id') ?? [])]

test('whole tables: plain types, patient_id first, several batches, each row as it is', async () => {
  const outcome = await exported()
  expect(outcome.tables).toEqual([
    { name: 'clinical_events', table: 'core/clinical_events', rows: 150_000 },
    { name: 'patients', table: 'core/patients', rows: peopleCount },
  ])
  const events = read('clinical_events.arrow')
  expect(events.schema.fields.map(({ name, type }) => [name, `${type}`])).toEqual([
    ['patient_id', 'Int64'],
    ['date', 'Date32<DAY>'],
    ['snomedct_code', 'Utf8'],
    ['numeric_value', 'Float64'],
    ['is_positive', 'Bool'],
  ])
  const batches = [...RecordBatchReader.from(bytesOf('clinical_events.arrow'))]
  expect(batches.length).toBeGreaterThan(2)
  expect(events.numRows).toBe(150_000)
  // The rows as their formula has them, in the order of the file.
  const [ids, codes, values, flags] = [
    'patient_id',
    'snomedct_code',
    'numeric_value',
    'is_positive',
  ].map((name) => events.getChild(name))
  const wrong: number[] = []
  for (let row = 0; row < 150_000; row++) {
    const value = row % 3 > 0 ? row / 8 : null
    const isRight =
      ids?.get(row) === 9007199254740993n + BigInt((row * 7919) % peopleCount) &&
      codes?.get(row) === `38341003${row % 10}` &&
      values?.get(row) === value &&
      flags?.get(row) === (row % 2 === 0)
    if (!isRight) wrong.push(row)
  }
  expect(wrong).toEqual([])
})

test('a table without rows has one batch, at which ehrQL looks', async () => {
  const { tables } = await exported({ lake: few })
  expect(tables.find(({ name }) => name === 'empty')?.rows).toBe(0)
  // Read by its footer: iterating makes up a batch where there is none.
  const reader = RecordBatchReader.from(bytesOf('empty.arrow')).open()
  expect(reader.isFile() && reader.numRecordBatches).toBe(1)
  expect(read('empty.arrow').numRows).toBe(0)
})

const testWithPyarrow = hasPythonModule('pyarrow') ? test : test.skip
testWithPyarrow(
  'pyarrow reads every file as ehrQL does: mapped, the first batch first',
  async () => {
    await exported({ lake: few })
    const script = `
import json, pathlib, pyarrow, sys
found = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.arrow")):
    reader = pyarrow.ipc.open_file(pyarrow.memory_map(str(path), "rb"))
    first = reader.get_record_batch(0)
    found[path.stem] = [[str(f.type) for f in first.schema], reader.read_all().num_rows,
                        str(first.to_pylist()[:1])]
    reader.read_all().validate(full=True)
print(json.dumps(found))`
    expect(JSON.parse(python(['-c', script, out]))).toEqual({
      clinical_events: [
        ['int64', 'date32[day]', 'string', 'double'],
        4,
        "[{'patient_id': 2, 'date': datetime.date(2019, 1, 1), 'snomedct_code': '999000011000001104', 'numeric_value': 1.5}]",
      ],
      empty: [['int64'], 0, '[]'],
      patients: [
        ['int64', 'date32[day]', 'string', 'date32[day]'],
        3,
        "[{'patient_id': 9007199254740993, 'date_of_birth': datetime.date(1950, 1, 1), 'sex': 'female', 'date_of_death': None}]",
      ],
    })
  },
)

test('a sample is so many patients with all their rows, and the same each time', async () => {
  const sample = { patients: 40, seed: 7 }
  const outcome = await exported({ sample })
  expect(outcome.patients).toBe(40)
  const people = new Set(idsOf(read('patients.arrow')))
  expect(people.size).toBe(40)
  const events = idsOf(read('clinical_events.arrow'))
  // 7919 is prime to the number of patients: each has exactly 50 events.
  expect(events.length).toBe(40 * 50)
  expect(new Set(events)).toEqual(people)
  const digest = folderDigest(out)
  await exported({ sample })
  expect(folderDigest(out)).toEqual(digest)
  await exported({ sample: { patients: 40, seed: 8 } })
  expect(new Set(idsOf(read('patients.arrow')))).not.toEqual(people)
  // A larger sample of the same seed has the smaller one in it.
  await exported({ sample: { patients: 80, seed: 7 }, tables: ['patients'] })
  const more = new Set(idsOf(read('patients.arrow')))
  expect([more.size, [...people].every((id) => more.has(id))]).toEqual([80, true])
})

test('more patients than there are: all of them', async () => {
  expect((await exported({ lake: few, sample: { patients: 99, seed: 0 } })).patients).toBe(3)
})

test('files are for their owner alone, and an export is replaced as a whole', async () => {
  await exported()
  const modes = readdirSync(out).map((name) => [name, statSync(join(out, name)).mode & 0o777])
  expect(modes).toEqual([
    ['clinical_events.arrow', 0o600],
    ['patients.arrow', 0o600],
    ['safelanding-export.json', 0o600],
  ])
  expect(statSync(out).mode & 0o777).toBe(0o700)
  await exported({ tables: ['core/patients'] })
  expect(readdirSync(out)).toEqual(['patients.arrow', 'safelanding-export.json'])
})

test('an export that was cut short is known as one', async () => {
  mkdirSync(out)
  const note = { format: 1, software: 'safelanding', complete: false, files: ['patients.arrow'] }
  writeFileSync(join(out, 'safelanding-export.json'), JSON.stringify(note))
  writeFileSync(join(out, 'patients.arrow.part'), 'half')
  await exported({ tables: ['clinical_events'] })
  expect(readdirSync(out)).toEqual(['clinical_events.arrow', 'safelanding-export.json'])
})

const usage = { errorName: 'usage' }

test('a folder of somebody else is left as it is', async () => {
  mkdirSync(out)
  writeFileSync(join(out, 'patients.arrow'), 'mine')
  await expect(exported()).rejects.toMatchObject(usage)
  const note = { format: 1, software: 'safelanding', complete: true, files: ['../x.arrow'] }
  writeFileSync(join(out, 'safelanding-export.json'), JSON.stringify(note))
  await expect(exported()).rejects.toMatchObject(usage)
  const right = { ...note, files: ['patients.arrow'] }
  writeFileSync(join(out, 'safelanding-export.json'), JSON.stringify(right))
  writeFileSync(join(out, 'notes.txt'), 'mine')
  await expect(exported()).rejects.toMatchObject(usage)
  expect(readFileSync(join(out, 'patients.arrow'), 'utf8')).toBe('mine')
  writeFileSync(join(out, '..', 'file'), '')
  await expect(exported({ out: join(out, '..', 'file') })).rejects.toMatchObject(usage)
})

test('a link in the folder is replaced, never followed', async () => {
  await exported({ tables: ['patients'] })
  const target = join(out, '..', 'elsewhere')
  writeFileSync(target, 'mine')
  rmSync(join(out, 'patients.arrow'))
  symlinkSync(target, join(out, 'patients.arrow'))
  await exported({ tables: ['patients'] })
  expect(readFileSync(target, 'utf8')).toBe('mine')
  expect(read('patients.arrow').numRows).toBe(peopleCount)
})

test('the lake is no place for an export, by no name of it', async () => {
  const link = join(out, '..', 'link')
  symlinkSync(root, link)
  for (const path of [join(root, 'new', 'folder'), join(link, 'new'), root]) {
    await expect(exported({ out: path })).rejects.toMatchObject(usage)
  }
  expect(existsSync(join(root, 'new'))).toBe(false)
})

test('tables are named by contract or bare name; two of one name need two folders', async () => {
  await expect(exported({ tables: ['patient'] })).rejects.toMatchObject({
    ...{ errorName: 'unknown_name', message: expect.stringContaining('mean "patients"?') },
  })
  const two = exported({ lake: few, tables: ['core/patients', 'narrow/patients'] })
  await expect(two).rejects.toMatchObject(usage)
  await exported({ lake: few, tables: ['narrow/patients'] })
  expect(read('patients.arrow').schema.fields).toHaveLength(1)
})

test('a damaged file is not exported, and nothing is left under its name', async () => {
  const { root: lake, remove } = await publishParquet()
  removals.push(remove)
  const snapshot = join(lake, 'snapshots', '000001', 'core', 'patients')
  const part = join(snapshot, readdirSync(snapshot)[0] ?? '')
  const bytes = readFileSync(part)
  bytes[20] = (bytes[20] ?? 0) ^ 1
  rmSync(part)
  writeFileSync(part, bytes)
  await expect(exported({ lake, tables: ['patients'] })).rejects.toMatchObject({
    errorName: 'snapshot_damaged',
  })
  expect(readdirSync(out)).toEqual(['safelanding-export.json'])
})

test('the command: usage, events, a sample of a loaded project', async () => {
  const folder = join(out, '..')
  const told = async (...words: string[]) =>
    (await runHere(['export', 'arrow', '--out', 'tables', ...words], folder)).exit
  expect(await told('--seed', '1')).toBe(2)
  expect(await told('--patients', '0')).toBe(2)
  expect(await told('--patients', '5')).toBe(4)
  expect(existsSync(out)).toBe(false)
})

test('the module for ehrQL and the query layer name the same tables', () => {
  const namespaces = builtInNamespaces()
  const { contracts } = loadCatalogue(namespaces, { folder: '.', bytesMax: 1_000_000 })
  const tables = Object.fromEntries(
    [...contracts.values()].map(({ id, columns }) => [id, { columns: [{}, ...columns] }]),
  )
  for (const backend of ['northshire', 'emis', 'core']) {
    const manifest = { backend, tables } as unknown as SnapshotManifest
    const ours = [...landedByName([...contracts.values()], backend)].map(([name, { id }]) => [
      name,
      id,
    ])
    expect(ours).toEqual([...bareNames(manifest)].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
})
