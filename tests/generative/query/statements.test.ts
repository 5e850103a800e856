// Statements that are damaged at random, and statements that are as large as they may be: the answer
// is a result or a typed refusal, never a crash, and the engine reads what is compiled as one query.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { limits } from '../../../config/limits.ts'
import { parseStatement } from '../../../query/trino/parse-statement.ts'
import { tokenize } from '../../../query/trino/tokens.ts'
import { isTrinoError, type TrinoError } from '../../../query/trino/trino-error.ts'
import { engineError } from '../../../query/worker/engine-errors.ts'
import { generativeParameters } from '../../support/generative.ts'
import { proofPatienceMs, sized } from '../../support/proofs.ts'
import {
  compileTrino,
  dateType,
  doubleType,
  integerType,
  openTrino,
  varcharType,
} from '../../support/trino-sql.ts'

const columns = {
  patient_id: integerType,
  i1: integerType,
  b1: { kind: 'boolean' },
  c1: varcharType,
  d1: dateType,
  f1: doubleType,
} as const
const tables = { p: columns, e: columns }

let trino: Awaited<ReturnType<typeof openTrino>>
beforeAll(async () => {
  const list = '(patient_id INTEGER, i1 INTEGER, b1 BOOLEAN, c1 VARCHAR, d1 DATE, f1 DOUBLE)'
  const row = "(1, 2, true, 'a', DATE '2020-02-29', 1.5), (2, NULL, NULL, NULL, NULL, NULL)"
  trino = await openTrino(
    ['p', 'e'].flatMap((name) => [
      `CREATE TABLE ${name} ${list}`,
      `INSERT INTO ${name} VALUES ${row}`,
    ]),
    tables,
  )
})
afterAll(() => trino.close())

const statements = [
  'SELECT tmp.patient_id, p.i1 AS v FROM (SELECT patient_id FROM p UNION SELECT patient_id FROM e) AS tmp LEFT OUTER JOIN p ON p.patient_id = tmp.patient_id',
  'SELECT a.patient_id FROM (SELECT e.patient_id, row_number() OVER (PARTITION BY e.patient_id ORDER BY e.i1 NULLS FIRST, e.d1 DESC) AS n FROM e) AS a WHERE a.n = 1',
  "SELECT DATE_DIFF('day', lag(e.d1) OVER (PARTITION BY e.patient_id ORDER BY e.d1), e.d1) FROM e",
  "SELECT CASE WHEN (p.b1) THEN true WHEN (NOT p.b1) THEN false END, CASE p.c1 WHEN '1' THEN 'a' ELSE c1 END FROM p",
  'SELECT CAST(CASE WHEN (f1 > 0) THEN FLOOR(f1) ELSE CEILING(f1) END AS INTEGER), -i1 % 3 FROM p',
  "SELECT CAST(i1 AS DOUBLE) / CAST(NULLIF(i1, DOUBLE '0.0') AS DOUBLE), POW(i1, 2), X'41' FROM p",
  'SELECT least(coalesce(i1, 1), coalesce(2, i1)), greatest(f1, 1e0) FROM p WHERE d1 IS NOT NULL',
  "SELECT c1 LIKE '%' || REPLACE(REPLACE(c1, '/', '//'), '%', '/%') || '%' ESCAPE '/' FROM p",
  'SELECT sum(CAST(i1 AS BIGINT)), avg(f1), b1, c1, grouping(b1, c1) FROM p GROUP BY GROUPING SETS ((b1), (b1, c1), ())',
  'WITH a AS (SELECT i1 * 2 AS d FROM p), b (z) AS (SELECT d + 1 FROM a) SELECT z FROM b ORDER BY z LIMIT 3',
  "SELECT date_add('day', 1, d1), date_trunc('month', d1), d1 + INTERVAL '1' MONTH FROM p WHERE i1 IN (1, 2, NULL) OR c1 IN (SELECT c1 FROM e WHERE e.patient_id = p.patient_id)",
  "SELECT count(*), count(DISTINCT i1) FILTER (WHERE b1), max(d1), min(c1) FROM p HAVING count('*') > 0",
  'SELECT * FROM (VALUES (1, ARRAY[1, 2]), (2, NULL)) AS t(x, y) CROSS JOIN UNNEST(ARRAY[1]) AS u(z) ORDER BY x DESC',
  'SELECT EXTRACT(YEAR FROM d1), substring(c1 FROM 1 FOR 2), trim(BOTH c1 FROM c1), CAST(d1 AS varchar(10)) FROM p EXCEPT ALL SELECT 1, c1, c1, c1 FROM e',
  'CREATE TABLE x AS SELECT DISTINCT patient_id FROM p',
  'CREATE TABLE x (a INTEGER NOT NULL, b decimal(10, 2), c timestamp(6) with time zone, d array(varchar))',
  "INSERT INTO x (a, b) VALUES (1, 'a'), (?, NULL)",
  "EXECUTE IMMEDIATE 'SELECT ?' USING 1",
  'PREPARE s FROM SELECT i1 FROM p WHERE i1 = ?',
  "SHOW TABLES FROM lake.main LIKE 'p%' ESCAPE '!'",
  'SET SESSION snapshot = 41',
  'EXPLAIN SELECT 1',
  'DROP TABLE IF EXISTS a.b.c',
  "CALL system.runtime.kill_query(query_id => 'x', message => 'y')",
]
const words = [
  ...new Set(statements.flatMap((text) => tokenize(text).map((t) => text.slice(t.start, t.end)))),
]
const pieces = [
  ...words,
  ...[
    '(',
    ')',
    ')',
    '((',
    "'",
    '"',
    '--',
    '/*',
    '*/',
    ';',
    '\0',
    '\u00a0',
    '\ud800',
    '[',
    ']',
    '?',
  ],
  ...[
    '999999999999999999999',
    '1e999',
    '0x1',
    '::',
    '->',
    "U&'\\D800'",
    'NULL',
    'read_csv',
    '1.',
    '$1',
  ],
]

