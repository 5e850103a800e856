// Which rule a row counts under when it fails several, and what the mask of all of them holds.
import { expect, test } from '@jest/globals'
import { ruleDefinitions, ruleName, rulesInMask } from '../../../contracts/rules.ts'
import type { ContractColumn } from '../../../contracts/table-contract.ts'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { explainReject } from '../../../transforms/explain-reject.ts'
import { openTransform } from '../../../transforms/run-plan.ts'
import { fieldBatchOf } from '../../support/field-batch.ts'
import { bytesOf } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../../support/table-setup.ts'

/** First column and rule, and all rules, of each row; `-` where the row is accepted. */
function failuresOf(
  columns: readonly Partial<ContractColumn>[],
  rows: readonly Record<string, string>[],
  structure: readonly (number | null)[] = [],
): Record<string, string>[] {
  const names = ['patient_id', ...columns.map(({ name }) => name ?? '')]
  const mapping = tableMappingOf(names.map((name) => columnMappingOf(name)))
  const plan = compilePlan(contractOf(columns), mapping, 'int')
  const fields = rows.map((row) => names.map((name) => bytesOf(row[name] ?? '')))
  const { rejects } = openTransform(plan, []).apply(
    fieldBatchOf(fields, names.length, { structure }),
  )
  const refused = Array.from(rejects.rows.subarray(0, rejects.count))
  return rows.map((row, index) => {
    const place = refused.indexOf(index)
    const explanation = explainReject(plan, fields[index] ?? [])
    if (place < 0) return { ...row, first: '-', all: '' }
    const column = rejects.columns[place] ?? 0
    const mask = rejects.masks[place] ?? 0
    if (column >= 0) expect(explanation.mask).toBe(mask)
    const first = `${names[column] ?? 'record'} ${ruleName(rejects.rules[place] ?? 0)}`
    return { ...row, first, all: rulesInMask(mask).join(' ') }
  })
}

test('the first failing column wins, in it text before type before constraints', () => {
  const rows = parseTable(`
    patient_id | sex     | born       | first              | all
    -----------+---------+------------+--------------------+---------------------------
    1          | male    | 2000-01-01 | -                  |
    x          | robot   | 2000-01-02 | patient_id type    | type categorical first_of_month
    1          | robot   | 2000-01-02 | sex categorical    | categorical first_of_month
    1          | a\\xff␀  | 2000-01-02 | sex invalid_utf8   | invalid_utf8 nul_byte first_of_month
    1          | male    | 2000-13-01 | born type          | type
    1          |         |            | sex not_null       | not_null
    1          | male    | 1800-01-02 | born first_of_month | first_of_month general_range
  `)
  const columns: Partial<ContractColumn>[] = [
    {
      name: 'sex',
      constraints: [{ kind: 'categorical', values: ['male', 'female'] }, { kind: 'not_null' }],
    },
    {
      name: 'born',
      type: 'date',
      constraints: [
        { kind: 'first_of_month' },
        {
          kind: 'general_range',
          minimum: '1900-01-01',
          maximum: null,
          includesMinimum: true,
          includesMaximum: true,
        },
        { kind: 'not_null' },
      ],
    },
  ]
  expect(failuresOf(columns, rows)).toEqual(rows)
})

test('a record of the wrong structure fails under that rule alone', () => {
  const rows = parseTable(`
    patient_id | sex  | first                 | all
    -----------+------+-----------------------+----------------
               |      | record too_few_fields | too_few_fields
    1          | male | -                     |
               |      | patient_id not_null   | not_null
  `)
  const columns = [{ name: 'sex', constraints: [{ kind: 'not_null' as const }] }]
  const structure = [ruleDefinitions.too_few_fields.number, null, null]
  expect(failuresOf(columns, rows, structure)).toEqual(rows)
})

test('date_after holds its own place in the order, also when the other column comes later', () => {
  const rows = parseTable(`
    patient_id | from       | to         | first             | all
    -----------+------------+------------+-------------------+-----------------------
    1          | 2020-01-02 | 2020-01-01 | -                 |
    1          | 2020-01-01 | 2020-01-01 | -                 |
    1          | 2019-12-31 | 2020-01-01 | from date_after   | date_after
    1          |            | 2020-01-01 | -                 |
    1          | 2019-12-31 |            | -                 |
    1          | 2019-12-31 | nonsense   | to type           | type
    1          | 2019-12-31 | 2020-01-05 | from date_after   | first_of_month date_after
    1          | 1899-12-31 | 2020-01-01 | from date_after   | closed_range date_after
    1          | 1899-12-31 | 1899-01-01 | from closed_range | closed_range
    x          | 2019-12-31 | 2020-01-01 | patient_id type   | type date_after
  `)
  const columns: Partial<ContractColumn>[] = [
    {
      name: 'from',
      type: 'date',
      constraints: [
        { kind: 'date_after', columns: ['to'] },
        { kind: 'closed_range', minimum: '1900-01-01', maximum: '2100-01-01', step: 1 },
      ],
    },
    { name: 'to', type: 'date', constraints: [{ kind: 'first_of_month' }] },
  ]
  expect(failuresOf(columns, rows)).toEqual(rows)
})
