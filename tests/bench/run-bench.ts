// `npm run bench`: Safe Landing and its peers on the same extract and checks, in the same run,
// interleaved, whole processes. Outputs are compared, row count and a hash of all values, before any
// time is printed. Figures are for comparison by hand.
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { repositoryRoot } from '../support/paths.ts'
import { type BenchCase, benchCases } from './bench-cases.ts'
import { makeBenchFiles } from './bench-files.ts'
import { benchOptions, specialCases } from './bench-options.ts'
import { type Contender, contendersOf, type PeerName } from './contenders.ts'
import { tryCastSql } from './duckdb-formulations.ts'
import type { Measured } from './measure-process.ts'
import { median } from './median.ts'

export interface BenchOptions {
  readonly rows: number
  readonly rounds: number
  readonly seed: number
  readonly cases: readonly string[]
  readonly peers: readonly PeerName[]
  readonly folder: string
}

export interface BenchResult {
  readonly case: string
  readonly rows: number
  readonly contender: string
  readonly checks: boolean
  readonly keeps_refused_rows: boolean
  readonly median_seconds: number
  readonly rows_per_second: number
  readonly peak_megabytes: number
  readonly output_megabytes: number
  /** Our rows a second over the other's, median of the pairs; above 1 means we are faster. */
  readonly ours_is_faster_by: number
}

/** The most rows for a peer that takes minutes otherwise: it is compared by rows a second. */
const slowPeerRowsMax = 100_000

/** Runs the cases and returns a line for each contender; throws when outputs differ. */
export async function runBench(
  options: BenchOptions,
  print: (line: string) => void,
): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const name of options.cases) {
    const benchCase = benchCases.find((candidate) => candidate.name === name)
    if (benchCase === undefined) throw new Error(`no case ${name}`)
    const smallRows = Math.min(options.rows, slowPeerRowsMax)
    const files = await makeBenchFiles(options.folder, benchCase, options.rows, options.seed)
    const small = await makeBenchFiles(options.folder, benchCase, smallRows, options.seed)
    const rows = { all: options.rows, small: smallRows }
    const { contenders, absent } = contendersOf(options.peers, benchCase, files, small, rows)
    const measured = contenders.map(() => [] as Measured[])
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, contender] of contenders.entries()) {
        const one = contender.run()
        if (one.exit !== 0) throw new Error(`${contender.name} ended with exit ${one.exit}`)
        measured[index]?.push(one)
      }
      if (round === 0) await compareOutputs(contenders, benchCase, small.extract)
    }
    const bytes = statSync(files.extract).size
    print(`${name}: ${benchCase.about}; ${options.rows} rows, ${megabytes(bytes)} MB`)
    for (const [index, contender] of contenders.entries()) {
      const result = summarise(name, contender, measured[index] ?? [], contenders[0], measured[0])
      results.push(result)
      print(describe(result))
    }
    for (const line of absent) print(`  not here: ${line}`)
  }
  return results
}

/** Throws where a contender landed other rows than we did, or than DuckDB from fewer rows. */
export async function compareOutputs(
  contenders: readonly Contender[],
  benchCase: BenchCase,
  smallExtract: string,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const columns = benchCase.columns.map(({ name }) => name).join(', ')
  const answerOf = async (path: string): Promise<string> => {
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::VARCHAR, sum(hash(${columns})::HUGEINT)::VARCHAR FROM '${path}'`,
    )
    return JSON.stringify(reader.getRows())
  }
  try {
    const [ours] = contenders
    if (ours === undefined) return
    const expected = await answerOf(ours.output)
    for (const { name, output, rows } of contenders) {
      const expectedHere = rows === ours.rows ? expected : await answerOfFewer(output)
      const answer = await answerOf(output)
      if (answer === expectedHere) continue
      throw new Error(`${benchCase.name}: ${name} landed ${answer}, expected ${expectedHere}`)
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }

  async function answerOfFewer(output: string): Promise<string> {
    const target = output.replace(/parquet$/, 'expected.parquet')
    for (const statement of tryCastSql(benchCase, smallExtract, target)) {
      await connection.run(statement)
    }
    return answerOf(target)
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
  contender: Contender,
  measured: readonly Measured[],
  ours: Contender | undefined,
  oursMeasured: readonly Measured[] = [],
): BenchResult {
  const seconds = median(measured.map((one) => one.seconds))
  const share = (ours?.rows ?? contender.rows) / contender.rows
  const ratios = measured.map(
    (one, round) => (one.seconds * share) / (oursMeasured[round]?.seconds ?? Number.NaN),
  )
  return {
    case: name,
    rows: contender.rows,
    contender: contender.name,
    checks: contender.checks,
    keeps_refused_rows: contender.keepsRefused,
    median_seconds: Number(seconds.toFixed(3)),
    rows_per_second: Math.round(contender.rows / seconds),
    peak_megabytes: Math.round(median(measured.map((one) => one.peakBytes)) / 1e6),
    output_megabytes: Number(megabytes(outputBytes(contender.output))),
    ours_is_faster_by: Number(median(ratios).toFixed(2)),
  }
}

function describe(result: BenchResult): string {
  const rate = (result.rows_per_second / 1e6).toFixed(2)
  const traits = result.checks
    ? result.keeps_refused_rows
      ? ''
      : '  drops refused'
    : '  no checks'
  return (
    `  ${result.contender.padEnd(24)} ${result.median_seconds.toFixed(2).padStart(7)} s  ` +
    `${rate.padStart(6)} M rows/s  peak ${String(result.peak_megabytes).padStart(5)} MB  ` +
    `out ${String(result.output_megabytes).padStart(7)} MB  ` +
    `ratio ${result.ours_is_faster_by.toFixed(2).padStart(5)}${traits}`
  )
}

/** The cases whose figures are not those of a load against its peers. */
async function runSpecial(
  name: string,
  options: BenchOptions,
  print: (line: string) => void,
): Promise<unknown> {
  switch (name) {
    case 'query': {
      const { benchQuery } = await import('./bench-query.ts')
      // Fewer rows than landing is measured with: statements take a tenth of a second, not seconds.
      return benchQuery({ ...options, rows: Math.round(options.rows / 4) }, print)
    }
    case 'start': {
      const { benchStart } = await import('./bench-start.ts')
      return benchStart(options.rounds, print)
    }
    case 'encoder': {
      const { benchEncoder } = await import('./bench-encoder.ts')
      return benchEncoder(options, print)
    }
    default: {
      const { benchChecks } = await import('./bench-checks.ts')
      return benchChecks(options, print)
    }
  }
}

async function main(): Promise<void> {
  const options = benchOptions(process.argv.slice(2), join(repositoryRoot, 'bench-data'))
  const [cpu] = cpus()
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const loads = loadavg().map((load) => load.toFixed(2))
  const machine = `${cpus().length} x ${cpu?.model.trim()}, ${platform()} ${release()} ${arch()}`
  print(machine)
  print(`node ${process.version}, load ${loads.join(' ')}`)
  const results: unknown[] = []
  for (const name of options.cases) {
    const isSpecial = specialCases.includes(name)
    if (isSpecial) results.push(await runSpecial(name, options, print))
    else results.push(...(await runBench({ ...options, cases: [name] }, print)))
  }
  if (options.out === null) return
  const report = { machine, node: process.version, load: loads.map(Number), ...options, results }
  writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`)
}

if (process.argv[1]?.endsWith('run-bench.js')) await main()
