// What an operator mistypes is a wrong usage with a word on it, never a defect or an empty answer.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { eventsOf, runCommand } from '../../support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
writeFileSync(
  join(folder, 'safelanding.yaml'),
  `backend: b
lake: ./lake
contracts: [core]
patient_id: int
tables:
  core/patients:
    source: {csv: patients.csv}
    columns: {patient_id: id, date_of_birth: dob, sex: sex}
`,
)
writeFileSync(join(folder, 'patients.csv'), 'id,dob,sex\n1,2000-01-01,male\n')

test('load --table with a table that the project does not have is refused before there is a run', async () => {
  const { exit, stdout } = await runCommand(['load', '--table', 'core/patient', '--json'], folder)
  expect(exit).toBe(2)
  expect(eventsOf(stdout)[0]).toMatchObject({ event: 'error', code: 'SL2002' })
  expect(existsSync(join(folder, 'lake'))).toBe(false)
})

test('runs list --limit takes whole numbers above 0 only', async () => {
  for (const limit of ['abc', '0', '-1', '1.5']) {
    const { exit, stdout } = await runCommand(['runs', 'list', '--limit', limit, '--json'], folder)
    expect(exit).toBe(2)
    expect(eventsOf(stdout)[0]).toMatchObject({ event: 'error', code: 'SL2001' })
  }
})
