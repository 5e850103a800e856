// Trino's own Python client, SQLAlchemy and pandas against the query layer; the answers are compared,
// in Python, with values computed from the Parquet files without it. The interpreters are named by the
// environment: TRINO_PYTHONS=/a/bin/python:/b/bin/python, each with the packages of a set of versions.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { openQueryService } from '../../../query/gateway/query-service.ts'
import { publishParquet, type TestTable } from '../../support/parquet-lake.ts'
import { repositoryRoot } from '../../support/paths.ts'
import { scratchFolder } from '../../support/proofs.ts'

const run = promisify(execFile)
const pythons = (process.env['TRINO_PYTHONS'] ?? '').split(':').filter((path) => path !== '')

const tables: Readonly<Record<string, TestTable>> = {
  'core/patients': {
    columns: [
      ...([
        ['patient_id', 'BIGINT'],
        ['date_of_birth', 'DATE'],
        ['sex', 'VARCHAR'],
        ['date_of_death', 'DATE'],
        ['weight', 'DOUBLE'],
        ['smokes', 'BOOLEAN'],
        ['visits', 'INTEGER'],
      ] as const),
    ],
    files: [0, 300].map(
      (start) => `(SELECT (CASE WHEN i = 5 THEN 9007199254740993 ELSE i END)::BIGINT,
        DATE '1930-01-31' + (i * 53)::INTEGER, ['female', 'male', 'intersex', NULL][1 + i % 4],
        CASE WHEN i % 9 = 0 THEN DATE '2020-02-29' + i::INTEGER END, i / 3.0::DOUBLE,
        CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END,
        CASE WHEN i % 6 <> 0 THEN i::INTEGER END
        FROM range(${start}, ${start + 300}) AS t(i))`,
    ),
  },
  'core/clinical_events': {
    columns: [
      ['patient_id', 'BIGINT'],
      ['date', 'DATE'],
      ['snomedct_code', 'VARCHAR'],
      ['numeric_value', 'DOUBLE'],
    ],
    files: [
      `(SELECT (i * 7919 % 500)::BIGINT,
        CASE WHEN i % 17 <> 0 THEN DATE '2010-01-01' + (i * 131 % 4000)::INTEGER END,
        (i * 31 % 3000)::VARCHAR, CASE WHEN i % 4 <> 0 THEN i / 7.0::DOUBLE END
        FROM range(3000) AS t(i))`,
    ],
  },
}

async function serveAndRun(python: string): Promise<{ checks: number; trino: string }> {
  const lake = await publishParquet(tables)
  const scratch = scratchFolder('python')
  const service = await openQueryService({
    ...{ host: '127.0.0.1', port: 0, lake: lake.root, backend: 'northshire' },
    ...{ scratchFolder: scratch.path, limits: { statementsMax: 200, retryAfterSeconds: 1 } },
    descriptions: [['core/patients', 'One row for each patient.']],
  })
  try {
    const script = join(repositoryRoot, 'tests', 'e2e', 'serve', 'trino_clients.py')
    const { stdout } = await run(python, [script, String(service.port), lake.root])
    return JSON.parse(stdout) as { checks: number; trino: string }
  } finally {
    await service.close()
    lake.remove()
    scratch.remove()
  }
}

if (pythons.length === 0) {
  test.skip("Trino's Python client (TRINO_PYTHONS names no interpreter)", () => undefined)
}
for (const python of pythons) {
  test(`Trino's Python client, SQLAlchemy and pandas of ${python}`, async () => {
    const report = await serveAndRun(python)
    process.stdout.write(`${JSON.stringify(report)}\n`)
    expect(report.checks).toBeGreaterThan(100)
  }, 180_000)
}
