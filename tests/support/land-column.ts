// Runs texts through one column, once by kernels and once by the reference, and says what each text
// became: the value, `null`, or the rule under which its row is refused. Both must say the same.
import { expect } from '@jest/globals'
import type { ColumnMapping } from '../../contracts/extract.ts'
import { ruleName } from '../../contracts/rules.ts'
import type { FieldBatch } from '../../contracts/stage.ts'
import type { ColumnConstraint, ColumnType } from '../../contracts/table-contract.ts'
import { compilePlan } from '../../transforms/compile-plan.ts'
import { explainReject } from '../../transforms/explain-reject.ts'
import { openTransform } from '../../transforms/run-plan.ts'
import type { TablePlan } from '../../transforms/table-plan.ts'
import { fieldBatchOf } from './field-batch.ts'
import { type PlainValue, readColumns } from './read-columns.ts'
import { columnMappingOf, contractOf, tableMappingOf } from './table-setup.ts'

export interface ColumnSetup {
  readonly type: ColumnType
  readonly mapping?: Partial<ColumnMapping>
  readonly constraints?: readonly ColumnConstraint[]
}

/** ␠ stands for a space, ␉ for a tab, ␀ for NUL, \xff for that byte. */
export function bytesOf(text: string): Uint8Array {
  const chunks = text
    .replaceAll('␠', ' ')
    .replaceAll('␉', '\t')
    .replaceAll('␀', '\0')
    .split(/(\\x[0-9a-f]{2})/u)
    .map((part) =>
      part.startsWith('\\x') ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part, 'utf8'),
    )
  return new Uint8Array(Buffer.concat(chunks))
}

export const planOfColumn = (setup: ColumnSetup): TablePlan =>
  compilePlan(
    contractOf([{ type: setup.type, constraints: setup.constraints ?? [] }]),
    tableMappingOf([columnMappingOf('patient_id'), columnMappingOf('value', setup.mapping)]),
    'int',
  )

function written(value: PlainValue, type: ColumnType): string {
  if (value === null) return 'null'
  if (type === 'date') return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)
  return Object.is(value, -0) ? '-0' : String(value).replaceAll(' ', '␠')
}

function kernelResults(plan: TablePlan, batch: FieldBatch, type: ColumnType): string[] {
  const transform = openTransform(plan, [])
  const { recordBatch, rejects } = transform.apply(batch)
  const [, values = []] = readColumns(recordBatch)
  const refused = Array.from(rejects.rows.subarray(0, rejects.count))
  let accepted = 0
  const results = Array.from({ length: batch.rowCount }, (_, row) => {
    const place = refused.indexOf(row)
    if (place >= 0) return `refused: ${ruleName(rejects.rules[place] ?? -1)}`
    return written(values[accepted++] ?? null, type)
  })
  transform.release()
  return results
}

/** What each text becomes. */
export function landColumn(setup: ColumnSetup, texts: readonly string[]): string[] {
  const plan = planOfColumn(setup)
  const rows = texts.map((text) => [bytesOf('1'), bytesOf(text)])
  const kernels = kernelResults(plan, fieldBatchOf(rows, 2), setup.type)
  const reference = rows.map((fields) => {
    const { failures, values } = explainReject(plan, fields)
    const [failure] = failures
    return failure === undefined
      ? written(values?.[1] ?? null, setup.type)
      : `refused: ${failure.rule}`
  })
  expect(kernels).toEqual(reference)
  return kernels
}

/** Lossy coercions counted over all texts, as `kind: count`. */
export function countCoercions(setup: ColumnSetup, texts: readonly string[]): string[] {
  const plan = planOfColumn(setup)
  const transform = openTransform(plan, [])
  transform.apply(
    fieldBatchOf(
      texts.map((text) => [bytesOf('1'), bytesOf(text)]),
      2,
    ),
  )
  return transform.coercions().map(({ kind, count }) => `${kind}: ${count}`)
}

/** Holds a table of `text | result` for a column. */
export function expectTable(setup: ColumnSetup, rows: readonly Record<string, string>[]): void {
  const results = landColumn(
    setup,
    rows.map((row) => row['text'] ?? ''),
  )
  expect(rows.map((row, index) => ({ ...row, result: results[index] }))).toEqual(rows)
}
