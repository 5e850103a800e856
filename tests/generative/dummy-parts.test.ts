// The parts of dummy extracts against others' work: texts of patterns against the engine's regular
// expressions, days against its Date, check digits against published codes.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { calendarDay, daysOf, isoDay, nextMonth } from '../../contracts/dummy/calendar-days.ts'
import { hasVerhoeff, withModulus11, withVerhoeff } from '../../contracts/dummy/check-digits.ts'
import { patternTexts } from '../../contracts/dummy/pattern-texts.ts'
import { seededRandom } from '../../contracts/dummy/seeded-random.ts'
import { generativeParameters } from '../support/generative.ts'

const atoms = fc.constantFrom(
  ...['a', 'Z', '7', '[a-z]', '[^a-z0-9]', '\\d', '\\.', '.', '\\p{Lu}', '[A-F0-9-]', '\\x41'],
  ...['é', '(?:ab|c)', '(xy)', '\\w', '\\s', '[\\]]', '\\u0042', ' '],
)
const repeats = fc.constantFrom('', '', '', '?', '{2}', '{1,3}', '{0,1}')
const sequences = fc
  .array(
    fc.tuple(atoms, repeats).map(([atom, repeat]) => `${atom}${repeat}`),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''))
const patterns = fc
  .tuple(
    fc.array(sequences, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
    fc.constantFrom('', '[0-9]*', '[a-z]+', 'q{2,}'),
  )
  .map(([choices, open]) => `(?:${choices})${open}`)

test('texts of a pattern match it, drawn or numbered', () => {
  fc.assert(
    fc.property(patterns, fc.nat(), fc.nat(), (pattern, seed, number) => {
      const expression = new RegExp(`^(?:${pattern})$`, 'u')
      const texts = patternTexts(pattern)
      expect(texts.draw(seededRandom(seed))).toMatch(expression)
      expect(texts.nth(number % texts.count)).toMatch(expression)
    }),
    generativeParameters(),
  )
})

test('numbers give each text of a pattern once', () => {
  const texts = patternTexts('(?:NS|[EW]S)-[A-C0-1]{2}(?:\\.[xyz])?')
  const all = Array.from({ length: texts.count }, (_, number) => texts.nth(number))
  expect([texts.count, new Set(all).size]).toEqual([3 * 25 * 4, 3 * 25 * 4])
})

test('days and dates agree with the engine', () => {
  const days = fc.integer({ min: -700_000, max: 2_900_000 })
  fc.assert(
    fc.property(days, (day) => {
      const text = new Date(day * 86_400_000).toISOString().slice(0, 10)
      const { year, month, day: date } = calendarDay(day)
      expect(daysOf(year, month, date)).toBe(day)
      expect(isoDay(day)).toBe(text)
      expect(isoDay(nextMonth(day)).slice(8)).toBe('01')
      expect(nextMonth(day) - day).toBeLessThanOrEqual(31)
    }),
    generativeParameters(),
  )
})

test('published codes have the check digits that are made', () => {
  // SNOMED CT concepts of the international edition and the UK extension, and dm+d products.
  const codes = ['195967001', '44054006', '38341003', '22298006', '73211009', '999000011000001104']
  const products = ['39113611000001102', '42206511000001102', '39709811000001108']
  for (const code of [...codes, ...products]) {
    expect(withVerhoeff(code.slice(0, -1))).toBe(code)
    for (let digit = 0; digit < 10; digit++) {
      const other = `${code.slice(0, -1)}${digit}`
      expect(hasVerhoeff(other)).toBe(other === code)
    }
  }
  // Examples of the NHS Data Dictionary and of the service's test numbers; one that has no digit.
  expect(withModulus11('943476591')).toBe('9434765919')
  expect(withModulus11('401023213')).toBe('4010232137')
  expect(withModulus11('999000000')).toBeNull()
})
