// Suggestions: near words are found, far ones are not, and distances are those of a textbook.
import { expect, test } from '@jest/globals'
import {
  editDistance,
  expectedContracts,
  listWords,
  nearestWord,
} from '../../../contracts/nearest-word.ts'
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

test('of many contracts, a message names those that were likely meant', () => {
  const others = Array.from({ length: 30 }, (_, index) => `many/t${index}`)
  const ids = ['core/patients', 'core/visits', 'tpp/patients', 'raw.tpp/visits_raw', ...others]
  const rows = parseTable(`
    typed         | expected
    --------------+-----------------------------------------------------------
    patients      | core/patients or tpp/patients
    own/visits    | core/visits or raw.tpp/visits_raw
    tpp/pateints  | tpp/patients
    core/deaths   | core/patients or core/visits
    deaths        | namespace/table, the namespace being core, tpp, raw.tpp or many
    own/          | namespace/table, the namespace being core, tpp, raw.tpp or many
  `)
  for (const { typed = '', expected } of rows) {
    expect([typed, expectedContracts(typed, ids)]).toEqual([typed, expected])
  }
  expect(expectedContracts('visits', ids.slice(0, 4))).toBe(
    'core/patients, core/visits, tpp/patients or raw.tpp/visits_raw',
  )
})
