// Which rows table checks name is what a plain computation over the rows names: for keys that are close
// whole numbers, far apart, text, or of several columns, and however many rows are asked about at a time.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { TableContract } from '../../contracts/table-contract.ts'
import { type OpenDuckDb, openDuckDb } from '../../lake/open-duckdb.ts'
import { openCheckClock } from '../../pipelines/check-clock.ts'
import { sqlRunner } from '../../pipelines/check-database.ts'
import type { CheckedTable, PlannedCheck, RowsOfRun } from '../../pipelines/checked-table.ts'
import { countDuplicated, nameDuplicatedRows } from '../../pipelines/duplicated-rows.ts'
import { type NamedRows, openNamedRows } from '../../pipelines/named-rows.ts'
import { countOrphans, nameOrphanRows } from '../../pipelines/orphan-rows.ts'
import { generativeParameters } from '../support/generative.ts'
import { scratchFolder } from '../support/proofs.ts'

const scratch = scratchFolder('check-rows')
let database: OpenDuckDb
beforeAll(async () => {
  database = await openDuckDb({
    memoryBytes: 2 ** 28,
    threads: 2,
    spillFolder: scratch.path,
    spillBytesMax: 2 ** 28,
  })
})
afterAll(() => {
  database.close()
  scratch.remove()
})

interface Row {
  readonly id: number
  readonly key: number | null
  readonly note: string
}

interface Example {
  readonly patients: readonly (readonly Row[])[]
  readonly events: readonly (readonly Row[])[]
  /** How ids and keys are written. */
  readonly kind: 'near' | 'far' | 'text'
  readonly isComposite: boolean
  readonly duplicates: CheckedTable['duplicates']
  readonly rowsOfRun: RowsOfRun
}

const row = (ids: number): fc.Arbitrary<Row> =>
  fc.record({
    id: fc.integer({ min: 1, max: ids }),
    key: fc.option(fc.integer({ min: 0, max: 25 }), { freq: 8 }),
    note: fc.constantFrom('a', 'b'),
  })
const parts = (ids: number, length: number) =>
  fc.array(fc.array(row(ids), { maxLength: length }), { maxLength: 4 })
const size = fc.integer({ min: 1, max: 12 })
const example: fc.Arbitrary<Example> = fc.record({
  patients: parts(14, 5),
  events: parts(18, 14),
  kind: fc.constantFrom('near', 'far', 'text'),
  isComposite: fc.boolean(),
  duplicates: fc.constantFrom('refuse', 'keep_identical'),
  rowsOfRun: fc.record({
    keys: fc.integer({ min: 1, max: 6 }),
    digestBits: fc.constantFrom(2, 3, 6, 28),
    patients: size,
    compared: size,
  }),
})

/** A value as SQL: -2 to 23 as it is, five thousand million apart, or as text. */
function valueSql(kind: Example['kind'], value: number | null): string {
  if (value === null) return 'NULL'
  if (kind === 'text') return `'é${value}'`
  return String(kind === 'near' ? value - 2 : (value - 2) * 5_000_000_000)
}

let written = 0

async function writeParts(
  kind: Example['kind'],
  table: readonly (readonly Row[])[],
): Promise<string[]> {
  const type = kind === 'text' ? 'VARCHAR' : 'BIGINT'
  const paths: string[] = []
  for (const rows of table) {
    if (rows.length === 0) continue
    const path = join(scratch.path, `${written++}.parquet`)
    const values = rows.map(({ id, key, note }) => {
      return `(${valueSql(kind, id)}::${type}, ${valueSql(kind, key)}::${type}, '${note}')`
    })
    await database.connection.run(
      `COPY (FROM (VALUES ${values.join(', ')}) AS t(patient_id, "key", note)) TO '${path}'`,
    )
    paths.push(path)
  }
  return paths
}

function checkedTable(table: string, { kind, duplicates }: Example, paths: string[], rows: number) {
  const contract = {
    id: `x/${table}`,
    columns: [{ name: 'key' }, { name: 'note' }],
  } as unknown as TableContract
  const type = kind === 'text' ? 'string' : 'int64'
  const columnTypes = new Map([
    ['patient_id', type],
    ['key', type],
    ['note', 'string'],
  ])
  const checked: CheckedTable = {
    contract,
    checks: [],
    duplicates,
    parts: paths,
    columnTypes,
    rows,
    loaded: true,
  }
  return checked
}

function namedTexts(named: NamedRows): string[] {
  const texts: string[] = []
  named.each((part, at, { rule }) => texts.push(`${part} ${at} ${rule}`))
  return texts
}

/** The rows of all parts that have rows, with their places. */
function placed(table: readonly (readonly Row[])[]) {
  const filled = table.filter((rows) => rows.length > 0)
  return filled.flatMap((rows, part) => rows.map((one, at) => ({ ...one, place: `${part} ${at}` })))
}

