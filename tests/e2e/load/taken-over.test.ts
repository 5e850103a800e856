// What a killed load committed is taken over only where all that made it is the same: a changed extract,
// mapping, contract or encoding is landed anew.
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadProduct as load } from '../../support/product.ts'
import { eachOf, proofPatienceMs, scratchFolder } from '../../support/proofs.ts'
import { expectSameTables } from '../../support/same-tables.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'
import { expectSettledLake } from '../../support/sound-lake.ts'

interface Change {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** Batches taken over of patients and of visits, one each. */
  readonly reused: readonly [number, number]
}

const visits = 'extracts/visits.csv'
const contract = 'contracts/ours/visits.yaml'
const project = 'safelanding.yaml'
const changes: readonly Change[] = [
  { name: 'nothing', file: visits, from: 'first', to: 'first', reused: [1, 1] },
  { name: 'a byte', file: visits, from: 'first', to: 'worst', reused: [1, 0] },
  {
    name: 'a mapping',
    file: project,
    from: 'kind: kind}',
    to: 'kind: {from: kind, nulls: [first]}}',
    reused: [1, 0],
  },
  {
    name: 'a contract',
    file: contract,
    from: 'Kind of the visit.',
    to: 'Kind of the visit, if known.',
    reused: [1, 0],
  },
  {
    name: 'the compression',
    file: project,
    from: 'patient_id: int',
    to: 'patient_id: int\ncompression: uncompressed',
    reused: [0, 0],
  },
]

test(
  'batches of a killed load are taken over only where nothing that made them changed',
  () =>
    eachOf(changes, 2, async ({ file, from, to, reused }) => {
      const scratch = scratchFolder('taken')
      const folder = scratch.path
      try {
        writeSmallProject(folder)
        const failpoint = { SAFELANDING_FAILPOINT: 'assemble:before-manifest' }
        expect((await load(folder, [], failpoint)).signal).toBe('SIGKILL')
        replaceIn(folder, file, from, to)
        const next = await load(folder)
        expect(next.finished).toMatchObject({ exit: 0, snapshot: 1 })
        const tables = next.finished.tables ?? {}
        expect([tables['core/patients']?.reused, tables['ours/visits']?.reused]).toEqual(reused)
        expect(await expectSettledLake(folder)).toBe(1)
        replaceIn(folder, project, 'lake: ./lake', 'lake: ./anew')
        expect((await load(folder)).code).toBe(0)
        await expectSameTables(join(folder, 'lake', 'current'), join(folder, 'anew', 'current'))
      } finally {
        scratch.remove()
      }
    }),
  proofPatienceMs,
)
