// What compilePlan refuses, under which error, and what a plan holds.
import { expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import type { ColumnMapping } from '../../../contracts/extract.ts'
import type { ColumnConstraint, ColumnType } from '../../../contracts/table-contract.ts'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../../support/table-setup.ts'

function refusalOf(
  type: ColumnType,
  mapping: Partial<ColumnMapping>,
  constraints: readonly ColumnConstraint[] = [],
): string {
  try {
    compilePlan(
      contractOf([{ type, constraints }]),
      tableMappingOf([columnMappingOf('patient_id'), columnMappingOf('value', mapping)]),
      'int',
    )
  } catch (error) {
    if (!isLandingError(error)) throw error
    const where = 'safelanding.yaml:1 test/rows column value: '
    expect(error.message.startsWith(where)).toBe(true)
    return `${error.errorName}: ${error.message.slice(where.length)}`
  }
  return 'accepted'
}

test('mappings that cannot work are refused with the place and what was expected', () => {
  const constant = (value: string): Partial<ColumnMapping> => ({
    origin: { kind: 'constant', value },
  })
  const cases: [ColumnType, Partial<ColumnMapping>, string][] = [
    ['int', { formats: ['%d/%m/%Y'] }, 'format does not apply to type int'],
    ['string', { round: 'first_of_month' }, 'round does not apply to type string'],
    ['string', { pivot: 1930 }, 'pivot does not apply to type string'],
    [
      'date',
      { formats: ['%d/%m/%y'] },
      'the format "%d/%m/%y" has a year of two digits and needs a pivot',
    ],
    ['date', { formats: ['%d/%m'] }, 'the format "%d/%m" needs one of %Y and %y'],
    [
      'date',
      { formats: ['%Y-%q'] },
      'the format "%Y-%q" has the word %q; expected %Y %y %m %-m %b %B %d %-d %e %j %H %M %S %f %z %Z or %%',
    ],
    [
      'date',
      { formats: ['%m/%Y'] },
      'the format "%m/%Y" has no day; that needs round: first_of_month',
    ],
    [
      'date',
      { formats: ['%-d%m%Y'] },
      'the format "%-d%m%Y" has a word of varying width right before digits',
    ],
    ['date', { formats: ['%Y-%m-%d%'] }, 'the format "%Y-%m-%d%" ends with a single %'],
    ['float', { wholeDecimals: true }, 'whole decimals do not apply to type float'],
    ['date', { thousands: ',' }, 'a thousands separator does not apply to type date'],
    ['int', { thousands: '.' }, 'the thousands separator is also the decimal separator'],
    [
      'bool',
      { booleans: { true: ['1'], false: ['0', '1'] } },
      'the text "1" stands for both true and false',
    ],
    [
      'bool',
      { booleans: { true: [], false: ['0'] } },
      'booleans need at least one text for true and one for false',
    ],
    [
      'int',
      { values: { a: 'b' } },
      'values maps to "b"; expected a whole number of at most 64 bits',
    ],
    [
      'bool',
      { values: { Y: 'yes' } },
      'values maps to "yes"; expected true as true or false as false',
    ],
    ['string', { otherwise: 'x' }, 'otherwise stands without values'],
    ['int', constant('x'), 'the constant is refused; expected a whole number of at most 64 bits'],
    [
      'snomedct',
      constant('12'),
      'the constant is refused; expected a SNOMED CT code: 6 to 18 digits, the first not 0',
    ],
  ]
  for (const [type, mapping, message] of cases) {
    expect(refusalOf(type, mapping)).toBe(`mapping_invalid: ${message}`)
  }
})

test('what the constraints rule out is refused before any row is read', () => {
  const sexes: ColumnConstraint = { kind: 'categorical', values: ['male', 'female'] }
  const notNull: ColumnConstraint = { kind: 'not_null' }
  expect(refusalOf('string', { values: { M: 'man' } }, [sexes])).toBe(
    'mapping_invalid: values maps to "man"; expected one of male, female',
  )
  expect(refusalOf('string', { values: { M: 'male' }, otherwise: 'x' }, [sexes])).toBe(
    'mapping_invalid: otherwise is "x"; expected one of male, female',
  )
  // Declared absent, every row is refused under not_null when it is read.
  expect(refusalOf('string', { origin: { kind: 'absent' } }, [notNull])).toBe('accepted')
  expect(refusalOf('string', { origin: { kind: 'constant', value: '' } }, [notNull])).toBe(
    'mapping_invalid: the constant is refused; expected a value; the column is never null',
  )
  expect(refusalOf('string', { origin: { kind: 'absent' } }, [sexes])).toBe('accepted')
})

test('constraints that cannot hold for their column make the contract invalid', () => {
  const regex = (pattern: string): ColumnConstraint => ({ kind: 'regex', pattern })
  const cases: [ColumnType, ColumnConstraint, string][] = [
    [
      'string',
      { kind: 'first_of_month' },
      'constraint first_of_month does not apply to type string',
    ],
    [
      'float',
      { kind: 'categorical', values: [1] },
      'constraint categorical does not apply to type float',
    ],
    ['int', { kind: 'categorical', values: ['a'] }, 'a category is not a whole number within 2^53'],
    [
      'int',
      { kind: 'closed_range', minimum: 5, maximum: 1, step: 1 },
      'closed_range has its minimum above its maximum',
    ],
    [
      'int',
      { kind: 'closed_range', minimum: 0, maximum: 1, step: 0 },
      'closed_range needs a step above 0',
    ],
    [
      'date',
      { kind: 'closed_range', minimum: '2020-02-30', maximum: '2021-01-01', step: 1 },
      'a bound of closed_range is not a date (YYYY-MM-DD)',
    ],
    [
      'date',
      { kind: 'date_after', columns: ['other'] },
      'date_after names other, which is no date column of the table',
    ],
    ['string', regex('('), 'the pattern of regex is not a regular expression'],
    ['string', regex('(a+)+'), 'the pattern of regex repeats a group that itself varies'],
    ['string', regex('(a|aa)*'), 'the pattern of regex repeats a group that itself varies'],
    ['string', regex('((a?)b){2}'), 'the pattern of regex repeats a group that itself varies'],
    ['string', regex('(a)\\1'), 'the pattern of regex refers back to a group'],
    ['string', regex('(?=a)a'), 'the pattern of regex looks ahead or behind'],
    [
      'string',
      regex('.*a.*'),
      'the pattern of regex has more than one repeat without an upper bound',
    ],
  ]
  for (const [type, constraint, message] of cases) {
    expect(refusalOf(type, {}, [constraint])).toBe(`contract_invalid: ${message}`)
  }
  for (const pattern of [
    'E020[0-9]{5}',
    '[a-zA-Z]{2}[0-9]{2}[a-zA-Z]',
    '([A-Z][0-9]){3}',
    'a(b?c)?',
    '[(*+]+',
  ]) {
    expect(refusalOf('string', {}, [regex(pattern)])).toBe('accepted')
  }
})

test('unknown, repeated and missing columns are refused', () => {
  const compile =
    (...names: string[]) =>
    () =>
      compilePlan(
        contractOf([{}]),
        tableMappingOf(names.map((name) => columnMappingOf(name))),
        'int',
      )
  expect(compile('patient_id', 'value', 'colour')).toThrow(
    /colour: the contract has no such column/,
  )
  expect(compile('patient_id', 'value', 'value')).toThrow(/value: mapped twice/)
  expect(compile('patient_id')).toThrow(/value: not mapped/)
  expect(compile('value')).toThrow(/patient_id: not mapped/)
})

test('a plan lists the fields to read once each and the Parquet columns in order', () => {
  const plan = compilePlan(
    contractOf([
      { name: 'a', type: 'date', constraints: [{ kind: 'not_null' }] },
      { name: 'b', type: 'icd10_multi' },
      { name: 'c', type: 'float' },
      { name: 'd', type: 'bool', constraints: [{ kind: 'unique' }] },
    ]),
    tableMappingOf([
      columnMappingOf('d', { origin: { kind: 'field', from: 'X' } }),
      columnMappingOf('c'),
      columnMappingOf('b', { origin: { kind: 'absent' } }),
      columnMappingOf('a', { origin: { kind: 'field', from: 'X' } }),
      columnMappingOf('patient_id', { origin: { kind: 'field', from: 'Id' } }),
    ]),
    'int',
  )
  expect(plan.needed).toEqual(['Id', 'X', 'c'])
  expect(structuredClone(plan)).toEqual(plan)
  expect(plan.parquetColumns).toEqual([
    { name: 'patient_id', type: 'int64', nullable: false },
    { name: 'a', type: 'date', nullable: false },
    { name: 'b', type: 'string', nullable: true },
    { name: 'c', type: 'double', nullable: true },
    { name: 'd', type: 'boolean', nullable: true },
  ])
})
