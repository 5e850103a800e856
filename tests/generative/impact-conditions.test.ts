// The SQL that finds published rows which a proposed contract would refuse, held against the
// reference of the transforms: the same rows fail, for every constraint that both know.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ColumnConstraint, ColumnType } from '../../contracts/table-contract.ts'
import { quoteText } from '../../lake/open-duckdb.ts'
import { constraintSql, convertSql } from '../../query/impact/constraint-sql.ts'
import { compilePlan } from '../../transforms/compile-plan.ts'
import { explainReject } from '../../transforms/explain-reject.ts'
import { generativeParameters } from '../support/generative.ts'
import { bytesOf } from '../support/land-column.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../support/table-setup.ts'

let instance: DuckDBInstance
let connection: DuckDBConnection
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

/** For each row, whether SQL says that it fails. */
async function rowsOf(select: string, values: string): Promise<boolean[]> {
  const sql = `SELECT ${select} FROM (VALUES ${values}) AS rows(n, "value", "other") ORDER BY n`
  return (await connection.runAndReadAll(sql)).getRowsJS().map(([fails]) => fails === true)
}

const sqlTypes: Partial<Record<ColumnType, string>> = {
  int: 'BIGINT',
  float: 'DOUBLE',
  date: 'DATE',
}

interface Example {
  readonly type: ColumnType
  readonly constraint: ColumnConstraint
  /** Texts of both columns; empty: null. */
  readonly rows: readonly (readonly [value: string, other: string])[]
}

function referenceFails({ type, constraint, rows }: Example): boolean[] {
  const contract = contractOf([
    { type, constraints: [constraint] },
    { name: 'other', type: type === 'date' ? 'date' : 'string' },
  ])
  const formats = ['%Y-%m-%d']
  const mapping = tableMappingOf([
    columnMappingOf('patient_id'),
    ...['value', 'other'].map((name) => columnMappingOf(name, { formats })),
  ])
  const plan = compilePlan(contract, mapping, 'int')
  return rows.map(([value, other]) => {
    const { failures } = explainReject(plan, [bytesOf('1'), bytesOf(value), bytesOf(other)])
    expect(failures.every(({ rule }) => rule !== 'type')).toBe(true)
    return failures.some(({ column }) => column === 'value')
  })
}

async function sqlFails({ type, constraint, rows }: Example): Promise<boolean[]> {
  const condition = constraintSql(constraint, { type, value: '"value"', today: null })
  if ('cannot' in condition) throw new Error(condition.cannot)
  const cell = (text: string, own: string) =>
    text === '' ? `CAST(NULL AS ${own})` : `CAST(${quoteText(text)} AS ${own})`
  const sqlType = sqlTypes[type] ?? 'VARCHAR'
  const values = rows.map(
    ([value, other], index) => `(${index}, ${cell(value, sqlType)}, ${cell(other, sqlType)})`,
  )
  return await rowsOf(condition.sql, values.join(', '))
}

const int = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger())
const float = fc.oneof(
  fc.integer({ min: -400, max: 400 }).map((number) => number / 20),
  fc.integer({ min: -50, max: 50 }).map((number) => number * 0.1),
)
const day = fc
  .integer({ min: 18_200, max: 18_400 })
  .map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10))
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '1', '.', '-', ' ', 'é', '\n'),
  minLength: 1,
  maxLength: 4,
})
const bounds = <Value>(value: fc.Arbitrary<Value>) =>
  fc.tuple(value, value).map(([left, right]) => (left <= right ? [left, right] : [right, left]))

const whole: ColumnConstraint[] = [{ kind: 'not_null' }]
const patterns = ['[ab]+', 'a.?', '[^a-b1]{1,2}', '(?:a|b)\\d?', '\\w*', '[.\\-]{2}', 'a\\.|é', '']

const constraints = {
  int: fc.oneof(
    fc.constantFrom(...whole),
    fc.uniqueArray(int, { minLength: 1, maxLength: 4 }).map(categories),
    fc.tuple(bounds(fc.integer({ min: -20, max: 20 })), fc.integer({ min: 1, max: 4 })).map(closed),
    general(int),
  ),
  float: fc.oneof(
    fc.tuple(bounds(float), fc.constantFrom(1, 0.5, 0.1, 0.05)).map(closed),
    general(float),
  ),
  date: fc.oneof(
    fc.constantFrom<ColumnConstraint>(
      { kind: 'not_null' },
      { kind: 'first_of_month' },
      { kind: 'date_after', columns: ['other'] },
    ),
    fc.tuple(bounds(day), fc.constant(1)).map(closed),
    general(day),
  ),
  string: fc.oneof(
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map(categories),
    fc.constantFrom(...patterns).map((pattern): ColumnConstraint => ({ kind: 'regex', pattern })),
  ),
} as const

