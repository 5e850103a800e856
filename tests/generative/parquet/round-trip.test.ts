// Tables of any shape, written by the encoder, are read back bit for bit by readers that share no
// code with it; the bytes keep what the format asks for.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { ParquetColumn, ParquetOptions } from '../../../contracts/stage.ts'
import { findZstd } from '../../../sinks/parquet/codecs.ts'
import { ArenaCopies } from '../../support/arena-copies.ts'
import { exampleCount } from '../../support/generative.ts'
import { checkLayout } from '../../support/parquet-checks.ts'
import { makeScratchFolder, writeTable } from '../../support/parquet-files.ts'
import {
  readWithDuckdb,
  readWithHyparquet,
  readWithParquetjs,
  readWithParquetWasm,
} from '../../support/parquet-readers.ts'
import {
  type ColumnPlan,
  canary,
  makeTable,
  type Profile,
  type TablePlan,
} from '../../support/parquet-tables.ts'

const numRuns = exampleCount(120, 40)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)
const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

const types = ['boolean', 'int32', 'int64', 'double', 'date', 'string', 'binary'] as const
const profiles: readonly Profile[] = ['one', 'few', 'runs', 'distinct', 'edge']
const codecs: readonly ParquetOptions['compression'][] =
  findZstd() === null ? ['snappy', 'uncompressed'] : ['snappy', 'uncompressed', 'zstd']

const columnPlan: fc.Arbitrary<Omit<ColumnPlan, 'column'> & Omit<ParquetColumn, 'name'>> =
  fc.record({
    type: fc.constantFrom(...types),
    nullable: fc.boolean(),
    profile: fc.constantFrom(...profiles),
    nullTenths: fc.constantFrom(0, 1, 4, 9, 10),
    keyed: fc.boolean(),
  })

const batchRows = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 70 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3000 }) },
)

const tablePlan: fc.Arbitrary<TablePlan> = fc
  .record({
    seed: fc.integer(),
    plans: fc.array(columnPlan, { minLength: 1, maxLength: 5 }),
    rowGroups: fc.array(fc.array(batchRows, { maxLength: 3 }), { maxLength: 3 }),
    bitOffset: fc.integer({ min: 0, max: 17 }),
    longTexts: fc.boolean(),
  })
  .map(({ plans, ...plan }) => ({
    ...plan,
    columns: plans.map(({ type, nullable, ...rest }, index) => ({
      ...rest,
      column: { name: `column${'_'.repeat(index)}`, type, nullable },
      keyed: rest.keyed && type === 'string',
    })),
  }))

async function checkRoundTrip(
  plan: TablePlan,
  compression: ParquetOptions['compression'],
  dictionary: ParquetOptions['dictionary'],
  inArena: boolean,
): Promise<void> {
  const table = makeTable(plan)
  const path = scratch.next()
  const copies = new ArenaCopies()
  if (inArena) for (const { data } of table.rowGroups.flat()) copies.move(data)
  const part = await writeTable(path, table, { compression, dictionary })
  copies.release()
  const bytes = readFileSync(path)
  expect(part).toEqual({
    rows: plan.rowGroups.flat().reduce((total, rows) => total + rows, 0),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  expect(bytes.includes(canary)).toBe(false)
  checkLayout(path, table)
  expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
  expect(await readWithParquetWasm(path, table.columns)).toEqual(table.cells)
  // hyparquet brings no zstd of its own.
  if (compression !== 'zstd') {
    expect(await readWithHyparquet(path, table.columns)).toEqual(table.cells)
  }
  if (compression !== 'zstd' && dictionary === 'off') {
    expect(await readWithParquetjs(path, table.columns)).toEqual(table.cells)
  }
  rmSync(path)
}

test('generated tables are read back bit for bit by independent readers', async () => {
  await fc.assert(
    fc.asyncProperty(
      tablePlan,
      fc.constantFrom(...codecs),
      fc.constantFrom('auto' as const, 'off' as const),
      fc.boolean(),
      checkRoundTrip,
    ),
    { numRuns, seed },
  )
})
