// Who takes part: Safe Landing and its peers. Each lands the extract of a case into a file or folder,
// as a process of its own, and is asked afterwards what it landed and what it kept of refused rows.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/paths.ts'
import type { BenchCase } from './bench-cases.ts'
import type { BenchFiles } from './bench-files.ts'
import { type Measured, measureNode, measureProcess } from './measure-process.ts'
import {
  type DuckdbPlan,
  duckdbPartitionPlan,
  duckdbPlan,
  type Formulation,
} from './peers/duckdb-sql.ts'
import { findPython } from './peers/find-python.ts'
import { peerTask } from './peers/peer-task.ts'

/** What a contender leaves in place of rows that it refuses. */
export type Refusals = 'keeps them' | 'drops them' | 'checks nothing'

export interface Contender {
  readonly name: string
  readonly refusals: Refusals
  /** More rows than this would take it minutes: it is given an extract of its own of so many. */
  readonly rowsMax?: (benchCase: BenchCase) => number
  /** Why it cannot take part in a case or on this machine; null where it can. */
  readonly missing: (benchCase: BenchCase) => string | null
  /** Removes what the last round made, and runs. */
  readonly run: (benchCase: BenchCase, files: BenchFiles) => Measured | Promise<Measured>
  /** Parquet file or pattern of the rows that it landed. */
  readonly output: (files: BenchFiles) => string
  /** SQL that counts the refused rows it kept, where it keeps them in Parquet. */
  readonly countRefused?: (files: BenchFiles) => string
}

export const compiled = (...path: string[]): string => join(repositoryRoot, 'dist', ...path)
export const command: string = compiled('bin', 'safelanding.js')

export const safelanding: Contender = {
  name: 'safelanding',
  refusals: 'keeps them',
  missing: () => null,
  run: (_case, { lake, project }) => {
    rmSync(lake, { recursive: true, force: true })
    return measureNode([command, '--project', project, '--json', 'load'])
  },
  output: ({ lake }) => join(lake, 'current', 'bench', 'rows', '*.parquet'),
  countRefused: ({ lake }) => {
    const folder = join(lake, 'quarantine')
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []
    const isEmpty = !names.some((name) => name.endsWith('.parquet'))
    return isEmpty ? 'SELECT 0' : `SELECT count(*) FROM '${join(folder, '**', '*.parquet')}'`
  },
}

const outputOf = (name: string) => (files: BenchFiles) => join(files.folder, `${name}.parquet`)

export interface DuckdbTargetPaths {
  readonly accepted: string
  readonly refused: string
  readonly errors: string
}

export function duckdbTargets(name: string, files: BenchFiles): DuckdbTargetPaths {
  const path = (kind: string): string => join(files.folder, `${name}${kind}.parquet`)
  return { accepted: path(''), refused: path('.refused'), errors: path('.errors') }
}

const runAsProcess = (plan: DuckdbPlan): Measured =>
  measureNode([compiled('tests', 'bench', 'peers', 'peer-duckdb.js'), JSON.stringify(plan)])

/** `runPlan` runs a plan of DuckDB; as a process of its own unless told otherwise. */
export function duckdb(
  name: string,
  formulation: Formulation,
  keeps: boolean,
  runPlan: (plan: DuckdbPlan) => Measured | Promise<Measured> = runAsProcess,
): Contender {
  return {
    name,
    refusals: keeps ? 'keeps them' : 'drops them',
    missing: () => null,
    run: (benchCase, files) => {
      const targets = duckdbTargets(name, files)
      for (const path of Object.values(targets)) rmSync(path, { force: true })
      const refused = keeps ? targets.refused : null
      const plan = duckdbPlan(benchCase, formulation, files.extract, { ...targets, refused })
      return runPlan(plan)
    },
    output: outputOf(name),
    ...(keeps ? { countRefused: (files) => countOfDuckdb(duckdbTargets(name, files)) } : {}),
  }
}

