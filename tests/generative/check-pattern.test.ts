// Patterns that contracts may hold take a number of steps that grows with the text and no faster,
// counted by a backtracking matcher that tries everything JavaScript's could try.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { patternFault, waysMax } from '../../contracts/check-pattern.ts'
import { generativeParameters } from '../support/generative.ts'

type Pattern =
  | { readonly kind: 'character'; readonly characters: string }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  | {
      readonly kind: 'repeat'
      readonly part: Pattern
      readonly minimum: number
      readonly maximum: number
    }

function textOf(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'character':
      return pattern.characters.length === 1 ? pattern.characters : `[${pattern.characters}]`
    case 'sequence':
      return pattern.parts.map(textOf).join('')
    case 'choice':
      return `(?:${pattern.parts.map(textOf).join('|')})`
    case 'repeat': {
      const { part, minimum, maximum } = pattern
      const inner =
        part.kind === 'sequence' || part.kind === 'repeat' ? `(?:${textOf(part)})` : textOf(part)
      return `${inner}{${minimum},${maximum === Number.POSITIVE_INFINITY ? '' : maximum}}`
    }
  }
}

/** Characters asked for, repeats written out. */
function sizeOf(pattern: Pattern): number {
  if (pattern.kind === 'character') return 1
  if (pattern.kind === 'repeat') {
    const { minimum, maximum } = pattern
    const times = maximum === Number.POSITIVE_INFINITY ? minimum + 1 : maximum
    return 1 + times * (1 + sizeOf(pattern.part))
  }
  return pattern.parts.reduce((sum, part) => sum + 1 + sizeOf(part), 1)
}

class TooManySteps extends Error {}

/** Steps of trying every way to match the whole text, until one does. Throws past `stepsMax`. */
function stepsOf(pattern: Pattern, text: string, stepsMax: number): number {
  let steps = 0
  const match = (part: Pattern, at: number, go: (at: number) => boolean): boolean => {
    if (++steps > stepsMax) throw new TooManySteps(`more than ${stepsMax} steps`)
    switch (part.kind) {
      case 'character':
        return at < text.length && part.characters.includes(text.charAt(at)) && go(at + 1)
      case 'choice':
        return part.parts.some((choice) => match(choice, at, go))
      case 'sequence': {
        const from = (index: number, place: number): boolean => {
          const next = part.parts[index]
          return next === undefined
            ? go(place)
            : match(next, place, (then) => from(index + 1, then))
        }
        return from(0, at)
      }
      case 'repeat': {
        const from = (times: number, place: number): boolean => {
          const isMore = times < part.maximum
          if (isMore && match(part.part, place, (then) => then > place && from(times + 1, then))) {
            return true
          }
          return times >= part.minimum && go(place)
        }
        return from(0, at)
      }
    }
  }
  match(pattern, 0, (at) => at === text.length)
  return steps
}

const bounds = fc
  .tuple(fc.nat(3), fc.constantFrom(0, 1, 2, 12, Number.POSITIVE_INFINITY))
  .map(([minimum, more]) => ({ minimum, maximum: Math.max(1, minimum + more) }))

const { pattern: patterns } = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('character' as const),
        characters: fc.constantFrom('a', 'b', 'ab'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('sequence' as const, 'choice' as const),
        parts: fc.array(tie('pattern'), { minLength: 1, maxLength: 4, size: 'max' }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('pattern'), bounds)
        .map(([part, bound]) => ({ kind: 'repeat' as const, part, ...bound })),
    },
  ),
}))

const texts = fc.oneof(
  fc.integer({ min: 0, max: 300 }).map((length) => `${'a'.repeat(length)}c`),
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 200, size: 'max' }),
)

test('what is not refused takes a bounded number of steps a character', () => {
  const seen = { refused: 0, accepted: 0 }
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      if (patternFault(textOf(pattern)) !== null) {
        seen.refused++
        return
      }
      seen.accepted++
      const stepsMax = waysMax * (text.length + 2) * (sizeOf(pattern) + 2)
      expect(stepsOf(pattern, text, stepsMax)).toBeGreaterThan(0)
    }),
    generativeParameters<[Pattern, string]>(2000),
  )
  expect(seen.accepted).toBeGreaterThan(100)
  expect(seen.refused).toBeGreaterThan(100)
})

test.each([
  ['(a+)+', 'repeats a group that itself varies'],
  ['(?:a|a){2}', 'repeats a group that itself varies'],
  ['a*a*b', 'has more than one repeat without an upper bound'],
  [`${'a?'.repeat(30)}${'a'.repeat(30)}`, 'may match in more than 256 ways'],
  [`${'(?:a|a)'.repeat(30)}b`, 'may match in more than 256 ways'],
  ['a{0,100}a{0,100}b', 'may match in more than 256 ways'],
  ['[ab]{5000}', 'asks for more than 4096 characters'],
  ['(a)\\1', 'refers back to a group'],
  ['(?=a)a', 'looks ahead or behind'],
  ['(', 'is not a regular expression'],
])('the hostile pattern %s is refused', (pattern, fault) => {
  expect(patternFault(pattern)).toBe(fault)
})

test.each([
  'E020[0-9]{5}',
  '[a-zA-Z]{2}[0-9]{2}[a-zA-Z]',
  '[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}',
  '.*@nhs[.]net',
  '(?:GP|HOSP)-[0-9]{1,8}',
  '[^|]+',
])('the pattern %s is permitted', (pattern) => {
  expect(patternFault(pattern)).toBeNull()
})
