// What the doctor finds on machines that are not well.
import { expect, test } from '@jest/globals'
import { moduleFindings, nodeFindings } from '../../../bin/doctor-findings.ts'

test('a Node older than 20.19 is found', () => {
  expect(nodeFindings('v20.19.0')).toEqual([])
  expect(nodeFindings('v24.0.0')).toEqual([])
  expect(nodeFindings('v20.18.3').map(({ what }) => what)).toEqual([
    'Node v20.18.3 is older than 20.19',
  ])
  expect(nodeFindings('v18.20.0')).toHaveLength(1)
})

test('a module that does not load is found, one that does is not', () => {
  expect(moduleFindings(['@duckdb/node-api'])).toEqual([])
  const [finding] = moduleFindings(['no-such-module-of-ours'])
  expect(finding?.what).toMatch(/no-such-module-of-ours does not load on .*: ERR_MODULE_NOT_FOUND/)
  expect(finding?.mend).toMatch(/^npm install/)
})
