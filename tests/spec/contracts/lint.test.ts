// The linter of contracts: prose a researcher can read. Positions are counted by hand.
import { expect, test } from '@jest/globals'
import { lintContract } from '../../../contracts/lint-contract.ts'
import { problemLine } from '../../../contracts/problems.ts'

const text = (line: number, instead: string): string => {
  const lines = `contract: own/visits
version: 1.0.0
title: Visits
description: One row for each visit.
rows: many_per_patient
columns:
  start:
    type: date
    description: First day.
`.split('\n')
  lines[line - 1] = instead
  return lines.join('\n')
}

const lint = (source: string) => {
  const { findings, problems } = lintContract(source, 'v.yaml', {
    bytesMax: 10_000,
    id: 'own/visits',
  })
  return [...problems, ...findings].map(problemLine)
}

test('a readable contract has no findings', () => {
  expect(lint(text(1, 'contract: own/visits'))).toEqual([])
})

test.each([
  [
    3,
    'title: visits.',
    [
      'v.yaml:3:8: title ends with a full stop; expected a title, not a sentence',
      'v.yaml:3:8: title starts with a small letter; expected a capital letter',
    ],
  ],
  [
    4,
    'description: ""',
    ['v.yaml:4:14: description is empty; expected a sentence for a researcher'],
  ],
  [
    4,
    'description: One row  each',
    [
      'v.yaml:4:14: description ends mid-sentence; expected a full stop',
      'v.yaml:4:14: description has doubled spaces; expected one',
    ],
  ],
  [5, 'rows: many_per_patient  ', ['v.yaml:5:23: spaces at the end of the line; expected none']],
  [
    9,
    '    description: TODO.',
    [
      'v.yaml:9:18: columns.start.description is unfinished; expected the sentence that is still to be written',
    ],
  ],
  [
    8,
    '    type: dat',
    [
      'v.yaml:8:11: type: "dat"; expected bool, int, float, date, string, nhs_number, snomedct, dmd, ctv3, icd10, opcs4, bnf, icd10_multi or opcs4_multi; did you mean "date"?',
    ],
  ],
])('line %i as %j', (line, instead, findings) => {
  expect(lint(text(line, instead))).toEqual(findings)
})
