// Whatever is done to the text of a project file or contract, it loads, or is refused with exit 10 in
// lines of one form; never a stack, never a value of an environment variable.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { emptyProjectText } from '../../bin/init/project-text.ts'
import { loadProject } from '../../config/load-project.ts'
import { isLandingError } from '../../contracts/errors.ts'
import { loadContract } from '../../contracts/load-contract.ts'
import { exampleCount } from '../support/generative.ts'

const numRuns = exampleCount(300, 100)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)
const canary = 'canary-e1c0ffee'

const contract = `contract: own/visits
version: 1.2.3
title: Visits
description: One row for each visit.
rows: many_per_patient
columns:
  start: {type: date, description: First day., constraints: [not_null, first_of_month]}
  count: {type: int, description: How many., constraints: [{closed_range: {minimum: 0, maximum: 9}}]}
  kind: {type: string, description: Which., constraints: [{categorical: [a, b]}]}
checks: [patient_exists, {unique: [patient_id, start]}]
`
const project = `${emptyProjectText().replace(/^#.*\n/gm, '')}compression: zstd\n`

const pieces = [
  ...['${env:CANARY}', '${env:', '*a', '&a ', '[', ']', '{', '}', ':', ': ', '- ', '\n', '  ', '#'],
  ...[
    'null',
    '~',
    'true',
    '01',
    '1e999',
    '-1',
    '"',
    "'",
    '|',
    '>',
    '%',
    '!!x ',
    '\t',
    '\u0000',
    'é',
  ],
  ...[
    '__proto__',
    'constructor',
    'opt_outs: 1\n',
    'mssql',
    'absent: true',
    'from',
    'values',
    '---\n',
  ],
]

/** A text with some places cut out and filled with other pieces. */
function damaged(text: string): fc.Arbitrary<string> {
  const cut = fc.record({
    at: fc.nat(text.length),
    length: fc.nat(12),
    piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })),
  })
  return fc.array(cut, { minLength: 1, maxLength: 3 }).map((cuts) => {
    let result = text
    for (const { at, length, piece } of cuts) {
      result = result.slice(0, at) + piece + result.slice(at + length)
    }
    return result
  })
}

function check(load: () => void, file: string): boolean {
  try {
    load()
    return true
  } catch (error) {
    if (!isLandingError(error)) throw error
    expect(error.exit).toBe(10)
    expect(error.message).not.toContain(canary)
    for (const line of error.message.split('\n')) {
      expect(line).toMatch(new RegExp(`^${file}:\\d+:\\d+: \\S`))
    }
    return false
  }
}

test('a damaged project file loads or is refused in the one form', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
  const file = join(folder, 'project.yaml')
  const outcomes = { loaded: 0, refused: 0 }
  const property = fc.property(damaged(project), (text) => {
    writeFileSync(file, text)
    const isLoaded = check(() => void loadProject(file, { CANARY: canary }), 'project\\.yaml')
    outcomes[isLoaded ? 'loaded' : 'refused'] += 1
  })
  fc.assert(property, { numRuns, seed })
  expect(Math.min(outcomes.loaded, outcomes.refused)).toBeGreaterThan(0)
})

test('a damaged contract loads or is refused in the one form', () => {
  const outcomes = { loaded: 0, refused: 0 }
  const property = fc.property(damaged(contract), (text) => {
    const load = () => void loadContract(text, 'v.yaml', { bytesMax: 100_000, id: null })
    outcomes[check(load, 'v\\.yaml') ? 'loaded' : 'refused'] += 1
  })
  fc.assert(property, { numRuns, seed })
  expect(Math.min(outcomes.loaded, outcomes.refused)).toBeGreaterThan(0)
})
