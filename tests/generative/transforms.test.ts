// The kernels and the slow reference agree: on values, on the first failing column and rule, on
// masks and on counts, for arbitrary tables of arbitrary columns over nearly right and arbitrary
// bytes.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { ColumnType } from '../../contracts/table-contract.ts'
import { compilePlan } from '../../transforms/compile-plan.ts'
import { type Explanation, explainReject } from '../../transforms/explain-reject.ts'
import { openTransform } from '../../transforms/run-plan.ts'
import type { TablePlan } from '../../transforms/table-plan.ts'
import { type ColumnRecipe, columnRecipes, fieldsFor } from '../support/column-recipes.ts'
import { fieldBatchOf } from '../support/field-batch.ts'
import { generativeParameters } from '../support/generative.ts'
import { type PlainValue, readColumns } from '../support/read-columns.ts'
import { columnMappingOf, contractOf, tableMappingOf } from '../support/table-setup.ts'

interface Row {
  readonly fields: readonly Uint8Array[]
  readonly structure: number | null
  readonly endsBatch: boolean
  readonly endsRowGroup: boolean
}

interface Example {
  readonly plan: TablePlan
  readonly rows: readonly Row[]
}

/** Two date columns that look at each other, in either order. */
function withDateAfter(recipes: readonly ColumnRecipe[]): ColumnRecipe[] {
  const dates = recipes.flatMap(({ type }, index) => (type === 'date' ? [index] : []))
  const [first, second] = dates
  if (first === undefined || second === undefined) return [...recipes]
  return recipes.map((recipe, index) => {
    if (index !== first) return recipe
    const check = { kind: 'date_after' as const, columns: [`column_${second}`] }
    const [head, ...tail] = recipe.constraints
    return { ...recipe, constraints: head === undefined ? [check] : [head, check, ...tail] }
  })
}

function planOf(recipes: readonly ColumnRecipe[]): TablePlan {
  const columns = recipes.map(({ type, constraints }, index) => ({
    name: `column_${index}`,
    type,
    constraints,
  }))
  const mappings = recipes.map(({ mapping }, index) => columnMappingOf(`column_${index}`, mapping))
  const mapping = tableMappingOf([columnMappingOf('patient_id'), ...mappings])
  return compilePlan(contractOf(columns), mapping, 'int')
}

/**
 * Value maps to categories that the constraints leave out are refused when the plan is compiled.
 */
const isPlannable = (recipe: ColumnRecipe): boolean => {
  try {
    planOf([recipe])
    return true
  } catch {
    return false
  }
}

const encoder = new TextEncoder()
const patientIds = fc
  .oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 99 }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom('', 'x') },
  )
  .map((text) => encoder.encode(text))

const examples: fc.Arbitrary<Example> = fc
  .array(columnRecipes.filter(isPlannable), { minLength: 1, maxLength: 4 })
  .map(withDateAfter)
  .chain((recipes) => {
    const fields = fc.tuple(patientIds, ...recipes.map(fieldsFor))
    const rows = fc.array(
      fc.record({
        fields,
        structure: fc.oneof(
          { weight: 15, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }) },
        ),
        endsBatch: fc.nat(6).map((number) => number === 0),
        endsRowGroup: fc.nat(3).map((number) => number === 0),
      }),
      { minLength: 1, maxLength: 40, size: 'max' },
    )
    return fc.record({ plan: fc.constant(planOf(recipes)), rows })
  })

function batchesOf(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = [[]]
  for (const row of rows) {
    batches.at(-1)?.push(row)
    if (row.endsBatch) batches.push([])
  }
  return batches
}

/** What a row comes to, the same words for kernels and reference. */
type Outcome =
  | { readonly values: readonly PlainValue[] }
  | { readonly column: number; readonly rule: number; readonly mask: number }

function expectedOutcome(row: Row, explanation: Explanation): Outcome {
  if (row.structure !== null) return { column: -1, rule: row.structure, mask: 1 << row.structure }
  const [failure] = explanation.failures
  if (failure === undefined) return { values: explanation.values ?? [] }
  const rule = ruleDefinitions[failure.rule].number
  return { column: failure.columnIndex, rule, mask: explanation.mask }
}

function runKernels({ plan, rows }: Example) {
  const transform = openTransform(structuredClone(plan), [])
  const outcomes: Outcome[] = []
  for (const batchRows of batchesOf(rows)) {
    const batch = fieldBatchOf(
      batchRows.map(({ fields }) => fields),
      plan.needed.length,
      { structure: batchRows.map(({ structure }) => structure) },
    )
    const result = transform.apply(batch)
    expect(result.rowsIn).toBe(result.acceptedCount + result.rejects.count)
    const columns = readColumns(result.recordBatch)
    const refused = new Map<number, Outcome>()
    for (let i = 0; i < result.rejects.count; i++) {
      const { rows: refusedRows, columns: firsts, rules, masks } = result.rejects
      refused.set(refusedRows[i] ?? -1, {
        column: firsts[i] ?? -2,
        rule: rules[i] ?? -1,
        mask: masks[i] ?? 0,
      })
    }
    let accepted = 0
    for (let row = 0; row < batchRows.length; row++) {
      const place = accepted
      const refusal = refused.get(row)
      outcomes.push(refusal ?? { values: columns.map((values) => values[place] ?? null) })
      if (refusal === undefined) accepted++
    }
    if (batchRows.at(-1)?.endsRowGroup === true) transform.startRowGroup()
  }
  return { outcomes, coercions: transform.coercions(), rules: transform.ruleCounts() }
}

const counted = (words: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

test('kernels and reference agree on every row', () => {
  const seen = new Map<ColumnType, { landed: number; refused: number }>()
  fc.assert(
    fc.property(examples, (example) => {
      const { plan, rows } = example
      const kernels = runKernels(example)
      const explanations = rows.map(({ fields }) => explainReject(plan, fields))
      const expected = rows.map((row, index) =>
        expectedOutcome(row, explanations[index] ?? explainReject(plan, row.fields)),
      )
      expect(kernels.outcomes).toEqual(expected)
      const coercions = explanations.flatMap((explanation, index) =>
        rows[index]?.structure === null ? explanation.coercions : [],
      )
      expect(
        Object.fromEntries(
          kernels.coercions.map(({ column, kind, count }) => [`${column} ${kind}`, count]),
        ),
      ).toEqual(counted(coercions.map(({ column, kind }) => `${column} ${kind}`)))
      const refusals = expected.flatMap((outcome) =>
        'rule' in outcome ? [`${outcome.column} ${outcome.rule}`] : [],
      )
      const names = plan.columns.map(({ name }) => name)
      expect(
        Object.fromEntries(
          kernels.rules.map(({ column, rule, count }) => [
            `${column === null ? -1 : names.indexOf(column)} ${ruleDefinitions[rule].number}`,
            count,
          ]),
        ),
      ).toEqual(counted(refusals))
      for (const { values, failures } of explanations) {
        for (const [index, { type }] of plan.columns.entries()) {
          const tally = seen.get(type) ?? { landed: 0, refused: 0 }
          if (failures.some(({ columnIndex }) => columnIndex === index)) tally.refused++
          else if (values !== null && values[index] !== null) tally.landed++
          seen.set(type, tally)
        }
      }
    }),
    generativeParameters<[Example]>(),
  )
  // The examples met both outcomes for every type.
  for (const { landed, refused } of seen.values()) {
    expect(landed).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  }
  expect(seen.size).toBeGreaterThan(10)
})
