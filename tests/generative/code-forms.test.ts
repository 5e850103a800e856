// The forms of clinical codes here against the patterns of ehrQL: both accept and refuse the same
// texts, also texts that are nearly codes. Texts of several codes are asked code by code; ehrQL's
// pattern for those is for what a researcher looks for, and every code passes it.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { codeSystemForms, multiCodeForms } from '../../contracts/code-systems.ts'
import type { CodeSystem, MultiCodeSystem } from '../../contracts/table-contract.ts'
import { codeMatcher } from '../../transforms/values/match-code.ts'
import { readFacts } from '../support/ehrql-facts.ts'
import { generativeParameters } from '../support/generative.ts'

const { codeForms } = readFacts()
const encoder = new TextEncoder()

/** In JavaScript without the flag u, \d is an ASCII digit, as it is meant here. */
const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)

const typesOfFacts = {
  snomedct: 'SNOMEDCTCode',
  dmd: 'DMDCode',
  ctv3: 'CTV3Code',
  icd10: 'ICD10Code',
  opcs4: 'OPCS4Code',
} as const satisfies Partial<Record<CodeSystem, string>>

const multiTypesOfFacts = {
  icd10_multi: 'ICD10MultiCodeString',
  opcs4_multi: 'OPCS4MultiCodeString',
} as const satisfies Record<MultiCodeSystem, string>

const alphabet = [...'AEIJXZaxz0129.', ' ', '|', ',', '\n', '٣', 'É']

/** A code, or a code with one or two characters put in, taken out or exchanged. */
function nearCodes(pattern: string): fc.Arbitrary<string> {
  const code = fc.stringMatching(whole(pattern))
  const change = fc.record({
    at: fc.nat({ max: 18 }),
    removed: fc.nat({ max: 1 }),
    added: fc.constantFrom('', ...alphabet),
  })
  const changed = fc
    .tuple(code, fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([text, changes]) =>
      changes.reduce((now, { at, removed, added }) => {
        const place = Math.min(at, now.length)
        return now.slice(0, place) + added + now.slice(place + removed)
      }, text),
    )
  const any = fc
    .array(fc.constantFrom(...alphabet), { maxLength: 6 })
    .map((letters) => letters.join(''))
  return fc.oneof(code, changed, any)
}

function isMatch(type: CodeSystem | MultiCodeSystem, text: string): boolean {
  const bytes = encoder.encode(text)
  return codeMatcher(type)?.(bytes, 0, bytes.length) ?? false
}

test.each(Object.entries(typesOfFacts) as [keyof typeof typesOfFacts, string][])(
  '%s codes are those of ehrQL',
  (system, typeOfFacts) => {
    const theirs = whole(codeForms[typeOfFacts] ?? 'no pattern')
    const ours = whole(codeSystemForms[system].pattern)
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(nearCodes(theirs.source.slice(4, -2)), (text) => {
        const expected = theirs.test(text)
        seen[expected ? 'accepted' : 'refused']++
        expect({ text, form: ours.test(text), bytes: isMatch(system, text) }).toEqual({
          text,
          form: expected,
          bytes: expected,
        })
      }),
      generativeParameters<[string]>(1500),
    )
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20)
  },
)

test.each(Object.entries(multiTypesOfFacts) as [MultiCodeSystem, string][])(
  '%s is asked code by code, and a researcher can look for each of its codes',
  (type, typeOfFacts) => {
    const { system } = multiCodeForms[type]
    const single = whole(
      codeForms[typesOfFacts[system as keyof typeof typesOfFacts]] ?? 'no pattern',
    )
    const sought = whole(codeForms[typeOfFacts] ?? 'no pattern')
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.stringMatching(single) },
      { weight: 1, arbitrary: nearCodes(single.source.slice(4, -2)) },
    )
    const separator = fc.stringMatching(/^[|, ]{1,3}$/)
    const edge = fc.stringMatching(/^[|, ]{0,2}$/)
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(piece, separator), { maxLength: 4 }),
        edge,
        edge,
        (pieces, before, after) => {
          const last = pieces.at(-1)?.[0] ?? ''
          const text = pieces
            .slice(0, -1)
            .reduceRight((rest, [code, gap]) => `${code}${gap}${rest}`, last)
          const codes = text.split(/[|, ]/).filter((code) => code !== '')
          const expected = codes.length > 0 && codes.every((code) => single.test(code))
          seen[expected ? 'accepted' : 'refused']++
          const padded = `${before}${text}${after}`
          expect({ padded, isMatch: isMatch(type, padded) }).toEqual({ padded, isMatch: expected })
          if (expected) expect(codes.filter((code) => !sought.test(code))).toEqual([])
        },
      ),
      generativeParameters<[[string, string][], string, string]>(1500),
    )
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20)
  },
)
