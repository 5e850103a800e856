// The version is a constant of the code; this keeps it equal to the package's.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { softwareVersion } from '../../config/version.ts'
import { repositoryRoot } from '../support/paths.ts'

test('the version of the code is the version of the package', () => {
  const text = readFileSync(join(repositoryRoot, 'package.json'), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ version: softwareVersion })
})
