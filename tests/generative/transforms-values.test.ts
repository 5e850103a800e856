// Single values against implementations of others: the engine's Number, BigInt, Date and
// TextDecoder, and the published patterns of codes. Each test draws texts close to the edge of
// what is accepted.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { codeSystemForms, multiCodeForms } from '../../contracts/code-systems.ts'
import type { CodeSystem, MultiCodeSystem } from '../../contracts/table-contract.ts'
import { isFloatText, isVerhoeffNumber } from '../../transforms/reference/check-digits.ts'
import { openTransform } from '../../transforms/run-plan.ts'
import { hasVerhoeffDigit, isRoundedCode } from '../../transforms/values/check-digit.ts'
import { codeMatcher } from '../../transforms/values/match-code.ts'
import { textFaults } from '../../transforms/values/valid-utf8.ts'
import { fieldBatchOf } from '../support/field-batch.ts'
import { generativeParameters } from '../support/generative.ts'
import { planOfColumn } from '../support/land-column.ts'
import { readColumns } from '../support/read-columns.ts'

const encoder = new TextEncoder()
const textOfUnits = (units: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...units), maxLength })

/** Values of texts in a column of a type; undefined where the row is refused. */
function valuesOf(type: 'int' | 'float' | 'date', texts: readonly string[]): unknown[] {
  const rows = texts.map((text) => [encoder.encode('1'), encoder.encode(text)])
  const transform = openTransform(planOfColumn({ type }), [])
  const { recordBatch, rejects } = transform.apply(fieldBatchOf(rows, 2))
  const refused = new Set(rejects.rows.subarray(0, rejects.count))
  const [, values = []] = readColumns(recordBatch)
  let accepted = 0
  const landed = texts.map((_, row) => (refused.has(row) ? undefined : values[accepted++]))
  transform.release()
  return landed
}

test('every decimal text is the double that the engine reads', () => {
  const whole = textOfUnits('0123456789', 18)
  const texts = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.constantFrom('', '-'), whole, whole).map(([sign, a, b]) => `${sign}${a}.${b}`),
    fc
      .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.nat(12), fc.nat(7))
      .map(
        ([number, decimals, zeros]) =>
          `${(number / 10 ** decimals).toFixed(decimals)}${'0'.repeat(zeros)}`,
      ),
  )
  fc.assert(
    fc.property(fc.array(texts, { minLength: 20, maxLength: 60 }), (list) => {
      const usable = list.filter((text) => /[0-9]/u.test(text))
      expect(valuesOf('float', usable)).toEqual(usable.map(Number))
    }),
    generativeParameters<[string[]]>(300, 100),
  )
})

test('every whole number within 64 bits is exact, and none beyond is accepted', () => {
  const near = fc
    .tuple(fc.integer({ min: 1, max: 65 }), fc.bigInt({ min: -1100n, max: 1100n }), fc.boolean())
    .map(([bits, offset, negative]) => (2n ** BigInt(bits) + offset) * (negative ? -1n : 1n))
  const tens = fc
    .tuple(fc.nat(20), fc.bigInt({ min: -2n, max: 2n }))
    .map(([power, offset]) => 10n ** BigInt(power) + offset)
  const any = fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n })
  fc.assert(
    fc.property(fc.array(fc.oneof(near, tens, any), { minLength: 20, maxLength: 60 }), (list) => {
      const expected = list.map((value) => (BigInt.asIntN(64, value) === value ? value : undefined))
      expect(valuesOf('int', list.map(String))).toEqual(expected)
    }),
    generativeParameters<[bigint[]]>(300, 100),
  )
})

