// The pages of one small contract as they are, whole. GOLDEN=write writes them anew, to be read in a
// diff before they are committed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { renderReference } from '../../contracts/reference-pages/render-reference.ts'
import { repositoryRoot } from '../support/paths.ts'
import { readSample, visitsText } from '../support/sample-contract.ts'

const folder = join(repositoryRoot, 'tests', 'fixtures', 'reference-pages')
const files = renderReference({
  contracts: [readSample(visitsText)],
  backends: [],
  deviations: [],
})

test.each([
  'index.html',
  'compatibility.html',
  'own/visits.html',
  'markdown/README.md',
  'markdown/own/visits.md',
])('%s is as it was read and agreed', (path) => {
  const text = files.get(path) ?? ''
  const file = join(folder, path)
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  expect(text).toBe(readFileSync(file, 'utf8'))
})