function expectedDuplicates({ events, isComposite, duplicates }: Example): string[] {
  const rows = placed(events).filter(({ key }) => key !== null)
  const keyOf = ({ key, note }: Row) => (isComposite ? `${key} ${note}` : `${key}`)
  const seen = new Set<string>()
  const copies: string[] = []
  const kept = rows.filter((one) => {
    const whole = `${one.id} ${one.key} ${one.note}`
    if (duplicates === 'refuse' || !seen.has(whole)) {
      seen.add(whole)
      return true
    }
    copies.push(`${one.place} identical_duplicate`)
    return false
  })
  const shared = kept.filter((one) => kept.filter((x) => keyOf(x) === keyOf(one)).length > 1)
  return [...copies, ...shared.map(({ place }) => `${place} unique`)].sort()
}

const clock = openCheckClock(() => new Date(0))
const noRecords = async () => ({ files: [], reason: null })
const uniqueCheck = (columns: readonly string[]): PlannedCheck => {
  return { kind: 'unique', columns, severity: 'reject', expected: '', bounds: null }
}
const patientsCheck: PlannedCheck = { ...uniqueCheck(['patient_id']), kind: 'one_row_per_patient' }

test('the rows named are those of a plain computation', async () => {
  let bits = 0
  await fc.assert(
    fc.asyncProperty(example, async (given) => {
      const sql = sqlRunner(database, given.rowsOfRun)
      const events = await writeParts(given.kind, given.events)
      const own = checkedTable('events', given, events, given.events.flat().length)
      const check = uniqueCheck(given.isComposite ? ['key', 'note'] : ['key'])
      const named = openNamedRows(events.length)
      const count = await nameDuplicatedRows(sql, own, check, 0, named)
      const expected = expectedDuplicates(given)
      expect(namedTexts(named).sort()).toEqual(expected)
      const unlike = expected.filter((text) => text.endsWith(' unique'))
      expect(count).toBe(unlike.length)
      const all = expectedDuplicates({ ...given, duplicates: 'refuse' })
      expect(await countDuplicated(sql, own, check)).toBe(all.length)

      const paths = await writeParts(given.kind, given.patients)
      const patients = checkedTable('patients', given, paths, given.patients.flat().length)
      const refused = openNamedRows(paths.length)
      await nameDuplicatedRows(
        sql,
        { ...patients, duplicates: 'refuse' },
        patientsCheck,
        0,
        refused,
      )
      const ids = placed(given.patients).map(({ id }) => id)
      const staying = ids.filter((id) => ids.filter((other) => other === id).length === 1)
      const missing = placed(given.events).filter(({ id }) => !staying.includes(id))
      const known = new Set(unlike.map((text) => text.replace(' unique', '')))
      const orphans = missing.filter(({ place }) => !known.has(place))
      const { counts, cascade } = await nameOrphanRows(
        sql,
        { table: patients, named: refused },
        [{ table: own, named, index: 1 }],
        noRecords,
        clock,
      )
      expect(counts.get('x/events') ?? 0).toBe(orphans.length)
      expect(cascade?.rows ?? 0).toBe(orphans.filter(({ id }) => ids.includes(id)).length)
      const rules = new Map(expected.map((text) => [text.replace(/ \w+$/, ''), text]))
      for (const { place } of orphans) rules.set(place, `${place} patient_exists`)
      expect(namedTexts(named).sort()).toEqual([...rules.values()].sort())
      expect(named.count()).toBe(rules.size)
      const unknown = placed(given.events).filter(({ id }) => !ids.includes(id))
      expect(await countOrphans(sql, own, patients)).toBe(unknown.length)
      if (given.kind === 'near' && expected.length > 0) bits++
    }),
    generativeParameters<[Example]>(25),
  )
  expect(bits).toBeGreaterThan(0)
}, 120_000)

test('a column that has the name of one of the engine does not hide the part of a row', async () => {
  const paths = ['one', 'two'].map((name) => join(scratch.path, `${name}.parquet`))
  for (const [index, path] of paths.entries()) {
    await database.connection.run(
      `COPY (SELECT 1::BIGINT AS patient_id, ${index} + 7 AS file_index, 5::BIGINT AS "key")
       TO '${path}'`,
    )
  }
  const contract = { id: 'x/odd', columns: [{ name: 'file_index' }, { name: 'key' }] }
  const odd: CheckedTable = {
    contract: contract as unknown as TableContract,
    checks: [],
    duplicates: 'refuse',
    parts: paths,
    columnTypes: new Map([
      ['patient_id', 'int64'],
      ['file_index', 'int32'],
      ['key', 'int64'],
    ]),
    rows: 2,
    loaded: true,
  }
  const sql = sqlRunner(database, { keys: 10, digestBits: 28, patients: 10, compared: 10 })
  const named = openNamedRows(2)
  await nameDuplicatedRows(sql, odd, uniqueCheck(['key']), 0, named)
  expect(namedTexts(named)).toEqual(['0 0 unique', '1 0 unique'])
})
