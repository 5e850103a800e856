// What a benchmark case needs on disk: extract, contract, project file. Extracts are kept between
// rounds and runs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchCase, type BenchColumn, headerOf } from './bench-cases.ts'
import { writeExtract } from './data/write-extract.ts'

export interface BenchFiles {
  readonly folder: string
  readonly extract: string
  readonly project: string
  readonly lake: string
  readonly rows: number
}

/** A table of a project of the benchmark. */
export interface BenchTable {
  /** Of the namespace `bench`. */
  readonly name: string
  readonly columns: readonly BenchColumn[]
  readonly extract: string
  readonly rowsPerPatient?: 'one_per_patient'
  /** Columns of which each value stands once. */
  readonly unique?: readonly string[]
  readonly checks?: readonly string[]
}

/** Makes the files of a case; the extract only when it is not there yet. */
export async function makeBenchFiles(
  root: string,
  benchCase: BenchCase,
  rows: number,
  seed: number,
): Promise<BenchFiles> {
  const folder = join(root, `${benchCase.name}-${rows}-${seed}`)
  const extract = join(folder, benchCase.isCompressed ? 'extract.csv.gz' : 'extract.csv')
  await writeExtract({
    path: extract,
    header: headerOf(benchCase),
    rows,
    seed,
    makeRows: benchCase.rows,
    isCompressed: benchCase.isCompressed === true,
  })
  const project = writeProject(folder, [{ name: 'rows', columns: benchCase.columns, extract }])
  return { folder, extract, project, lake: join(folder, 'lake'), rows }
}

/** Writes contracts and project file into a folder; returns the path of the project file. */
export function writeProject(folder: string, tables: readonly BenchTable[]): string {
  const contracts = join(folder, 'contracts', 'bench')
  mkdirSync(contracts, { recursive: true })
  for (const table of tables) {
    writeFileSync(join(contracts, `${table.name}.yaml`), contractText(table))
  }
  const project = join(folder, 'safelanding.yaml')
  writeFileSync(project, projectText(tables))
  return project
}

function contractText(table: BenchTable): string {
  const columns = table.columns.slice(1).flatMap(({ name, type, constraints }) => [
    `  ${name}:`,
    `    type: ${type}`,
    '    description: A column of the benchmark.',
    // JSON is YAML too.
    `    constraints: ${JSON.stringify([
      ...constraints,
      ...(table.unique?.includes(name) ? ['unique'] : []),
    ])}`,
  ])
  return [
    `contract: bench/${table.name}`,
    'version: 1.0.0',
    'title: Benchmark rows',
    'description: Made for the benchmark.',
    `rows: ${table.rowsPerPatient ?? 'many_per_patient'}`,
    'columns:',
    ...columns,
    ...(table.checks === undefined ? [] : [`checks: [${table.checks.join(', ')}]`]),
    '',
  ].join('\n')
}

function projectText(tables: readonly BenchTable[]): string {
  const mapping = ({ name, values }: BenchColumn): string =>
    `      ${name}: ${JSON.stringify(values === undefined ? { from: name } : { from: name, values })}`
  return [
    'backend: bench',
    'lake: ./lake',
    'contracts: [./contracts/bench]',
    'patient_id: int',
    'tables:',
    ...tables.flatMap(({ name, columns, extract }) => [
      `  bench/${name}:`,
      '    source:',
      `      csv: ${JSON.stringify(extract)}`,
      '    columns:',
      ...columns.map(mapping),
      '    reject_ceiling: 100%',
    ]),
    '',
  ].join('\n')
}
