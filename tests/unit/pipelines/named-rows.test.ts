// Rows that table checks name are held packed: none is lost, none twice, and the first rule of each is kept,
// in whatever order checks and rows come.
import { expect, test } from '@jest/globals'
import { eachRefusal } from '../../../contracts/batch-task.ts'
import { refusalsDigest } from '../../../pipelines/batch-identity.ts'
import { openNamedRows } from '../../../pipelines/named-rows.ts'

const unique = { rule: 'unique', column: 'key' } as const
const later = { rule: 'unique', column: 'code' } as const
const orphan = { rule: 'patient_exists', column: 'patient_id' } as const
const explained = { ...orphan, patientRefused: true } as const
const copy = { rule: 'identical_duplicate', column: null } as const

test('a row is held once, under the lowest rule and the first check of it', () => {
  const named = openNamedRows(2)
  const [first, second] = [named.codeOf(unique, 3), named.codeOf(later, 4)]
  const [third, fourth, last] = [
    named.codeOf(orphan, 9),
    named.codeOf(explained, 9),
    named.codeOf(copy, 3),
  ]
  named.add(1, 2 ** 32 - 1, last)
  named.add(1, 7, second)
  expect(named.count()).toBe(2)
  named.add(1, 7, first)
  named.add(1, 2 ** 32 - 1, fourth)
  named.add(1, 0, third)
  expect(named.count()).toBe(3)
  expect(named.refusals(0)).toBeNull()
  const refusals = named.refusals(1)
  if (refusals === null) throw new Error('rows were named')
  expect([...eachRefusal(refusals)]).toEqual([
    { ordinal: 0, ...orphan },
    { ordinal: 7, ...unique },
    { ordinal: 2 ** 32 - 1, ...explained },
  ])
})

test('many rows in any order: the same refusals, and the same digest', () => {
  const digests = [1, 7_919].map((step) => {
    const named = openNamedRows(1)
    const codes = [named.codeOf(unique, 0), named.codeOf(orphan, 1)]
    for (let i = 0; i < 10_007; i++) {
      const row = (i * step) % 10_007
      if (row % 3 !== 0) named.add(0, row, codes[row % 2] ?? 0)
    }
    const refusals = named.refusals(0)
    const rows = [...(refusals?.ordinals ?? [])]
    expect(rows).toEqual(Array.from({ length: 10_007 }, (_, i) => i).filter((i) => i % 3 !== 0))
    return refusalsDigest(refusals)
  })
  expect(digests[0]).toBe(digests[1])
  const other = openNamedRows(1)
  other.add(0, 1, other.codeOf(unique, 0))
  const one = refusalsDigest(other.refusals(0))
  const moved = openNamedRows(1)
  moved.add(0, 1, moved.codeOf(orphan, 0))
  expect(refusalsDigest(moved.refusals(0))).not.toBe(one)
  expect(refusalsDigest(null)).toBeNull()
})
