// Figures of a contender over the rounds, and the line of the table that shows them.
import { readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Landed } from './compare-outputs.ts'
import type { Contender } from './contenders.ts'
import type { Measured } from './measure-process.ts'

export interface BenchResult {
  readonly case: string
  readonly contender: string
  readonly refusals: string
  /** Of the extract that it was given. */
  readonly rows: number
  readonly median_seconds: number
  readonly rows_per_second: number
  /** Processor time of all its threads. */
  readonly median_cpu_seconds: number
  /** Of its largest process. */
  readonly peak_megabytes: number
  readonly output_megabytes: number
  /** Its time divided by ours, median of the pairs; null where it ran on fewer rows. */
  readonly ratio: number | null
  readonly landed: Landed
  readonly seconds: readonly number[]
}

export interface Measurements {
  readonly contender: Contender
  readonly rows: number
  readonly output: string
  readonly landed: Landed
  readonly rounds: readonly Measured[]
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
export const megabytes = (bytes: number): number => rounded(bytes / 1e6, 1)

function outputBytes(pattern: string): number {
  if (!pattern.includes('*')) return statSync(pattern).size
  const folder = dirname(pattern)
  return readdirSync(folder).reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0)
}

/** `ours` are the rounds of Safe Landing on the same extract, null where there were none. */
export function summarise(
  caseName: string,
  measured: Measurements,
  ours: readonly Measured[] | null,
): BenchResult {
  const { contender, rounds, rows } = measured
  const seconds = median(rounds.map((one) => one.seconds))
  const ratios = ours && rounds.map((one, i) => one.seconds / (ours[i]?.seconds ?? Number.NaN))
  return {
    case: caseName,
    contender: contender.name,
    refusals: contender.refusals,
    rows,
    median_seconds: rounded(seconds, 3),
    rows_per_second: Math.round(rows / seconds),
    median_cpu_seconds: rounded(median(rounds.map((one) => one.cpuSeconds)), 3),
    peak_megabytes: Math.round(median(rounds.map((one) => one.peakBytes)) / 1e6),
    output_megabytes: megabytes(outputBytes(measured.output)),
    ratio: ratios && rounded(median(ratios), 2),
    landed: measured.landed,
    seconds: rounds.map((one) => rounded(one.seconds, 3)),
  }
}

export const tableHead: string =
  `  ${'contender'.padEnd(26)}${'seconds'.padStart(9)}${'M rows/s'.padStart(10)}` +
  `${'cpu s'.padStart(8)}${'peak MB'.padStart(9)}${'out MB'.padStart(9)}${'ratio'.padStart(7)}  refused rows`

export function tableLine(result: BenchResult, rowsOfCase: number): string {
  const few = result.rows === rowsOfCase ? '' : `; on ${result.rows} rows`
  const kept = result.landed.refused === null ? '' : `: ${result.landed.refused}`
  return [
    `  ${result.contender.padEnd(26)}`,
    result.median_seconds.toFixed(2).padStart(9),
    (result.rows_per_second / 1e6).toFixed(3).padStart(10),
    result.median_cpu_seconds.toFixed(2).padStart(8),
    String(result.peak_megabytes).padStart(9),
    result.output_megabytes.toFixed(1).padStart(9),
    (result.ratio?.toFixed(2) ?? '–').padStart(7),
    `  ${result.refusals}${kept}${few}`,
  ].join('')
}
