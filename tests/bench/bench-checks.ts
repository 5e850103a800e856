// Table checks at scale: patients and their events in one load, with the check that every event has its
// patient and that keys are unique, and the same load without them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/paths.ts'
import { benchCases } from './bench-cases.ts'
import { contractText, makeBenchFiles } from './bench-files.ts'
import { type Measured, measureNode } from './measure-process.ts'
import { median } from './median.ts'

export interface ChecksResult {
  readonly rows: number
  readonly patients: number
  readonly with_checks_seconds: number
  readonly without_checks_seconds: number
  readonly peak_megabytes_with: number
  readonly peak_megabytes_without: number
}

/** One event table of `rows` rows and a patient for each 20 of them. */
export async function benchChecks(
  options: { readonly rows: number; readonly rounds: number; seed: number; folder: string },
  print: (line: string) => void,
): Promise<ChecksResult> {
  const patients = Math.max(1, Math.floor(options.rows / 20))
  const extract = async (name: string, rows: number): Promise<string> => {
    const benchCase = benchCases.find((candidate) => candidate.name === name)
    if (benchCase === undefined) throw new Error(`no case ${name}`)
    return (await makeBenchFiles(options.folder, benchCase, rows, options.seed)).extract
  }
  const sources = {
    patients: await extract('patients', patients),
    events: await extract('events', options.rows),
  }
  const runOf = (checks: boolean) => {
    const folder = join(options.folder, `checks-${options.rows}-${checks ? 'with' : 'without'}`)
    const project = writeProject(folder, sources, checks)
    return () => {
      rmSync(join(folder, 'lake'), { recursive: true, force: true })
      const command = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')
      return measureNode([command, '--project', project, '--json', 'load'])
    }
  }
  const [withChecks, without] = [runOf(true), runOf(false)]
  const pairs: (readonly [Measured, Measured])[] = []
  for (let round = 0; round < options.rounds; round++) {
    const pair = [withChecks(), without()] as const
    for (const { exit } of pair) if (exit !== 0) throw new Error(`a load ended with exit ${exit}`)
    pairs.push(pair)
  }
  const of = (which: 0 | 1, figure: (one: Measured) => number): number =>
    median(pairs.map((pair) => figure(pair[which])))
  const result = {
    ...{ rows: options.rows, patients },
    with_checks_seconds: Number(of(0, ({ seconds }) => seconds).toFixed(2)),
    without_checks_seconds: Number(of(1, ({ seconds }) => seconds).toFixed(2)),
    peak_megabytes_with: Math.round(of(0, ({ peakBytes }) => peakBytes) / 1e6),
    peak_megabytes_without: Math.round(of(1, ({ peakBytes }) => peakBytes) / 1e6),
  }
  const { with_checks_seconds: full, without_checks_seconds: bare } = result
  print(`checks: ${options.rows} events of ${patients} patients, in one load`)
  print(
    `  one row a patient, every event's patient there   ${full} s  peak ${result.peak_megabytes_with} MB`,
  )
  print(
    `  no table checks                                   ${bare} s  peak ${result.peak_megabytes_without} MB`,
  )
  print(`  share of the checks ${(100 * (1 - bare / full)).toFixed(0)} %`)
  return result
}

function writeProject(
  folder: string,
  sources: Readonly<Record<'patients' | 'events', string>>,
  checks: boolean,
): string {
  mkdirSync(join(folder, 'contracts', 'bench'), { recursive: true })
  const tables = Object.entries(sources).flatMap(([name, source]) => {
    const benchCase = benchCases.find((candidate) => candidate.name === name)
    if (benchCase === undefined) throw new Error(`no case ${name}`)
    const rows = name === 'patients' && checks ? 'one_per_patient' : 'many_per_patient'
    const text = contractText(benchCase)
      .replace('bench/rows', `bench/${name}`)
      .replace('many_per_patient', rows)
    const check = name === 'events' && checks ? 'checks:\n  - patient_exists\n' : ''
    writeFileSync(join(folder, 'contracts', 'bench', `${name}.yaml`), text + check)
    return [
      `  bench/${name}:`,
      ...['    source:', `      csv: ${JSON.stringify(source)}`, '    columns:'],
      ...benchCase.columns.map((column) => `      ${column.name}: ${column.name}`),
    ]
  })
  const head = [
    'backend: bench',
    'lake: ./lake',
    'contracts: [./contracts/bench]',
    'patient_id: int',
  ]
  const project = join(folder, 'safelanding.yaml')
  writeFileSync(project, [...head, 'tables:', ...tables, ''].join('\n'))
  return project
}
