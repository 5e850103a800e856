// What becomes of a row under each severity, and in which order constraints see what others did.
import { expect, test } from '@jest/globals'
import type { ContractColumn } from '../../../contracts/table-contract.ts'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { explainReject } from '../../../transforms/explain-reject.ts'
import { openTransform } from '../../../transforms/run-plan.ts'
import { fieldBatchOf } from '../../support/field-batch.ts'
import { bytesOf } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'
import { readColumns } from '../../support/read-columns.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../../support/table-setup.ts'

const dayOf = (days: unknown): string =>
  days === null ? 'null' : new Date(Number(days) * 86_400_000).toISOString().slice(0, 10)

const planOf = (columns: readonly Partial<ContractColumn>[]) => {
  const names = ['patient_id', ...columns.map(({ name }) => name ?? '')]
  const mapping = tableMappingOf(names.map((name) => columnMappingOf(name)))
  return compilePlan(contractOf(columns), mapping, 'int')
}

/** For each row what it comes to by itself, and under which rules it was marked. */
function outcomesOf(
  columns: readonly Partial<ContractColumn>[],
  rows: readonly Record<string, string>[],
): Record<string, string>[] {
  const plan = planOf(columns)
  const names = plan.columns.map(({ name }) => name)
  return rows.map((row) => {
    const fields = names.map((name) => bytesOf(row[name] ?? ''))
    const transform = openTransform(plan, [])
    const { recordBatch, rejects } = transform.apply(fieldBatchOf([fields], names.length))
    const values = readColumns(recordBatch).map(([value]) => value)
    const marks = [
      ...transform.nulled().map(({ column, rule }) => `null ${column} ${rule}`),
      ...transform.warnings().map(({ column, rule }) => `warn ${column} ${rule}`),
      ...transform.refusing().map(({ column, rule }) => `refuse ${column} ${rule}`),
    ]
    const explained = explainReject(plan, fields)
    expect(explained.failures.length > 0).toBe(rejects.count > 0)
    const shown = rejects.count > 0 ? 'refused' : values.slice(1).map(dayOf).join(' ')
    return { ...row, result: shown, marks: marks.join(', ') }
  })
}

test('constraints behind one that takes the value away see none', () => {
  const columns: Partial<ContractColumn>[] = [
    {
      name: 'day',
      type: 'date',
      constraints: [
        { kind: 'first_of_month', severity: 'warn' },
        {
          kind: 'closed_range',
          minimum: '2000-01-01',
          maximum: '2029-12-31',
          step: 1,
          severity: 'null',
        },
        { kind: 'not_null', severity: 'warn' },
        {
          kind: 'general_range',
          minimum: '2010-01-01',
          maximum: null,
          includesMinimum: true,
          includesMaximum: true,
          severity: 'refuse',
        },
      ],
    },
  ]
  const rows = parseTable(`
    patient_id | day        | result     | marks
    -----------+------------+------------+------------------------------------------------
    1          | 2020-01-01 | 2020-01-01 |
    1          | 2020-01-02 | 2020-01-02 | warn day first_of_month
    1          |            | null       | warn day not_null
    1          | 1900-01-01 | null       | null day closed_range, warn day not_null
    1          | 2005-01-02 | refused    | refuse day general_range
    1          | nonsense   | refused    |
    x          | 2005-01-01 | refused    | refuse day general_range
  `)
  expect(outcomesOf(columns, rows)).toEqual(rows)
  expect(planOf(columns).parquetColumns.map(({ nullable }) => nullable)).toEqual([false, true])
})

test('a date_after that takes the value away comes last, and later columns see what it left', () => {
  const columns: Partial<ContractColumn>[] = [
    {
      name: 'to',
      type: 'date',
      constraints: [
        { kind: 'date_after', columns: ['from'], severity: 'null' },
        { kind: 'first_of_month' },
      ],
    },
    { name: 'from', type: 'date' },
    { name: 'seen', type: 'date', constraints: [{ kind: 'date_after', columns: ['to'] }] },
  ]
  const rows = parseTable(`
    patient_id | from       | to         | seen       | result                           | marks
    -----------+------------+------------+------------+----------------------------------+-------------------
    1          | 2020-01-01 | 2020-02-01 | 2020-03-01 | 2020-02-01 2020-01-01 2020-03-01 |
    1          | 2020-01-01 | 2020-02-01 | 2020-01-01 | refused                          |
    1          | 2020-03-01 | 2020-02-01 | 2020-01-01 | null 2020-03-01 2020-01-01       | null to date_after
    1          | 2020-03-01 | 2020-02-02 | 2020-01-01 | refused                          |
  `)
  expect(outcomesOf(columns, rows)).toEqual(rows)
})

test('a kind may stand twice under two severities, and not under one', () => {
  const wider = { kind: 'categorical' as const, values: ['a', 'b', 'c'] }
  const narrower = { kind: 'categorical' as const, values: ['a', 'b'] }
  const column = (...constraints: ContractColumn['constraints']) => [{ name: 'value', constraints }]
  const plan = planOf(column({ ...narrower, severity: 'warn' }, wider))
  const rows = ['a', 'c', 'd'].map((text) => ['1', text].map(bytesOf))
  const transform = openTransform(plan, [])
  expect(transform.apply(fieldBatchOf(rows, 2)).acceptedCount).toBe(2)
  expect(transform.warnings()).toEqual([{ column: 'value', rule: 'categorical', count: 1 }])
  expect(transform.ruleCounts()).toEqual([{ column: 'value', rule: 'categorical', count: 1 }])
  expect(() => planOf(column(narrower, wider))).toThrow('stands twice with one severity')
  expect(() => planOf(column({ kind: 'not_null', severity: 'null' }))).toThrow('severity null')
  expect(() => planOf(column({ kind: 'not_null' }, { ...wider, severity: 'null' }))).toThrow(
    'severity null of categorical on a column that is never null',
  )
})

test('a constant may warn in every row, and an absent column lack its value in every row', () => {
  const mapping = tableMappingOf([
    columnMappingOf('patient_id'),
    columnMappingOf('value', { origin: { kind: 'constant', value: 'c' } }),
    columnMappingOf('none', { origin: { kind: 'absent' } }),
  ])
  const contract = contractOf([
    { constraints: [{ kind: 'categorical', values: ['a'], severity: 'warn' }] },
    { name: 'none', type: 'date', constraints: [{ kind: 'not_null', severity: 'warn' }] },
  ])
  const transform = openTransform(compilePlan(contract, mapping, 'int'), [])
  for (const ids of [
    ['1', 'x', '2'],
    ['3', '4'],
  ]) {
    transform.apply(
      fieldBatchOf(
        ids.map((id) => [bytesOf(id)]),
        1,
      ),
    )
  }
  expect(transform.warnings()).toEqual([
    { column: 'value', rule: 'categorical', count: 4 },
    { column: 'none', rule: 'not_null', count: 4 },
  ])
})
