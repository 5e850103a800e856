// Suggestions: near words are found, far ones are not, and distances are those of a textbook.
import { expect, test } from '@jest/globals'
import { editDistance, listWords, nearestWord } from '../../../contracts/nearest-word.ts'
import { parseTable } from '../../support/parse-table.ts'

test('edit distances with neighbouring swaps', () => {
  const rows = parseTable(`
    left     | right    | distance
    ---------+----------+---------
    kitten   | sitting  | 3
    ca       | ac       | 1
    ca       | abc      | 3
    delimter | delimiter| 1
             | abc      | 3
    same     | same     | 0
  `)
  for (const { left = '', right = '', distance } of rows) {
    expect([left, right, editDistance(left, right)]).toEqual([left, right, Number(distance)])
    expect(editDistance(right, left)).toBe(Number(distance))
  }
})

test('the nearest word, or none', () => {
  const rows = parseTable(`
    typed      | candidates              | nearest
    -----------+-------------------------+-----------
    delimeter  | delimiter, quote        | delimiter
    Date Birth | date_of_birth, date_birth | date_birth
    dat        | date, data              | date
    zebra      | delimiter, quote        |
    snappyy    | snappy, zstd            | snappy
    x          | abc                     |
  `)
  for (const { typed = '', candidates = '', nearest = '' } of rows) {
    expect([typed, nearestWord(typed, candidates.split(', ')) ?? '']).toEqual([typed, nearest])
  }
})

test('long lists of words are cut', () => {
  expect(listWords(['a', 'b', 'c'])).toBe('a, b or c')
  expect(listWords(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
})
