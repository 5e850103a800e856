// An extract that lacks a column the contract calls never null: declared absent, it refuses every row
// under not_null, in the kernels as in the reference, and leaves an empty record batch.
import { expect, test } from '@jest/globals'
import { ruleName } from '../../../contracts/rules.ts'
import type { ColumnType } from '../../../contracts/table-contract.ts'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { explainReject } from '../../../transforms/explain-reject.ts'
import { openTransform } from '../../../transforms/run-plan.ts'
import { fieldBatchOf } from '../../support/field-batch.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../../support/table-setup.ts'

const types: readonly ColumnType[] = ['string', 'int', 'float', 'date', 'bool', 'snomedct']

const rows = [['1'], ['x'], ['2'], ['']].map((row) => row.map((text) => Buffer.from(text)))

function planOf(type: ColumnType, notNull: boolean) {
  const constraints = notNull ? [{ kind: 'not_null' } as const] : []
  const contract = contractOf([{ name: 'lacking', type, constraints }])
  const lacking = columnMappingOf('lacking', { origin: { kind: 'absent' } })
  return compilePlan(contract, tableMappingOf([columnMappingOf('patient_id'), lacking]), 'int')
}

test.each(types)('an absent column of type %s that is never null refuses every row', (type) => {
  const plan = planOf(type, true)
  const transform = openTransform(plan, [])
  // The second batch is the larger one: buffers grow.
  for (const batch of [rows, [...rows, ...rows]]) {
    const { acceptedCount, rejects, recordBatch } = transform.apply(fieldBatchOf(batch, 1))
    expect([acceptedCount, recordBatch.numRows]).toEqual([0, 0])
    const found = [...rejects.rows.subarray(0, rejects.count)].map((row, index) => [
      row,
      rejects.columns[index],
      ruleName(rejects.rules[index] ?? 0),
      rejects.masks[index],
    ])
    const expected = batch.map((fields, row) => {
      const { failures, mask } = explainReject(plan, fields)
      return [row, failures[0]?.columnIndex, failures[0]?.rule, mask]
    })
    expect(found).toEqual(expected)
  }
  // By hand: patient_id comes first in the contract, and its defects count there.
  expect(transform.ruleCounts()).toEqual([
    { column: 'patient_id', rule: 'type', count: 3 },
    { column: 'patient_id', rule: 'not_null', count: 3 },
    { column: 'lacking', rule: 'not_null', count: 6 },
  ])
})

test('an absent column that may be null refuses nothing', () => {
  const transform = openTransform(planOf('string', false), [])
  expect(transform.apply(fieldBatchOf(rows, 1)).acceptedCount).toBe(2)
})
