// A load refuses exactly what the answer key of a defective extract says, rule by rule and row by
// row, and every kind of defect that there is befalls some row.
import { expect, test } from '@jest/globals'
import { builtInNamespaces } from '../../../contracts/catalogue.ts'
import type { TableAnswer } from '../../../contracts/dummy/answer-key.ts'
import {
  answersOf,
  type DummyWish,
  expectedRows,
  loadDummy,
  madeContracts,
  refusedRows,
  writeDummy,
} from '../../support/dummy-extracts.ts'
import { eachOf, proofPatienceMs, proofSeed, scratchFolder, sized } from '../../support/proofs.ts'

/** What a load says of a table, as far as an answer key says it, too. */
interface LoadAnswer extends Omit<TableAnswer, 'explained_by_refused_patients'> {
  readonly cascaded: number
}

/** The counts of an answer, their lists in an order of their own. */
function tallied(answer: LoadAnswer) {
  const { in: rowsIn, accepted, rejected, rules, cascaded } = answer
  const lines = (counts: TableAnswer['rejects']) =>
    counts.map(({ column, rule, count }) => `${column ?? 'record'} ${rule} ${count}`).sort()
  const { rejects, warnings, nulled } = answer
  return {
    ...{ rowsIn, accepted, rejected, rules, cascaded },
    ...{ rejects: lines(rejects), warnings: lines(warnings), nulled: lines(nulled) },
  }
}

const shares = ['20%', '1%', '0.6', '5%', '3%']
/** Where no table needs a patient who stays. */
const largeShares = ['100%', '20%', '90%', '1%']

const few: DummyWish[] = [
  { tables: builtInNamespaces().join(','), seed: proofSeed, patients: 25, defects: '30%' },
  { tables: madeContracts, seed: proofSeed, patients: 80, defects: '25%' },
  { tables: `core,${madeContracts}`, seed: proofSeed + 1, patients: 50, defects: '5%' },
]
const many: DummyWish[] = Array.from({ length: 60 }, (_, index) => ({
  ...(index % 3 === 0
    ? { tables: builtInNamespaces().join(','), defects: largeShares[(index / 3) % 4] ?? '1%' }
    : { tables: `core,${madeContracts}`, defects: shares[index % 5] ?? '1%' }),
  seed: proofSeed + 100 + index,
  patients: 8 + 12 * index,
}))

test(
  'a load refuses exactly what the answer key says',
  () =>
    eachOf(sized(few, [...few, ...many]), 2, async (wish) => {
      const scratch = scratchFolder('dummy-answers')
      try {
        await writeDummy(scratch.path, wish)
        const { finished } = await loadDummy(scratch.path)
        const answers = answersOf(scratch.path)
        const found = finished.tables as unknown as Record<string, LoadAnswer>
        expect(Object.keys(found).sort()).toEqual(Object.keys(answers).sort())
        for (const [table, answer] of Object.entries(answers)) {
          const { explained_by_refused_patients: cascaded, ...counts } = answer
          const told = found[table] as LoadAnswer
          expect([table, tallied(told)]).toEqual([table, tallied({ ...counts, cascaded })])
        }
        expect(await refusedRows(scratch.path)).toEqual(expectedRows(scratch.path))
      } finally {
        scratch.remove()
      }
    }),
  proofPatienceMs,
)

/** Rules that no dummy extract breaks: too large to be made, or of the project file. */
const neverPlanted = [
  ...['record_too_long', 'field_too_long', 'unmapped_value', 'identical_duplicate'],
]

test('every rule that a contract can state is broken by some row', async () => {
  const { ruleDefinitions } = await import('../../../contracts/rules.ts')
  const scratch = scratchFolder('dummy-rules')
  try {
    await writeDummy(scratch.path, {
      ...{ tables: madeContracts, seed: proofSeed, patients: 200, defects: '40%' },
    })
    const named = expectedRows(scratch.path).flatMap((line) =>
      (/\[(.*)\]$/.exec(line)?.[1] ?? '').split(','),
    )
    const missing = Object.keys(ruleDefinitions).filter((rule) => !named.includes(rule))
    expect(missing.sort()).toEqual([...neverPlanted].sort())
  } finally {
    scratch.remove()
  }
})