const mutation = fc.record({
  statement: fc.constantFrom(...statements),
  changes: fc.array(
    fc.record({
      kind: fc.constantFrom('drop', 'double', 'insert', 'replace', 'swap', 'cut'),
      place: fc.nat(1_000),
      other: fc.nat(1_000),
      piece: fc.constantFrom(...pieces),
    }),
    { minLength: 0, maxLength: 4 },
  ),
})

function mutated({
  statement,
  changes,
}: typeof mutation extends fc.Arbitrary<infer T> ? T : never) {
  const parts = tokenize(statement).map(({ start, end }) => statement.slice(start, end))
  for (const { kind, place, other, piece } of changes) {
    const at = place % parts.length
    const [first = '', second = ''] = [parts[at], parts[other % parts.length]]
    if (kind === 'drop') parts.splice(at, 1, '')
    if (kind === 'double') parts.splice(at, 0, first)
    if (kind === 'insert') parts.splice(at, 0, piece)
    if (kind === 'replace') parts[at] = piece
    if (kind === 'cut') parts.length = Math.max(1, at)
    if (kind === 'swap') {
      parts[at] = second
      parts[other % parts.length] = first
    }
  }
  return parts.join(' ')
}

test(
  'a damaged statement is answered or refused by name',
  async () => {
    let answered = 0
    // Every kind of failure is told, each by its shortest statement: one fault hides no other.
    const failures = new Map<string, string>()
    for (const input of fc.sample(mutation, generativeParameters(7_000, 400))) {
      const text = mutated(input)
      try {
        if (parseStatement(text).statement.kind !== 'query') continue
        await trino.ask(text, [{ kind: 'integer', text: '1', at: 0 }])
        answered++
      } catch (error) {
        const { errorName } = isTrinoError(error) ? error : engineError(error)
        if (errorName !== 'GENERIC_INTERNAL_ERROR') continue
        const key = String((error as Error).message).slice(0, 50)
        const known = failures.get(key)
        if (known === undefined || known.length > text.length) failures.set(key, text)
      }
    }
    expect([...failures]).toEqual([])
    expect(answered).toBeGreaterThan(20)
  },
  proofPatienceMs,
)

const refusalOf = (text: string): string => {
  try {
    compileTrino(text, tables)
    return 'compiled'
  } catch (error) {
    if (!isTrinoError(error)) throw error
    return (error as TrinoError).errorName
  }
}
const repeated = (text: string, count: number) => text.repeat(count)
const many = 100_000

test.each([
  ['parentheses', `SELECT ${repeated('(', many)}1${repeated(')', many)}`],
  ['opening parentheses alone', `SELECT ${repeated('(', many)}`],
  ['subqueries', `${repeated('SELECT * FROM (', 5_000)}SELECT 1${repeated(')', 5_000)}`],
  ['queries in parentheses', `${repeated('(', many)}SELECT 1${repeated(')', many)}`],
  ['joins in parentheses', `SELECT * FROM ${repeated('(', many)}p${repeated(')', many)}`],
  ['minus signs', `SELECT ${repeated('- ', many)}1`],
  ['CASE', `SELECT ${repeated('CASE WHEN true THEN ', 5_000)}1${repeated(' END', 5_000)}`],
  ['CAST', `SELECT ${repeated('CAST(', 5_000)}1${repeated(' AS integer)', 5_000)}`],
  ['calls', `SELECT ${repeated('abs(', 5_000)}1${repeated(')', 5_000)}`],
  ['arrays', `SELECT ${repeated('ARRAY[', 5_000)}1${repeated(']', 5_000)}`],
  ['types', `SELECT CAST(NULL AS ${repeated('array(', 5_000)}integer${repeated(')', 5_000)})`],
  ['EXPLAIN', `${repeated('EXPLAIN ', 50_000)}SELECT 1`],
  ['PREPARE', `${repeated('PREPARE a FROM ', 50_000)}SELECT 1`],
  ['set operations', `SELECT 1${repeated(' UNION SELECT 1', 2_000)}`],
  ['joins', `SELECT 1 FROM p${repeated(' CROSS JOIN p', 2_000)}`],
  ['sums', `SELECT 1${repeated(' + 1', 50_000)}`],
  ['sums of sums', `SELECT ${repeated('(', 300)}1${repeated(`${repeated(' + 1', 700)})`, 300)}`],
  ['doubling', `SELECT ${repeated('1 % (', 100)}i1${repeated(')', 100)} FROM p`],
  ['doubling in functions', `SELECT ${repeated('nullif(f1, ', 60)}f1${repeated(')', 60)} FROM p`],
  ['doubling in texts', `SELECT ${repeated('substr(', 60)}c1${repeated(', 1, 2)', 60)} FROM p`],
  [
    'doubling in WITH',
    `WITH a0 AS (SELECT 1 AS x)${Array.from({ length: 60 }, (_, i) => `, a${i + 1} AS (SELECT x FROM a${i} UNION ALL SELECT x FROM a${i})`).join('')} SELECT * FROM a60`,
  ],
])('too much of %s is refused', (_what, text) => {
  expect(['COMPILER_ERROR', 'SYNTAX_ERROR', 'QUERY_TEXT_TOO_LARGE']).toContain(refusalOf(text))
})

