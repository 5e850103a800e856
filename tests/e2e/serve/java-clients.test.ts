// Trino's JDBC driver and command line against the query layer. The jars are named by the environment
// (TRINO_JDBC_JAR, TRINO_CLI_JAR); `java` runs them.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repositoryRoot } from '../../support/paths.ts'
import { type ServedLake, serveLake, until, workerProcesses } from '../../support/serve-lake.ts'
import { run as runStatement } from '../../support/trino-client.ts'

const run = promisify(execFile)
const jdbc = process.env['TRINO_JDBC_JAR'] ?? ''
const cli = process.env['TRINO_CLI_JAR'] ?? ''

let served: ServedLake
beforeAll(async () => {
  served = await serveLake()
}, 60_000)
afterAll(() => served.close())

const java = async (...parameters: string[]): Promise<string> =>
  (await run('java', parameters, { timeout: 120_000 })).stdout

const testJdbc = jdbc === '' ? test.skip : test
testJdbc(
  "Trino's JDBC driver lists, describes, asks, creates and cancels (TRINO_JDBC_JAR)",
  async () => {
    const program = join(repositoryRoot, 'tests', 'e2e', 'serve', 'JdbcClient.java')
    const lines = (await java('-cp', jdbc, program, String(served.port))).trim().split('\n')
    const half = lines.length / 2
    // Once with PREPARE and EXECUTE, once with EXECUTE IMMEDIATE.
    expect(lines.slice(half)).toEqual(lines.slice(0, half))
    expect(lines.slice(0, half)).toEqual([
      'product: Trino',
      'catalogs: [lake, system]',
      'schemas: [core, information_schema, jo, landing, narrow, northshire]',
      'types of tables: [TABLE, VIEW]',
      'tables: [clinical_events, empty, patients]',
      'columns: [patient_id, date_of_birth, sex, date_of_death]',
      'types of columns: [bigint, date, varchar, date]',
      'numbers of types: [-5, 91, 12, 91]',
      'keys: []',
      'procedures: []',
      'types: true',
      'describe: [patient_id, date_of_birth, sex, date_of_death]',
      'row: 9007199254740993 1950-01-01 female',
      'created: 1',
      'inserted: 2',
      'sum: 6',
      'error: 47',
      'parameters: 5 9007199254740993 1.5 true 2020-02-29 1',
      'canceled: true',
      'valid: true',
    ])
    await until('the canceled statement has stopped', () => workerProcesses().length <= 1)
    expect((await runStatement('SELECT 1', { ...served, user: 'jo' })).rows).toEqual([[1]])
  },
  180_000,
)

const testCli = cli === '' ? test.skip : test
testCli(
  "Trino's command line lists, describes and asks (TRINO_CLI_JAR)",
  async () => {
    const ask = (sql: string): Promise<string> =>
      java(
        ...['-jar', cli, '--server', `http://127.0.0.1:${served.port}`, '--user', 'cleo'],
        ...[
          '--catalog',
          'lake',
          '--schema',
          'northshire',
          '--output-format',
          'CSV',
          '--execute',
          sql,
        ],
      )
    expect(await ask('SHOW CATALOGS; SHOW TABLES')).toBe(
      '"lake"\n"system"\n"clinical_events"\n"empty"\n"patients"\n',
    )
    expect(await ask('DESCRIBE patients')).toContain('"date_of_birth","date","",""\n')
    expect(
      await ask("USE lake.core; SELECT count(*) FROM patients WHERE sex = 'female'"),
    ).toContain('"1"')
    expect(await ask('SET SESSION snapshot = 1; SELECT count(*) FROM core.patients')).toContain(
      '"3"',
    )
  },
  180_000,
)
