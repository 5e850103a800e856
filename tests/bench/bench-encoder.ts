// The Parquet encoder alone, in one thread: record batches of events are made as in a load, and only
// the time between handing them over and the closed file is counted.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import { loadProject } from '../../config/load-project.ts'
import { contractOf, planTable, tableJob } from '../../pipelines/plan-load.ts'
import { openParquetWriter } from '../../sinks/parquet/open-parquet-writer.ts'
import { openFieldReader } from '../../sources/csv/read.ts'
import { openTransform } from '../../transforms/run-plan.ts'
import { benchCases } from './bench-cases.ts'
import { makeBenchFiles } from './bench-files.ts'
import { median } from './median.ts'

export interface EncoderResult {
  readonly rows: number
  readonly rows_per_second: number
}

/** Encodes the first slices of the extract, `rounds` times over and once more to warm up. */
export async function benchEncoder(
  options: { readonly rows: number; readonly rounds: number; seed: number; folder: string },
  print: (line: string) => void,
): Promise<EncoderResult> {
  const [events] = benchCases
  if (events === undefined) throw new Error('there is a first case')
  const files = await makeBenchFiles(options.folder, events, options.rows, options.seed)
  const { project, catalogue } = loadProject(files.project)
  const [mapping] = project.tables
  if (mapping === undefined) throw new Error('the project has a table')
  const today = '2026-11-22'
  const contract = contractOf(catalogue.contracts, mapping.table)
  const planned = await planTable(project, mapping, contract, today, [])
  const job = tableJob(project, planned, 'bench', 'bench')
  const target = join(files.folder, 'encoder.parquet')
  const rates: number[] = []
  let rows = 0
  for (let round = 0; round <= options.rounds; round++) {
    rmSync(target, { force: true })
    rows = 0
    let nanoseconds = 0n
    const timed = async (work: () => unknown): Promise<void> => {
      const started = process.hrtime.bigint()
      await work()
      nanoseconds += process.hrtime.bigint() - started
    }
    const writer = openParquetWriter(target, {
      ...{ columns: job.plan.parquetColumns, compression: job.compression },
      ...{ dictionary: job.dictionary, metadata: {} },
    })
    const transform = openTransform(job.plan, [])
    const slices = planned.files.flatMap(({ file, slices }) =>
      slices.map((slice) => ({ file, slice })),
    )
    const [first] = slices
    if (first === undefined) throw new Error('the extract has a slice')
    const reader = openFieldReader(first.file, job.dialect, first.slice)
    for (let fields = await reader.next(); fields !== null; fields = await reader.next()) {
      const { recordBatch, acceptedCount } = transform.apply(fields)
      rows += acceptedCount
      await timed(() => writer.add(recordBatch))
      if (writer.pendingRows + limits.recordBatchRowsMax <= limits.rowGroupRowsMax) continue
      await timed(() => writer.endRowGroup())
      transform.startRowGroup()
    }
    await timed(() => writer.commit())
    reader.close()
    transform.release()
    if (round > 0) rates.push(rows / (Number(nanoseconds) / 1e9))
  }
  rmSync(target, { force: true })
  const rate = Math.round(median(rates))
  print(`encoder: one thread, ${rows} events, flushed and read back`)
  print(`  ${(rate / 1e6).toFixed(1)} M rows/s`)
  return { rows, rows_per_second: rate }
}
