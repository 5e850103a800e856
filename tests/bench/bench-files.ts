// Writes what a benchmark case needs into a folder: extract, contract, project file. Kept between
// rounds and runs when the same rows and seed are asked for again.
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { BenchCase } from './bench-cases.ts'
import { headerOf } from './bench-cases.ts'

export interface BenchFiles {
  readonly folder: string
  readonly extract: string
  readonly project: string
  readonly lake: string
}

/** Makes the files of a case; the extract only when it is not there yet. */
export async function makeBenchFiles(
  root: string,
  benchCase: BenchCase,
  rows: number,
  seed: number,
): Promise<BenchFiles> {
  const folder = join(root, `${benchCase.name}-${rows}-${seed}`)
  mkdirSync(join(folder, 'contracts', 'bench'), { recursive: true })
  const plain = join(folder, 'extract.csv')
  const extract = benchCase.compressed ? `${plain}.gz` : plain
  if (!existsSync(extract)) {
    writeRows(`${plain}.new`, benchCase, rows, seed)
    if (benchCase.compressed) {
      const target = createWriteStream(`${extract}.new`)
      await pipeline(createReadStream(`${plain}.new`), createGzip({ level: 6 }), target)
      rmSync(`${plain}.new`)
    }
    renameSync(`${extract}.new`, extract)
  }
  writeFileSync(join(folder, 'contracts', 'bench', 'rows.yaml'), contractText(benchCase))
  const project = join(folder, 'safelanding.yaml')
  writeFileSync(project, projectText(benchCase, extract))
  return { folder, extract, project, lake: join(folder, 'lake') }
}

function writeRows(path: string, benchCase: BenchCase, rows: number, seed: number): void {
  const line = benchCase.lines(rows, seed)
  const descriptor = openSync(path, 'w')
  try {
    let text = `${headerOf(benchCase)}\n`
    for (let index = 0; index < rows; index++) {
      text += `${line(index)}\n`
      if (text.length > 1_000_000) {
        writeSync(descriptor, text)
        text = ''
      }
    }
    writeSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
}

export function contractText(benchCase: BenchCase): string {
  const columns = benchCase.columns
    .slice(1)
    .flatMap(({ name, type, constraints }) => [
      `  ${name}:`,
      `    type: ${type}`,
      '    description: A column of the benchmark.',
      ...(constraints.length === 0 ? [] : [`    constraints: [${constraints.join(', ')}]`]),
    ])
  return [
    'contract: bench/rows',
    'version: 1.0.0',
    'title: Benchmark rows',
    `description: The benchmark case ${benchCase.name}.`,
    'rows: many_per_patient',
    'columns:',
    ...columns,
    '',
  ].join('\n')
}

export function projectText(benchCase: BenchCase, extract: string): string {
  return [
    'backend: bench',
    'lake: ./lake',
    'contracts: [./contracts/bench]',
    'patient_id: int',
    'tables:',
    '  bench/rows:',
    '    source:',
    `      csv: ${JSON.stringify(extract)}`,
    '    columns:',
    ...benchCase.columns.map(({ name }) => `      ${name}: ${name}`),
    '    reject_ceiling: 100%',
    '',
  ].join('\n')
}
