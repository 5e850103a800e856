// A table with NHS numbers is checked and planned, and never published.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { load, product } from '../../support/product.ts'
import { type Scratch, scratchFolder } from '../../support/proofs.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let scratch: Scratch

beforeEach(() => {
  scratch = scratchFolder('never-published')
  writeSmallProject(scratch.path)
  replaceIn(scratch.path, 'contracts/ours/visits.yaml', 'type: string', 'type: nhs_number')
  replaceIn(scratch.path, 'safelanding.yaml', 'kind: kind}', 'kind: kind}\n    reject_ceiling: 3')
  // Of the range that is kept for tests: two right ones, a wrong check digit, spaces, nine digits.
  const numbers = ['9990000018', '9990000026', '9990000027', '999 000 0034', '999000003']
  const rows = numbers.map((number) => `1,2020-02-03,${number}\n`)
  writeFileSync(join(scratch.path, 'extracts', 'visits.csv'), `id,day,kind\n${rows.join('')}`)
})
afterEach(() => scratch.remove())

test('a load refuses it before it reads; check, plan and dry runs do not', async () => {
  const refused = await product(scratch.path, ['load'])
  expect(refused.code).toBe(10)
  expect(refused.stderr).toContain('SL1015 never_published')
  expect(refused.stderr).toContain('ours/visits: column kind has NHS numbers')
  expect(existsSync(join(scratch.path, 'lake'))).toBe(false)
  for (const verb of ['check', 'plan']) {
    expect(await product(scratch.path, [verb])).toMatchObject({ code: 0 })
  }
  const looked = await load(scratch.path, ['--dry-run'])
  expect(looked).toMatchObject({ code: 0, finished: { snapshot: null } })
  expect(looked.finished.tables?.['ours/visits']).toMatchObject({
    accepted: 2,
    rules: { check_digit: 1, type: 2 },
    notices: ['kind has NHS numbers: the table can be checked, and never published'],
  })
  const shown = await product(scratch.path, ['quarantine', 'show'])
  expect(shown.stdout).toContain('an NHS number whose last digit is right (modulus 11)')
  expect(shown.stdout).toContain('an NHS number: 10 digits without spaces')
  expect(shown.stdout).not.toMatch(/9990/u)
  expect((await load(scratch.path, ['--table', 'core/patients'])).code).toBe(0)
})
