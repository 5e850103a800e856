// Dialects whose separators cannot be told apart are named before a file is read.
import { expect, test } from '@jest/globals'
import { dialectProblem } from '../../../sources/csv/dialect.ts'
import { commaDialect } from '../../support/csv-slices.ts'

test('an ambiguous dialect has a problem, an ordinary one none', () => {
  const problems = [
    {},
    { delimiter: '+|', newline: '&|\n', quote: null, escape: null },
    { delimiter: '|', newline: '|\n' },
    { delimiter: '' },
    { delimiter: '\n' },
    { delimiter: ',"' },
    { delimiter: '||', newline: '|' },
    { newline: '' },
    { newline: '"\n' },
    { quote: '\u00ab' },
    { quote: '\n', escape: '\n' },
    { comment: '' },
    { comment: '"' },
  ].map((changes) => dialectProblem({ ...commaDialect, ...changes }))
  expect(problems.map((problem) => problem === null)).toEqual([
    ...[true, true, true],
    ...problems.slice(3).map(() => false),
  ])
})