test('every day that exists is its number of days, and no other day is accepted', () => {
  const dates = fc.record({
    year: fc.oneof(
      fc.integer({ min: 0, max: 9999 }),
      fc.constantFrom(1900, 2000, 2100, 4, 100, 400),
    ),
    month: fc.oneof(fc.integer({ min: 0, max: 13 }), fc.constant(2)),
    day: fc.oneof(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 28, max: 31 })),
  })
  fc.assert(
    fc.property(fc.array(dates, { minLength: 20, maxLength: 60 }), (list) => {
      const pad = (number: number, width: number) => String(number).padStart(width, '0')
      const texts = list.map(
        ({ year, month, day }) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`,
      )
      const expected = texts.map((text) => {
        const date = new Date(`${text}T00:00:00Z`)
        const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
        return isReal && !text.startsWith('0000') ? date.getTime() / 86_400_000 : undefined
      })
      expect(valuesOf('date', texts)).toEqual(expected)
    }),
    generativeParameters<[{ year: number; month: number; day: number }[]]>(300, 100),
  )
})

test('text faults are those that a strict decoder finds, for every pair of first bytes', () => {
  const tails = [[], [0x80], [0xbf, 0x80], [0xbf, 0x41], [0x80, 0x80, 0xc2]]
  let faulty = 0
  let faultless = 0
  for (let lead = 0x7f; lead <= 0xff; lead++) {
    for (let second = 0x7c; second <= 0xc4; second++) {
      for (const tail of tails) {
        const text = Uint8Array.of(lead, second, ...tail)
        let isValid = true
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(text)
          faultless++
        } catch {
          isValid = false
          faulty++
        }
        if (textFaults(text, 0, text.length) !== (isValid ? 0 : 1)) {
          throw new Error(`${Buffer.from(text).toString('hex')} is ${isValid ? '' : 'not '}valid`)
        }
      }
    }
  }
  expect(faulty).toBeGreaterThan(1000)
  expect(faultless).toBeGreaterThan(1000)
  expect(textFaults(encoder.encode('a\0é'), 0, 4)).toBe(2)
})

const codeUnits: Readonly<Record<CodeSystem, string>> = {
  snomedct: '0129',
  dmd: '0129a',
  ctv3: 'aZ09..',
  icd10: 'AZ0199X',
  opcs4: 'AIZ019',
  bnf: '0012A',
}

/** Texts that a pattern of ours matches, spoilt a little now and then. */
const nearPattern = (pattern: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.stringMatching(new RegExp(`^(?:${pattern})$`)),
      fc.nat(40),
      fc.constantFrom('', '', '', 'X', '0', '.', 'i'),
    )
    .map(([code, place, spoil]) => code.slice(0, place) + spoil + code.slice(place))

test('code matchers accept what the published patterns match', () => {
  for (const [system, { pattern }] of Object.entries(codeSystemForms)) {
    const units = codeUnits[system as CodeSystem]
    const matches = codeMatcher(system as CodeSystem)
    const expression = new RegExp(`^(?:${pattern})$`, 'u')
    let accepted = 0
    fc.assert(
      fc.property(
        fc.oneof(textOfUnits(units, 20), textOfUnits(units, 6), nearPattern(pattern)),
        (code) => {
          const bytes = encoder.encode(`1${code}1`)
          const isCode = expression.test(code)
          if (isCode) accepted++
          expect(matches?.(bytes, 1, bytes.length - 1)).toBe(isCode)
        },
      ),
      generativeParameters<[string]>(1000, 350),
    )
    expect(accepted).toBeGreaterThan(0)
  }
})

test('texts of several codes are accepted when each code is', () => {
  for (const [type, { system }] of Object.entries(multiCodeForms)) {
    const { pattern } = codeSystemForms[system]
    const matches = codeMatcher(type as MultiCodeSystem)
    const pieces = fc.oneof(nearPattern(pattern), fc.constantFrom('|', ',', ' ', '||'))
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
        const text = parts.join('')
        const codes = text.split(/[|, ]+/u).filter((code) => code !== '')
        const expression = new RegExp(`^(?:${pattern})$`, 'u')
        const expected = codes.length > 0 && codes.every((code) => expression.test(code))
        const bytes = encoder.encode(text)
        expect(matches?.(bytes, 0, bytes.length)).toBe(expected)
      }),
      generativeParameters<[string[]]>(1000, 350),
    )
  }
})

/** Digits that a check digit may follow. */
const sctidStems = (minLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength: 16, size: 'max' }),
    )
    .map(([first, rest]) => `${first}${rest}`)

/** The code with the last digit that makes it right, by the reference. */
function withCheckDigit(code: string): string {
  const right = [...'0123456789'].map((last) => code + last).filter(isVerhoeffNumber)
  expect(right).toHaveLength(1)
  return right[0] ?? ''
}

const isRight = (code: string): boolean => {
  const bytes = encoder.encode(`5${code}5`)
  return hasVerhoeffDigit(bytes, 1, bytes.length - 1)
}

const isRounded = (code: string): boolean => {
  const bytes = encoder.encode(`5${code}0`)
  return isRoundedCode(bytes, 1, bytes.length - 1)
}

test('a check digit finds every wrong digit and every two neighbours that changed places', () => {
  fc.assert(
    fc.property(
      sctidStems(4).map(withCheckDigit),
      fc.nat(17),
      fc.integer({ min: 1, max: 9 }),
      (...args) => {
        const [code, at, by] = args
        const place = at % code.length
        const digit = Number(code.charAt(place))
        expect(isRight(code)).toBe(true)
        expect(isRight(code.slice(0, place) + ((digit + by) % 10) + code.slice(place + 1))).toBe(
          false,
        )
        const next = code.charAt(place + 1)
        if (next === '' || Number(next) === digit) return
        const swapped = code.slice(0, place) + next + digit + code.slice(place + 2)
        expect(isRight(swapped)).toBe(false)
      },
    ),
    generativeParameters<[string, number, number]>(1000, 350),
  )
})

/** What tools write that read a code as a double: so many digits, in full, or as few as tell it. */
function asDouble(code: string, digits: number): string {
  const value = Number(code)
  if (digits === 0) return String(BigInt(value))
  if (digits === 1) return String(value)
  const [mantissa = '', exponent = ''] = value
    .toExponential(Math.min(digits, code.length) - 1)
    .split('e')
  return mantissa.replace('.', '').padEnd(Number(exponent) + 1, '0')
}

test('a right code that a tool rounded is either still right or called rounded', () => {
  let roundedCount = 0
  fc.assert(
    fc.property(
      sctidStems(14).map(withCheckDigit),
      fc.constantFrom(0, 1, 15, 16, 17),
      (code, digits) => {
        // Spreadsheets cut what is behind the 15th digit off instead of rounding it.
        const cut = code.slice(0, 15).padEnd(code.length, '0')
        for (const written of [asDouble(code, digits), cut]) {
          expect(isRounded(written)).toBe(isFloatText(written))
          if (isRight(written) || written === code) continue
          expect([written, isRounded(written)]).toEqual([written, true])
          roundedCount++
        }
      },
    ),
    generativeParameters<[string, number]>(1000, 350),
  )
  expect(roundedCount).toBeGreaterThan(0)
})

test('most wrong digits of a long code make no rounded one, and the reference agrees', () => {
  let calledRounded = 0
  let wrong = 0
  fc.assert(
    fc.property(sctidStems(16), fc.nat(9), (stem, last) => {
      const code = `${stem}${last}`
      expect(isRounded(code)).toBe(isFloatText(code))
      if (isVerhoeffNumber(code)) return
      wrong++
      if (isRounded(code)) calledRounded++
    }),
    generativeParameters<[string, number]>(1000, 350),
  )
  expect(calledRounded).toBeLessThanOrEqual(wrong / 10)
})
