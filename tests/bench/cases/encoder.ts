// `--case encoder`: the Parquet encoder alone, in a process of its own, on the record batches that a
// load of events hands to it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchOptions } from '../bench-options.ts'
import { median } from '../bench-result.ts'
import { compiled } from '../contenders.ts'
import { measureNode } from '../measure-process.ts'
import type { Print } from '../run-case.ts'

export interface EncoderRound {
  /** Until all bytes were handed to the system. */
  readonly seconds: number
  /** Flush, reading back, digest. */
  readonly flush_seconds: number
  readonly cpu_seconds: number
  readonly bytes: number
}

export function measureEncoder(
  { rows, rounds, seed }: BenchOptions,
  folder: string,
  print: Print,
): unknown[] {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'encoder.parquet')
  const program = compiled('tests', 'bench', 'cases', 'encode-events.js')
  const measured = measureNode([program, path, String(rows), String(rounds), String(seed)])
  if (measured.exit !== 0) throw new Error(`encoder: exit ${measured.exit}\n${measured.stderr}`)
  const all = JSON.parse(measured.stdout) as EncoderRound[]
  const rate = (seconds: readonly number[]): number => Math.round(rows / median(seconds))
  const result = {
    case: 'encoder',
    rows,
    rows_per_second: rate(all.map(({ seconds }) => seconds)),
    rows_per_cpu_second: rate(all.map((one) => one.cpu_seconds)),
    flush_seconds: median(all.map((one) => one.flush_seconds)),
    output_megabytes: Number(((all[0]?.bytes ?? 0) / 1e6).toFixed(1)),
    peak_megabytes: Math.round(measured.peakBytes / 1e6),
    rounds: all,
  }
  const millions = (value: number): string => (value / 1e6).toFixed(2)
  print(`encoder: events, ${rows} rows, one thread, median of ${rounds} after one to warm up`)
  print(
    `  ${millions(result.rows_per_second)} M rows/s, ` +
      `${millions(result.rows_per_cpu_second)} M rows per second of processor time; ` +
      `then ${result.flush_seconds.toFixed(2)} s to flush and read back ` +
      `${result.output_megabytes} MB; peak ${result.peak_megabytes} MB`,
  )
  return [result]
}
