// Valid dummy extracts of every contract there is load with no reject, whatever the seed.
import { expect, test } from '@jest/globals'
import { builtInNamespaces } from '../../../contracts/catalogue.ts'
import { loadDummy, madeContracts, writeDummy } from '../../support/dummy-extracts.ts'
import { eachOf, proofPatienceMs, proofSeed, scratchFolder, sized } from '../../support/proofs.ts'

const everything = [...builtInNamespaces(), madeContracts].join(',')
const few = [{ tables: everything, seed: proofSeed, patients: 30 }]
const many = Array.from({ length: 40 }, (_, index) => ({
  tables: everything,
  seed: proofSeed + index,
  patients: 8 + index * index,
}))

test(
  'valid extracts of all contracts load with no reject',
  () =>
    eachOf(sized(few, many), 2, async (wish) => {
      const scratch = scratchFolder('dummy-valid')
      try {
        await writeDummy(scratch.path, wish)
        const { finished } = await loadDummy(scratch.path)
        const tables = Object.entries(finished.tables ?? {})
        expect(tables.length).toBeGreaterThan(56)
        expect(tables.filter(([, { rejected }]) => rejected > 0)).toEqual([])
        const rows = tables.reduce((sum, [, counts]) => sum + counts.accepted, 0)
        expect(rows).toBeGreaterThan(wish.patients * 50)
      } finally {
        scratch.remove()
      }
    }),
  proofPatienceMs,
)
