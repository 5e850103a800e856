// What the query layer does not run, by class, and that no message of it quotes a value.

import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { limits } from '../../../config/limits.ts'
import { isLandingError, type LandingError } from '../../../contracts/errors.ts'
import { allowedFunctions, allowedTableFunctions } from '../../../query/allowed-functions.ts'
import { openSnapshotDatabase } from '../../../query/snapshot-database.ts'
import { publishParquet, queryLines } from '../../support/parquet-lake.ts'

let root: string
let remove: () => void
beforeAll(async () => {
  const lake = await publishParquet()
  root = lake.root
  remove = lake.remove
})
afterAll(() => remove())

async function refusal(sql: string): Promise<LandingError> {
  const error = await queryLines(root, sql).then(
    () => new Error(`this ran: ${sql}`),
    (thrown: unknown) => thrown,
  )
  if (!isLandingError(error)) throw error
  return error
}

const classes: Readonly<Record<string, readonly string[]>> = {
  'reading files': [
    "FROM 'some.csv'",
    "SELECT * FROM read_csv('some.csv')",
    "SELECT * FROM read_text('some.txt')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM parquet_metadata('some.parquet')",
  ],
  'writing files': ["COPY patients TO 'some.csv'", "EXPORT DATABASE 'folder'"],
  configuration: [
    'SET threads = 4',
    'RESET threads',
    'PRAGMA database_list',
    "SELECT current_setting('threads')",
    'FROM duckdb_settings()',
  ],
  'extensions and other databases': [
    'INSTALL httpfs',
    'LOAD httpfs',
    "ATTACH 'other.db'",
    'USE other',
  ],
  environment: ["SELECT getenv('HOME')", 'SELECT version()', 'SELECT pg_postmaster_start_time()'],
  'other catalogues': [
    'FROM information_schema.tables',
    'FROM duckdb_tables()',
    'FROM sqlite_master',
    'FROM pg_catalog.pg_tables',
    'FROM memory.core.patients',
    'SHOW DATABASES',
  ],
  'statements that write': [
    'CREATE TABLE t (a INT)',
    'CREATE VIEW v AS SELECT 1',
    'CREATE MACRO m(x) AS x',
    'INSERT INTO patients VALUES (1)',
    'DELETE FROM patients',
    'DROP VIEW patients',
    "SELECT nextval('s')",
  ],
  'statements that run others': [
    "FROM query('SELECT 1')",
    "FROM query_table('patients')",
    'EXECUTE p',
    'PREPARE p AS SELECT 1',
    'CALL pragma_version()',
    'EXPLAIN SELECT 1',
    'SELECT 1; SELECT 2',
  ],
  'what is not there or not whole': [
    'FROM no_such_table',
    'FROM other.patients',
    'SELECT no_such_function(1)',
    'SELECT $1',
    'SELEC 1',
    '',
    ';',
    '-- nothing',
    'SELECT 1\u0000',
    'FROM patients AT (VERSION => 1)',
    'FROM (WITH hidden AS (SELECT 1) SELECT 1) AS x, hidden',
    'WITH self AS (SELECT * FROM self) FROM self',
  ],
}

for (const [name, statements] of Object.entries(classes)) {
  test(`refused: ${name}`, async () => {
    for (const sql of statements) {
      const error = await refusal(sql)
      expect([sql, error.errorName, error.exit]).toEqual([sql, 'query_refused', 2])
      expect(error.message).not.toContain('\n')
      expect(error.remedy).toContain('one SELECT')
    }
  })
}

test('a statement that is too long or too deep is refused before anything runs it', async () => {
  expect((await refusal(`SELECT '${'x'.repeat(limits.queryTextBytesMax)}'`)).message).toContain(
    'longer',
  )
  const deep = `SELECT ${'['.repeat(900)}1${']'.repeat(900)}`
  expect((await refusal(deep)).errorName).toBe('query_refused')
})

test('a table that is not there is answered with those that are', async () => {
  const { message } = await refusal('SELECT * FROM patient')
  expect(message).toContain('did you mean "patients"?')
  expect(message).toContain('clinical_events')
  // What the client wrote may be anything; it is not said again.
  expect((await refusal("FROM '/tmp/canary.csv'")).message).not.toContain('canary')
  expect((await refusal("SELECT getenv('HOME')")).message).toContain('getenv')
  expect((await refusal('SELECT sx FROM patients')).message).not.toContain('\n')
})

test('messages about names help; messages about values do not quote them', async () => {
  const misspelt = await refusal('SELECT date_of_brith FROM patients')
  expect(misspelt.errorName).toBe('query_failed')
  expect(misspelt.message).toContain('date_of_birth')
  const failing = [
    'SELECT CAST(snomedct_code AS DATE) FROM clinical_events',
    "SELECT strptime(snomedct_code, '%Y') FROM clinical_events",
    'SELECT CAST(patient_id AS TINYINT) FROM patients',
    'SELECT patient_id * 9007199254740993 FROM patients',
    "SELECT regexp_matches('x', snomedct_code || '(') FROM clinical_events",
    "SELECT json_extract(snomedct_code, '$.a') FROM clinical_events",
    'SELECT CAST(snomedct_code AS INTEGER[]) FROM clinical_events',
    "SELECT date_trunc(snomedct_code, DATE '2020-01-01') FROM clinical_events",
    "SELECT CAST('canary' AS DATE)",
  ]
  for (const sql of failing) {
    const error = await refusal(sql)
    expect([sql, error.errorName]).toEqual([sql, 'query_failed'])
    expect(error.message).not.toMatch(/canary|quoted|999000011|9007199254740993|=1\+1/)
    expect(String(error.remedy)).not.toMatch(/canary|999000011/)
  }
})

test('the engine itself is locked too, should a statement ever pass the guard', async () => {
  const database = await openSnapshotDatabase(root, null)
  try {
    await database.serve(['core/patients'])
    const refused = [
      "FROM read_text('/etc/hostname')",
      "COPY (SELECT 1) TO '/tmp/safelanding-never.csv'",
      'SET threads = 4',
      'SET enable_external_access = true',
      'LOAD httpfs',
    ]
    for (const sql of refused) {
      await expect(database.connection.run(sql)).rejects.toThrow(
        /Permission|disabled|locked|Cannot/,
      )
    }
  } finally {
    database.close()
  }
})

test('every allowed function is one of the engine, and none of a kind that reaches outside', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(
    'SELECT DISTINCT function_name FROM duckdb_functions()',
  )
  const known = new Set(reader.getRowsJS().map(([name]) => String(name).toLowerCase()))
  const ofGrammar = ['unnest', '!__postfix']
  const outside =
    /^(read_|parquet_|sniff|glob$|duckdb_|pragma_|pg_|current_|getenv|getvariable|nextval|currval|query|which_|write_|setseed|sleep|json_(de)?serialize|json_execute|error$|version$|has_|in_search|txid|stats$)/
  for (const name of [...allowedFunctions, ...allowedTableFunctions]) {
    expect([name, known.has(name) || ofGrammar.includes(name)]).toEqual([name, true])
    expect(name).not.toMatch(outside)
  }
  connection.closeSync()
  instance.closeSync()
})
