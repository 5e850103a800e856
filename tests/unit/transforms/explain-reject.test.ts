// What an operator reads about a refused row: expected forms in words, and shapes without values.
import { expect, test } from '@jest/globals'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { explainReject } from '../../../transforms/explain-reject.ts'
import { shapeOf } from '../../../transforms/reference/expected-form.ts'
import { bytesOf } from '../../support/land-column.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../../support/table-setup.ts'

test('every failing column is explained in order, with its shape and never its value', () => {
  const plan = compilePlan(
    contractOf([
      { name: 'born', type: 'date', constraints: [{ kind: 'not_null' }] },
      { name: 'sex', constraints: [{ kind: 'categorical', values: ['male', 'female'] }] },
      { name: 'code', type: 'snomedct' },
      {
        name: 'score',
        type: 'int',
        constraints: [{ kind: 'closed_range', minimum: 0, maximum: 10, step: 1 }],
      },
    ]),
    tableMappingOf([
      columnMappingOf('patient_id'),
      columnMappingOf('born', { formats: ['%d/%m/%Y', '%Y-%m-%d'] }),
      columnMappingOf('sex'),
      columnMappingOf('code'),
      columnMappingOf('score'),
    ]),
    'int',
  )
  const fields = ['12', '31-12-1980', 'Zaphod', '1.2E+17', '11'].map(bytesOf)
  const { failures, values } = explainReject(plan, fields)
  expect(values).toBeNull()
  expect(
    failures.map(({ column, rule, shape, expected }) => [column, rule, shape, expected]),
  ).toEqual([
    ['born', 'type', '99-99-9999', 'a date written %d/%m/%Y or %Y-%m-%d'],
    ['sex', 'categorical', 'Aaaaaa', 'one of male, female'],
    ['code', 'type', '9.9A+99', 'a SNOMED CT code: 6 to 18 digits, the first not 0'],
    ['score', 'closed_range', '99', 'a value from 0 to 10'],
  ])
})

test('a shape says letter, digit or punctuation, and how long a long text is', () => {
  expect(shapeOf(bytesOf('Été 2020, ٣🙂\t'))).toBe('Aaa 9999, 9??')
  expect(shapeOf(bytesOf(''))).toBe('')
  expect(shapeOf(bytesOf('a1'.repeat(100)))).toBe(`${'a9'.repeat(16)}… (200 characters)`)
})
