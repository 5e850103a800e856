// Who takes part in a case: Safe Landing, and the peers that were asked for and are there. Each is a
// command of its own that leaves Parquet behind; those that check nothing take no part in what is
// compared where rows are refused.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/paths.ts'
import type { BenchCase } from './bench-cases.ts'
import type { BenchFiles } from './bench-files.ts'
import { columnFacts, sqlTypeOf, storeRejectsSql, tryCastSql } from './duckdb-formulations.ts'
import { type Measured, measureCommand, measureNode } from './measure-process.ts'

export const peerNames = [
  ...['try_cast', 'store_rejects', 'polars', 'plain_node', 'pyarrow', 'python_polars'],
] as const satisfies readonly string[]
export type PeerName = (typeof peerNames)[number]

export interface Contender {
  readonly name: string
  /** Does it refuse what the contract refuses? */
  readonly checks: boolean
  /** Does it keep the refused rows? */
  readonly keepsRefused: boolean
  /** Rows it is given; fewer than the others where it would take minutes. */
  readonly rows: number
  /** Removes what the last round made, runs, and leaves Parquet files at `output`. */
  readonly run: () => Measured
  readonly output: string
}

const compiled = (...path: string[]): string => join(repositoryRoot, 'dist', ...path)

function pythonWith(module: string): string | null {
  const candidates = [process.env['BENCH_PYTHON'], 'python3'].filter((name) => name !== undefined)
  for (const python of candidates) {
    const probe = spawnSync(python, ['-c', `import ${module}`], { timeout: 60_000 })
    if (probe.status === 0) return python
  }
  return null
}

const safelanding = ({ lake, project }: BenchFiles, rows: number): Contender => ({
  ...{ name: 'safelanding', checks: true, keepsRefused: true, rows },
  output: join(lake, 'current', 'bench', 'rows', '*.parquet'),
  run: () => {
    rmSync(lake, { recursive: true, force: true })
    return measureNode([compiled('bin', 'safelanding.js'), '--project', project, '--json', 'load'])
  },
})

/** The contender of a peer, or why it takes no part. `small` are the files of its fewer rows. */
function peerContender(
  peer: PeerName,
  benchCase: BenchCase,
  files: BenchFiles,
  small: BenchFiles,
  rows: { readonly all: number; readonly small: number },
): Contender | string {
  const output = join(files.folder, `${peer}.parquet`)
  const columns = JSON.stringify(
    benchCase.columns.map((column) => [column.name, sqlTypeOf(column)]),
  )
  const contender = (
    traits: Pick<Contender, 'name' | 'checks' | 'keepsRefused'>,
    run: () => Measured,
    rowsOf = rows.all,
  ): Contender => ({
    ...{ ...traits, output, rows: rowsOf },
    run: () => {
      rmSync(output, { force: true })
      return run()
    },
  })
  switch (peer) {
    case 'try_cast':
    case 'store_rejects': {
      const sqlFor = peer === 'try_cast' ? tryCastSql : storeRejectsSql
      const statements = sqlFor(benchCase, files.extract, output)
      const traits = { name: `DuckDB ${peer}`, checks: true, keepsRefused: statements.length > 1 }
      return contender(traits, () =>
        measureNode([compiled('tests', 'bench', 'peers', 'duckdb.js'), ...statements]),
      )
    }
    case 'polars': {
      if (benchCase.refuses) return 'polars (Node): stops at the first value that is none'
      if (benchCase.compressed) return 'polars (Node): this version ends with a panic on gzip'
      const traits = { name: 'polars (Node)', checks: false, keepsRefused: false }
      const script = compiled('tests', 'bench', 'peers', 'polars.js')
      return contender(traits, () => measureNode([script, files.extract, output, columns]))
    }
    case 'plain_node': {
      if (benchCase.compressed) return 'csv-parse + zod + parquetjs-lite: not written for gzip'
      const traits = { name: 'csv-parse+zod+parquetjs', checks: true, keepsRefused: true }
      const script = compiled('tests', 'bench', 'peers', 'plain-node.js')
      const facts = JSON.stringify(columnFacts(benchCase))
      return contender(
        traits,
        () => measureNode([script, small.extract, output, facts]),
        rows.small,
      )
    }
    case 'pyarrow':
    case 'python_polars': {
      const module = peer === 'pyarrow' ? 'pyarrow' : 'polars'
      const name = peer === 'pyarrow' ? 'pyarrow' : 'polars (Python)'
      if (benchCase.refuses) return `${name}: stops at the first value that is none`
      const python = pythonWith(module)
      if (python === null) return `${name}: no Python that has it (BENCH_PYTHON names one)`
      const script = join(repositoryRoot, 'tests', 'bench', 'peers', 'python_peers.py')
      return contender({ name, checks: false, keepsRefused: false }, () =>
        measureCommand(python, [script, module, files.extract, output, columns]),
      )
    }
  }
}

/** All who take part, ourselves first, and a line for each who does not. */
export function contendersOf(
  peers: readonly PeerName[],
  benchCase: BenchCase,
  files: BenchFiles,
  small: BenchFiles,
  rows: { readonly all: number; readonly small: number },
): { readonly contenders: readonly Contender[]; readonly absent: readonly string[] } {
  const found = peers.map((peer) => peerContender(peer, benchCase, files, small, rows))
  return {
    contenders: [safelanding(files, rows.all), ...found.filter((one) => typeof one !== 'string')],
    absent: found.filter((one) => typeof one === 'string'),
  }
}
