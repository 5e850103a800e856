// What a command costs before it does anything: help, and loads of a table of no and of ten rows.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/paths.ts'
import { benchCases, headerOf } from './bench-cases.ts'
import { contractText, projectText } from './bench-files.ts'
import { type Measured, measureNode } from './measure-process.ts'
import { median } from './median.ts'

export interface StartResult {
  readonly command: string
  readonly median_milliseconds: number
  readonly peak_megabytes: number
}

/** Medians of whole processes; an empty table is the header alone, which is refused (exit 11). */
export function benchStart(rounds: number, print: (line: string) => void): StartResult[] {
  const command = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')
  const loadOf = (rows: number) => {
    const { folder, project } = smallProject(rows)
    return () => {
      rmSync(join(folder, 'lake'), { recursive: true, force: true })
      return measureNode([command, '--project', project, '--json', 'load'])
    }
  }
  const runs: readonly (readonly [string, () => Measured, number])[] = [
    ['safelanding --help', () => measureNode([command, '--help']), 0],
    ['load of an empty table', loadOf(0), 11],
    ['load of ten rows', loadOf(10), 0],
  ]
  return runs.map(([name, run, exit]) => {
    const measured = Array.from({ length: rounds + 1 }, run).slice(1)
    for (const one of measured) {
      if (one.exit !== exit) throw new Error(`${name} ended with exit ${one.exit}, not ${exit}`)
    }
    const result = {
      command: name,
      median_milliseconds: Math.round(median(measured.map(({ seconds }) => seconds * 1_000))),
      peak_megabytes: Math.round(median(measured.map(({ peakBytes }) => peakBytes)) / 1e6),
    }
    const { median_milliseconds: time, peak_megabytes: peak } = result
    print(`  ${name.padEnd(24)} ${String(time).padStart(5)} ms  peak ${peak} MB`)
    return result
  })
}

function smallProject(rows: number): { folder: string; project: string } {
  const [events] = benchCases
  if (events === undefined) throw new Error('there is a first case')
  const folder = join(repositoryRoot, 'bench-data', `start-${rows}`)
  mkdirSync(join(folder, 'contracts', 'bench'), { recursive: true })
  const extract = join(folder, 'extract.csv')
  const line = events.lines(Math.max(1, rows), 1)
  const lines = Array.from({ length: rows }, (_, index) => line(index))
  writeFileSync(extract, [headerOf(events), ...lines, ''].join('\n'))
  writeFileSync(join(folder, 'contracts', 'bench', 'rows.yaml'), contractText(events))
  const project = join(folder, 'safelanding.yaml')
  writeFileSync(project, projectText(events, extract))
  return { folder, project }
}
