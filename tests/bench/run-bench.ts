// `npm run bench -- --rows N --case NAME --rounds N --seed N`: Safe Landing against DuckDB on the same
// extract and checks, in the same run, interleaved, whole processes. The outputs are compared, row
// count and a hash of all values, before any time is printed. Figures are for comparison by hand.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { repositoryRoot } from '../support/paths.ts'
import { type BenchCase, benchCases } from './bench-cases.ts'
import { type BenchFiles, makeBenchFiles } from './bench-files.ts'
import { storeRejectsSql, tryCastSql } from './duckdb-formulations.ts'
import { type Measured, measureNode } from './measure-process.ts'
import { median } from './median.ts'

export interface BenchOptions {
  readonly rows: number
  readonly rounds: number
  readonly seed: number
  readonly cases: readonly string[]
  readonly folder: string
}

interface Contender {
  readonly name: string
  /** Removes what the last round made, runs, and names the Parquet files it left. */
  readonly run: () => Measured
  readonly output: string
}

export interface BenchResult {
  readonly case: string
  readonly rows: number
  readonly contender: string
  readonly median_seconds: number
  readonly rows_per_second: number
  readonly peak_megabytes: number
  readonly output_megabytes: number
  /** Time of the other divided by ours, median of the pairs; above 1 means we are faster. */
  readonly ours_is_faster_by: number
}

/** Runs the cases and returns a line for each contender; throws when outputs differ. */
export async function runBench(
  options: BenchOptions,
  print: (line: string) => void,
): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const name of options.cases) {
    const benchCase = benchCases.find((candidate) => candidate.name === name)
    if (benchCase === undefined) throw new Error(`no case ${name}`)
    const files = await makeBenchFiles(options.folder, benchCase, options.rows, options.seed)
    const contenders = contendersOf(benchCase, files)
    const measured = contenders.map(() => [] as Measured[])
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, contender] of contenders.entries()) {
        const one = contender.run()
        if (one.exit !== 0) throw new Error(`${contender.name} ended with exit ${one.exit}`)
        measured[index]?.push(one)
      }
      if (round === 0) await compareOutputs(contenders, benchCase)
    }
    const bytes = statSync(files.extract).size
    print(`${name}: ${benchCase.about}; ${options.rows} rows, ${megabytes(bytes)} MB`)
    for (const [index, contender] of contenders.entries()) {
      const result = summarise(
        name,
        options.rows,
        contender,
        measured[index] ?? [],
        measured[0] ?? [],
      )
      results.push(result)
      print(describe(result))
    }
  }
  return results
}

function contendersOf(benchCase: BenchCase, files: BenchFiles): Contender[] {
  const command = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')
  const peer = join(repositoryRoot, 'dist', 'tests', 'bench', 'peer-duckdb.js')
  const duckdb = (name: string, sqlFor: typeof tryCastSql): Contender => {
    const output = join(files.folder, `${name}.parquet`)
    return {
      name: `DuckDB ${name}`,
      output,
      run: () => {
        rmSync(output, { force: true })
        return measureNode([peer, sqlFor(benchCase, files.extract, output)])
      },
    }
  }
  return [
    {
      name: 'safelanding',
      output: join(files.lake, 'current', 'bench', 'rows', '*.parquet'),
      run: () => {
        rmSync(files.lake, { recursive: true, force: true })
        return measureNode([command, '--project', files.project, '--json', 'load'])
      },
    },
    duckdb('try_cast', tryCastSql),
    duckdb('store_rejects', storeRejectsSql),
  ]
}

async function compareOutputs(contenders: readonly Contender[], benchCase: BenchCase) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const columns = benchCase.columns.map(({ name }) => name).join(', ')
  const answers: string[] = []
  for (const { output } of contenders) {
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::VARCHAR, sum(hash(${columns})::HUGEINT)::VARCHAR FROM '${output}'`,
    )
    answers.push(JSON.stringify(reader.getRows()))
  }
  connection.closeSync()
  instance.closeSync()
  for (const [index, answer] of answers.entries()) {
    if (answer === answers[0]) continue
    const name = contenders[index]?.name
    throw new Error(`${benchCase.name}: ${name} landed other rows: ${answer}, ours ${answers[0]}`)
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

function outputBytes(pattern: string): number {
  if (!pattern.includes('*')) return statSync(pattern).size
  const folder = pattern.slice(0, pattern.lastIndexOf('/'))
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function summarise(
  name: string,
  rows: number,
  contender: Contender,
  measured: readonly Measured[],
  ours: readonly Measured[],
): BenchResult {
  const seconds = median(measured.map((one) => one.seconds))
  const ratios = measured.map((one, round) => one.seconds / (ours[round]?.seconds ?? Number.NaN))
  return {
    case: name,
    rows,
    contender: contender.name,
    median_seconds: Number(seconds.toFixed(3)),
    rows_per_second: Math.round(rows / seconds),
    peak_megabytes: Math.round(median(measured.map((one) => one.peakBytes)) / 1e6),
    output_megabytes: Number(megabytes(outputBytes(contender.output))),
    ours_is_faster_by: Number(median(ratios).toFixed(2)),
  }
}

function describe(result: BenchResult): string {
  const rate = (result.rows_per_second / 1e6).toFixed(2)
  return (
    `  ${result.contender.padEnd(22)} ${result.median_seconds.toFixed(2).padStart(7)} s  ` +
    `${rate.padStart(6)} M rows/s  peak ${String(result.peak_megabytes).padStart(5)} MB  ` +
    `out ${String(result.output_megabytes).padStart(7)} MB  ratio ${result.ours_is_faster_by}`
  )
}

async function runQueryBench(
  values: { readonly rows: string; readonly rounds: string; readonly seed: string },
  print: (line: string) => void,
): Promise<unknown> {
  const { benchQuery } = await import('./bench-query.ts')
  // Fewer rows than landing is measured with: statements take a tenth of a second, not seconds.
  const rows = Number(values.rows) / 4
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)]
  return benchQuery({ rows, rounds, seed, folder: join(repositoryRoot, 'bench-data') }, print)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '5000000' },
      rounds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      case: { type: 'string', multiple: true, default: ['events'] },
      out: { type: 'string' },
    },
  })
  const [cpu] = cpus()
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  print(`${cpus().length} x ${cpu?.model.trim()}, ${platform()} ${release()} ${arch()}`)
  print(
    `node ${process.version}, load ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
  )
  const results = values.case.includes('query')
    ? [await runQueryBench(values, print)]
    : await runBench(
        {
          rows: Number(values.rows),
          rounds: Number(values.rounds),
          seed: Number(values.seed),
          cases: values.case.includes('all') ? benchCases.map(({ name }) => name) : values.case,
          folder: join(repositoryRoot, 'bench-data'),
        },
        print,
      )
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`)
}

if (process.argv[1]?.endsWith('run-bench.js')) await main()