function categories(values: readonly (string | number)[]): ColumnConstraint {
  return { kind: 'categorical', values }
}
function closed([[minimum, maximum], step]: [(number | string)[], number]): ColumnConstraint {
  return { kind: 'closed_range', minimum: minimum ?? 0, maximum: maximum ?? 0, step }
}
function general(value: fc.Arbitrary<number | string>): fc.Arbitrary<ColumnConstraint> {
  return fc
    .tuple(bounds(value), fc.boolean(), fc.boolean(), fc.constantFrom('both', 'low', 'high'))
    .map(([[low, high], includesMinimum, includesMaximum, ends]) => ({
      kind: 'general_range',
      minimum: ends === 'high' ? null : (low ?? null),
      maximum: ends === 'low' ? null : (high ?? null),
      ...{ includesMinimum, includesMaximum },
    }))
}

const values = { int, float, date: day, string: text } as const

const example = fc.constantFrom('int', 'float', 'date', 'string').chain((type) => {
  const cell = fc.oneof(
    { weight: 6, arbitrary: (values[type] as fc.Arbitrary<string | number>).map(String) },
    { weight: 1, arbitrary: fc.constant('') },
  )
  return fc.record({
    type: fc.constant(type as ColumnType),
    constraint: constraints[type] as fc.Arbitrary<ColumnConstraint>,
    rows: fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }),
  })
})

test('SQL and the reference refuse the same rows', async () => {
  let failing = 0
  await fc.assert(
    fc.asyncProperty(example, async (one) => {
      const expected = referenceFails(one)
      failing += expected.filter(Boolean).length
      expect(await sqlFails(one)).toEqual(expected)
    }),
    generativeParameters(300, 100),
  )
  expect(failing).toBeGreaterThan(100)
})

const codeTypes = [
  'snomedct',
  'dmd',
  'ctv3',
  'icd10',
  'opcs4',
  'bnf',
  'icd10_multi',
  'opcs4_multi',
] as const
const code = fc.oneof(
  fc.constantFrom(
    '138875005',
    '12345',
    '0123456',
    'A01',
    'A01X',
    'A0123',
    'I10',
    'K401',
    'XE2..',
    'Ab123',
  ),
  fc.constantFrom(
    '||E119 ,J849 ||I801',
    'A01, B02',
    '|',
    'K401||A01',
    '0101010A0AAAAAA',
    '20010000001',
  ),
  fc.string({
    unit: fc.constantFrom('A', 'I', '0', '1', '9', 'X', '.', '|', ' '),
    minLength: 1,
    maxLength: 16,
  }),
)

test('codes have the form of their system, in SQL as in the reference', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...codeTypes),
      fc.array(code, { minLength: 1, maxLength: 12 }),
      async (type, codes) => {
        const conversion = convertSql('value', 'string', type)
        if (conversion === null || conversion.fails === null) throw new Error('codes have a form')
        const plan = compilePlan(
          contractOf([{ type }]),
          tableMappingOf([columnMappingOf('patient_id'), columnMappingOf('value')]),
          'int',
        )
        const expected = codes.map(
          (one) => explainReject(plan, [bytesOf('1'), bytesOf(one)]).failures.length > 0,
        )
        const rows = codes.map((one, index) => `(${index}, ${quoteText(one)}, NULL)`)
        expect(await rowsOf(conversion.fails, rows.join(', '))).toEqual(expected)
      },
    ),
    generativeParameters(150, 50),
  )
})

test('check digits: published concepts pass, and every other last digit fails', async () => {
  const concepts = ['138875005', '24700007', '22298006', '73211009', '999000011000001104']
  const condition = constraintSql(
    { kind: 'check_digit' },
    { type: 'snomedct', value: '"value"', today: null },
  )
  if ('cannot' in condition) throw new Error(condition.cannot)
  const codes = concepts.flatMap((concept) =>
    Array.from({ length: 10 }, (_, digit) => `${concept.slice(0, -1)}${digit}`),
  )
  const rows = codes.map((one, index) => `(${index}, ${quoteText(one)}, NULL)`)
  const fails = await rowsOf(condition.sql, [...rows, `(999, NULL, NULL)`].join(', '))
  const passing = codes.filter((_, index) => fails[index] === false)
  expect(passing).toEqual(concepts)
  expect(fails.at(-1)).toBe(false)
})

test.each(['a(?=b)', '\\s', '\\bx', '(a)\\1', '\\p{L}', '[[a]', 'a{2000}', '[\\s]', '\\u0041'])(
  'the pattern %s is not evaluated, for SQL might read it otherwise',
  (pattern) => {
    const context = { type: 'string', value: '"value"', today: null } as const
    expect(constraintSql({ kind: 'regex', pattern }, context)).toHaveProperty('cannot')
  },
)

test('no future dates: by the day of the load, which must be known', async () => {
  const context = { type: 'date', value: '"value"', today: '2020-02-03' } as const
  const condition = constraintSql({ kind: 'no_future_dates' }, context)
  if ('cannot' in condition) throw new Error(condition.cannot)
  const days = ['2020-02-03', '2020-02-04'].map((one, n) => `(${n}, DATE '${one}', NULL)`)
  expect(await rowsOf(condition.sql, days.join(', '))).toEqual([false, true])
  const unknown = constraintSql({ kind: 'no_future_dates' }, { ...context, today: null })
  expect(unknown).toHaveProperty('cannot')
})
