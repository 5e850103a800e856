// The forms of codes are those of ehrQL, as the facts about its tables state them: Python's verbose
// syntax, matched against the whole code. Where those facts are not at hand the test is skipped.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { codeSystemForms } from '../../../contracts/code-systems.ts'
import type { CodeSystem } from '../../../contracts/table-contract.ts'
import { generativeParameters } from '../../support/generative.ts'
import { sharedFolder } from '../../support/paths.ts'

const types: Readonly<Record<string, CodeSystem>> = {
  SNOMEDCTCode: 'snomedct',
  DMDCode: 'dmd',
  CTV3Code: 'ctv3',
  ICD10Code: 'icd10',
  OPCS4Code: 'opcs4',
}

/** Verbose syntax without its comments and blanks. */
const plainPattern = (verbose: string): string => verbose.replace(/#.*$|\s+/gmu, '')

function patternsIn(value: unknown, found: Map<string, string>): Map<string, string> {
  if (typeof value !== 'object' || value === null) return found
  const { type, code_regex: pattern } = value as Readonly<Record<string, unknown>>
  if (typeof type === 'string' && typeof pattern === 'string')
    found.set(type, plainPattern(pattern))
  for (const inner of Object.values(value)) patternsIn(inner, found)
  return found
}

if (sharedFolder === null) {
  process.stderr.write('skipped, as the facts about ehrQL are not at hand: forms of codes\n')
}
const testWithFacts = sharedFolder === null ? test.skip : test

testWithFacts('codes have the forms that ehrQL accepts', () => {
  const path = join(sharedFolder ?? '', 'reference', 'ehrql-tables.json')
  const patterns = patternsIn(JSON.parse(readFileSync(path, 'utf8')), new Map())
  for (const [type, system] of Object.entries(types)) {
    const theirs = new RegExp(`^(?:${patterns.get(type)})$`)
    const ours = new RegExp(`^(?:${codeSystemForms[system].pattern})$`, 'u')
    const spoilt = fc
      .tuple(
        fc.oneof(fc.stringMatching(theirs), fc.stringMatching(ours)),
        fc.nat(20),
        fc.constantFrom('', '', 'X', '0', '.', 'I', 'a'),
      )
      .map(([code, place, piece]) => code.slice(0, place) + piece + code.slice(place))
    let accepted = 0
    fc.assert(
      fc.property(spoilt, (code) => {
        if (theirs.test(code)) accepted++
        expect([type, code, ours.test(code)]).toEqual([type, code, theirs.test(code)])
      }),
      generativeParameters<[string]>(500),
    )
    expect(accepted).toBeGreaterThan(0)
  }
})