test('texts longer than permitted are refused', () => {
  const text = `SELECT '${repeated('x', limits.statementCharactersMax)}'`
  expect(refusalOf(text)).toBe('QUERY_TEXT_TOO_LARGE')
})

const long: readonly (readonly [string, (count: number) => string, number])[] = [
  ['a list', (n) => `SELECT i1 FROM p WHERE i1 IN (${repeated('1, ', n)}2)`, 100_000],
  ['a list of doubles', (n) => `SELECT i1 FROM p WHERE f1 IN (${repeated('1e0, ', n)}2e0)`, 50_000],
  ['AND', (n) => `SELECT i1 FROM p WHERE i1 = 1${repeated(' AND i1 = 1', n)}`, 20_000],
  ['OR', (n) => `SELECT i1 FROM p WHERE i1 = 1${repeated(' OR i1 = 1', n)}`, 20_000],
  ['concatenation', (n) => `SELECT c1${repeated(" || 'a'", n)} FROM p`, 20_000],
  ['columns', (n) => `SELECT ${repeated('i1, ', n)}i1 FROM p ORDER BY 1`, 20_000],
  ['values', (n) => `SELECT * FROM (VALUES ${repeated('(1, 2), ', n)}(1, 2)) AS t(a, b)`, 20_000],
  ['codes', (n) => `SELECT CASE c1 ${repeated("WHEN '1' THEN 'a' ", n)} END FROM p`, 12_000],
  ['comments', (n) => `SELECT 1 ${repeated('/* a */ ', n)}`, 60_000],
  ['coalesce', (n) => `SELECT coalesce(i1${repeated(', i1', n)}) FROM p`, 20_000],
]
test.each(long)('%s compiles at length in proportion to it', (_what, textOf, full) => {
  const count = sized(full / 4, full)
  const size = (n: number) => compileTrino(textOf(n), tables).sql.length
  expect(size(count)).toBeLessThan(2.2 * size(count / 2) + 1_000)
})

test.each([
  ['parentheses', `SELECT ${repeated('(', 380)}1${repeated(')', 380)}`],
  ['calls', `SELECT ${repeated('abs(', 190)}i1${repeated(')', 190)} FROM p`],
  ['sums', `SELECT i1${repeated(' + 1', 1_999)} FROM p`],
  ['CASE', `SELECT ${repeated('CASE WHEN b1 THEN ', 180)}1${repeated(' END', 180)} FROM p`],
  ['subqueries', `${repeated('SELECT * FROM (', 120)}SELECT 1${repeated(')', 120)}`],
  ['set operations', `SELECT i1 FROM p${repeated(' UNION SELECT i1 FROM p', 450)}`],
  ['OR', `SELECT 1 FROM p WHERE i1 = 1${repeated(' OR i1 = 1', 10_000)}`],
  ['NOT', `SELECT ${repeated('NOT ', 10_001)}b1 FROM p`],
  ['least', `SELECT ${repeated('least(i1, ', 12)}i1${repeated(')', 12)} FROM p`],
])('as many %s as may be are answered or refused by name', async (_what, text) => {
  const outcome = await trino.ask(text).then(
    () => 'answered',
    (error: unknown) => (isTrinoError(error) ? error : engineError(error)).errorName,
  )
  expect(['answered', 'COMPILER_ERROR']).toContain(outcome)
})

test('a list of a hundred thousand numbers is answered', async () => {
  const { rows } = await trino.ask(`SELECT i1 FROM p WHERE i1 IN (${repeated('7, ', 99_999)}2)`)
  expect(rows).toEqual([[2]])
})

test('a statement of 700 kB with a map of codes is answered', async () => {
  const whens = Array.from(
    { length: 15_000 },
    (_, i) => `WHEN 'code-${i}-of-a-list' THEN 'category-${i}'`,
  )
  const text = `SELECT CASE c1 ${whens.join(' ')} WHEN 'a' THEN 'found' END FROM p ORDER BY patient_id`
  expect(text.length).toBeGreaterThan(700_000)
  expect((await trino.ask(text)).rows).toEqual([['found'], [null]])
})
