// The CSV cases of other parsers: the 139 on which independent parsers agree give the expected
// rows; where another case reads differently here, docs/csv-choices.md says why, and lists no more.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type CsvCase, judgeCase, loadCases } from '../../support/csv-cases.ts'
import { temporaryFolder } from '../../support/csv-slices.ts'
import { repositoryRoot, sharedFolder } from '../../support/paths.ts'

const cases = sharedFolder === null ? [] : loadCases(sharedFolder)
const whenShared = sharedFolder === null ? test.skip : test

async function differing(examples: readonly CsvCase[]): Promise<string[]> {
  const folder = temporaryFolder()
  const ids: string[] = []
  try {
    for (const example of examples) {
      if ((await judgeCase(example, folder.path)) === 'different') ids.push(example.id)
    }
  } finally {
    folder.remove()
  }
  return ids
}

whenShared('csv-cases: all 139 core cases give the expected rows', async () => {
  const core = cases.filter((example) => example.core)
  expect(core).toHaveLength(139)
  expect(await differing(core)).toEqual([])
})

whenShared('csv-cases: the other cases differ where docs/csv-choices.md says so', async () => {
  const others = cases.filter((example) => !example.core)
  expect(others).toHaveLength(141)
  const page = readFileSync(join(repositoryRoot, 'docs/csv-choices.md'), 'utf8')
  const listed = [...page.matchAll(/^\* `([^`]+)`$/gm)].map((match) => match[1])
  expect(listed.toSorted()).toEqual((await differing(others)).toSorted())
})
