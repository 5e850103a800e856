// The kernels and the slow reference agree: on values, on the first failing column and rule, on
// masks and on counts, for arbitrary tables of arbitrary columns over nearly right and arbitrary
// bytes.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RuleCount } from '../../contracts/batch-task.ts'
import { type RuleName, ruleDefinitions, ruleName } from '../../contracts/rules.ts'
import type { ColumnType, Severity } from '../../contracts/table-contract.ts'
import { compilePlan } from '../../transforms/compile-plan.ts'
import { type Explanation, explainReject } from '../../transforms/explain-reject.ts'
import { openTransform } from '../../transforms/run-plan.ts'
import type { TablePlan } from '../../transforms/table-plan.ts'
import {
  type ColumnRecipe,
  columnRecipes,
  fieldsFor,
  readsField,
} from '../support/column-recipes.ts'
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

/** Two date columns of which the first looks at the second, under any severity, twice perhaps. */
function withDateAfter(
  recipes: readonly ColumnRecipe[],
  severities: readonly Severity[],
): ColumnRecipe[] {
  const dates = recipes.flatMap(({ type }, index) => (type === 'date' ? [index] : []))
  const [first = -1, ...others] = dates
  if (others.length === 0) return [...recipes]
  return recipes.map((recipe, index) => {
    const place = dates.indexOf(index)
    if (place < 0 || (place > 0 && severities.length < 3)) return recipe
    const looksAt = index === first ? others : [first]
    const columns = looksAt.map((other) => `column_${other}`)
    const isNeverNull = recipe.constraints.some(
      ({ kind, severity }) => kind === 'not_null' && severity !== 'warn',
    )
    const checks = [...new Set(severities)]
      .map((severity) => (severity === 'null' && isNeverNull ? 'refuse' : severity))
      .filter((severity, at, all) => all.indexOf(severity) === at)
      .map((severity) => ({ kind: 'date_after' as const, columns, severity }))
    const [head, ...tail] = recipe.constraints
    const constraints = head === undefined ? checks : [head, ...checks, ...tail]
    return { ...recipe, constraints }
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
  return compilePlan(contractOf(columns), mapping, 'int', '2026-11-22')
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

const dateAfterSeverities = fc.array(
  fc.constantFrom<Severity>('reject', 'reject', 'null', 'warn', 'refuse'),
  { minLength: 1, maxLength: 3 },
)

const examples: fc.Arbitrary<Example> = fc
  .tuple(
    fc.array(columnRecipes.filter(isPlannable), { minLength: 1, maxLength: 4 }),
    dateAfterSeverities,
  )
  .map(([recipes, severities]) => withDateAfter(recipes, severities))
  .chain((recipes) => {
    const fields = fc.tuple(patientIds, ...recipes.filter(readsField).map(fieldsFor))
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
  // The counts stay when the buffers are given back; the next example gets them.
  transform.release()
  return { outcomes, transform }
}

const counted = (words: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

interface Counted {
  readonly column: string | null
  readonly rule: RuleName
}

const ruleWord = ({ column, rule }: Counted): string => `${column} ${rule}`

const countedRules = (counts: readonly RuleCount[]): Record<string, number> =>
  Object.fromEntries(counts.map((one) => [ruleWord(one), one.count]))

/** What the counts of a transform must be, by what the reference says of each row. */
function expectedCounts(rows: readonly Row[], explanations: readonly Explanation[]) {
  const whole = explanations.filter((_, index) => rows[index]?.structure === null)
  const broken = rows.flatMap(({ structure }) =>
    structure === null ? [] : [{ column: null, rule: ruleName(structure) }],
  )
  const first = whole.flatMap(({ failures }) => failures.slice(0, 1))
  const coercions = whole.flatMap((explanation) => explanation.coercions)
  return {
    rules: counted([...broken, ...first].map(ruleWord)),
    warnings: counted(whole.flatMap(({ warned }) => warned.map(ruleWord))),
    nulled: counted(whole.flatMap(({ nulled }) => nulled.map(ruleWord))),
    refusing: counted(
      whole.flatMap(({ failures }) => failures.filter((f) => f.refusesLoad).map(ruleWord)),
    ),
    coercions: counted(coercions.map(({ column, kind }) => `${column} ${kind}`)),
  }
}

test('kernels and reference agree on every row', () => {
  const seen = new Map<ColumnType, { landed: number; refused: number }>()
  const marked = new Set<string>()
  fc.assert(
    fc.property(examples, (example) => {
      const { plan, rows } = example
      const { outcomes, transform } = runKernels(example)
      const explanations = rows.map(({ fields }) => explainReject(plan, fields))
      const expected = rows.map((row, index) =>
        expectedOutcome(row, explanations[index] ?? explainReject(plan, row.fields)),
      )
      expect(outcomes).toEqual(expected)
      const counts = {
        rules: countedRules(transform.ruleCounts()),
        warnings: countedRules(transform.warnings()),
        nulled: countedRules(transform.nulled()),
        refusing: countedRules(transform.refusing()),
        coercions: Object.fromEntries(
          transform.coercions().map(({ column, kind, count }) => [`${column} ${kind}`, count]),
        ),
      }
      expect(counts).toEqual(expectedCounts(rows, explanations))
      for (const { values, failures, warned, nulled } of explanations) {
        for (const [index, { type }] of plan.columns.entries()) {
          const tally = seen.get(type) ?? { landed: 0, refused: 0 }
          if (failures.some(({ columnIndex }) => columnIndex === index)) tally.refused++
          else if (values !== null && values[index] !== null) tally.landed++
          seen.set(type, tally)
        }
        for (const { rule } of warned) marked.add(`warn ${rule}`)
        for (const { rule } of nulled) marked.add(`null ${rule}`)
        for (const { rule, refusesLoad } of failures) if (refusesLoad) marked.add(`refuse ${rule}`)
      }
    }),
    generativeParameters<[Example]>(800, 500),
  )
  // The examples met both outcomes for every type, and every severity of every rule.
  for (const { landed, refused } of seen.values()) {
    expect(landed).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  }
  expect(seen.size).toBeGreaterThan(10)
  const rules = ['(categorical|regex)', 'closed_range', 'date_after', 'first_of_month']
  const met = [...marked].join('\n')
  const more = ['general_range', 'no_future_dates', '(check_digit|float_rounded_code)', 'not_null']
  for (const rule of [...rules, ...more]) {
    expect(met).toMatch(new RegExp(`^warn ${rule}$`, 'mu'))
    expect(met).toMatch(new RegExp(`^refuse ${rule}$`, 'mu'))
    if (rule !== 'not_null') expect(met).toMatch(new RegExp(`^null ${rule}$`, 'mu'))
  }
})
