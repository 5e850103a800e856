// The example's answer key: a loadProduct as load finds exactly the defects that were planted, whatever the seed.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { makeNorthshireExtracts } from '../../../examples/northshire/make-extracts.ts'
import { repositoryRoot } from '../../support/paths.ts'
import { loadProduct as load } from '../../support/product.ts'
import { eachOf, proofPatienceMs, scratchFolder, sized } from '../../support/proofs.ts'

const few = [
  { seed: 20261101, patients: 2_000 },
  { seed: 1, patients: 501 },
  { seed: 2, patients: 60 },
]
const many = Array.from({ length: 30 }, (_, index) => ({
  seed: 1_000 + index,
  patients: 5 + index * 97,
}))

test(
  'a loadProduct as load finds exactly the planted defects, for several seeds and sizes',
  () =>
    eachOf(sized(few, [...few, ...many]), 2, async (options) => {
      const scratch = scratchFolder('northshire')
      try {
        const folder = scratch.path
        const example = join(repositoryRoot, 'examples', 'northshire', 'safelanding.yaml')
        // Small extracts have too large a share of defects for the example's ceilings.
        const text = readFileSync(example, 'utf8').replaceAll(/(reject_ceiling): .*/g, '$1: 100%')
        writeFileSync(join(folder, 'safelanding.yaml'), text)
        const planted = makeNorthshireExtracts(join(folder, 'extracts'), options)
        const run = await load(folder)
        const found = Object.fromEntries(
          Object.entries(run.finished.tables ?? {}).map(([table, counts]) => {
            const refused = counts.rejects.map(({ column, rule, count }) => [
              `${column ?? 'record'} ${rule}`,
              count,
            ])
            return [table, { rows: counts.in, refused: Object.fromEntries(refused) }]
          }),
        )
        expect(found).toEqual(planted)
        expect(run.code).toBe(0)
        const again = await load(folder, ['--run-id', 'again'])
        for (const [table, { rows, refused }] of Object.entries(planted)) {
          const sum = Object.values(refused).reduce((total, count) => total + count, 0)
          expect(again.finished.tables?.[table]).toMatchObject({
            in: rows,
            accepted: rows - sum,
            rejected: sum,
          })
        }
      } finally {
        scratch.remove()
      }
    }),
  proofPatienceMs,
)