/** Accepted and refused rows written by one scan. */
export function duckdbPartition(
  name: string,
  runPlan: (plan: DuckdbPlan) => Measured | Promise<Measured> = runAsProcess,
): Contender {
  const folderOf = ({ folder }: BenchFiles): string => join(folder, name)
  const errorsOf = (files: BenchFiles): string => duckdbTargets(name, files).errors
  return {
    name,
    refusals: 'keeps them',
    missing: () => null,
    run: (benchCase, files) => {
      rmSync(folderOf(files), { recursive: true, force: true })
      rmSync(errorsOf(files), { force: true })
      const folder = folderOf(files)
      return runPlan(duckdbPartitionPlan(benchCase, files.extract, folder, errorsOf(files)))
    },
    output: (files) => join(folderOf(files), 'accepted=true', '*.parquet'),
    countRefused: (files) => {
      const refused = join(folderOf(files), 'accepted=false')
      const lines = `(SELECT count(DISTINCT line) FROM '${errorsOf(files)}')`
      const isThere = existsSync(refused)
      return `SELECT ${lines}${isThere ? ` + (SELECT count(*) FROM '${refused}/*.parquet')` : ''}`
    },
  }
}

/** Rows with several errors count once; the second file is there only where it has rows. */
function countOfDuckdb({ refused, errors }: DuckdbTargetPaths): string {
  const lines = `(SELECT count(DISTINCT line) FROM '${errors}')`
  return `SELECT ${lines}${existsSync(refused) ? ` + (SELECT count(*) FROM '${refused}')` : ''}`
}

const notDirty = (benchCase: BenchCase): string | null =>
  benchCase.isDirty ? 'it stops at the first bad row, or drops what it cannot read' : null

const nodejsPolars: Contender = {
  name: 'nodejs-polars',
  refusals: 'checks nothing',
  missing: (benchCase) => {
    if (benchCase.isCompressed) return 'its build for Node cannot read gzip'
    return notDirty(benchCase)
  },
  run: (benchCase, files) => {
    const output = outputOf('nodejs-polars')(files)
    rmSync(output, { force: true })
    const task = JSON.stringify(peerTask(benchCase, files.extract, output))
    return measureNode([compiled('tests', 'bench', 'peers', 'peer-nodejs-polars.js'), task])
  },
  output: outputOf('nodejs-polars'),
}

const plainNode: Contender = {
  name: 'plain-node',
  refusals: 'keeps them',
  rowsMax: ({ columns }) => (columns.length > 20 ? 20_000 : 100_000),
  missing: () => null,
  run: (benchCase, files) => {
    const output = outputOf('plain-node')(files)
    rmSync(output, { force: true })
    const task = JSON.stringify(peerTask(benchCase, files.extract, output))
    return measureNode([compiled('tests', 'bench', 'peers', 'peer-plain-node.js'), task])
  },
  output: outputOf('plain-node'),
  countRefused: (files) => {
    const path = `${outputOf('plain-node')(files)}.refused.ndjson`
    return `SELECT count(*) FROM read_csv('${path}', header = false, delim = '\\x01', quote = '',
      columns = {line: 'VARCHAR'}, auto_detect = false)`
  },
}

function python(name: string): Contender {
  return {
    name,
    refusals: 'checks nothing',
    missing: (benchCase) =>
      findPython(name) === null ? `no Python with ${name} (PYTHON names one)` : notDirty(benchCase),
    run: (benchCase, files) => {
      const output = outputOf(`python-${name}`)(files)
      rmSync(output, { force: true })
      const script = join(repositoryRoot, 'tests', 'bench', 'peers', `peer-${name}.py`)
      const task = JSON.stringify(peerTask(benchCase, files.extract, output))
      return measureProcess(findPython(name) ?? '', ['-B', script, task])
    },
    output: outputOf(`python-${name}`),
  }
}

export const peers: readonly Contender[] = [
  duckdb('duckdb-try-cast', 'try_cast', true),
  duckdb('duckdb-try-cast-drop', 'try_cast', false),
  duckdb('duckdb-store-rejects', 'typed', true),
  duckdb('duckdb-store-rejects-drop', 'typed', false),
  duckdbPartition('duckdb-partition'),
  nodejsPolars,
  plainNode,
  python('pyarrow'),
  python('polars'),
]
