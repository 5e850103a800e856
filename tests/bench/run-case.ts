// Runs one case: its contenders in turn, round by round, their outputs compared after the first round,
// before any time is printed. The ratio of a round is between processes that ran next to each other.
import { statSync } from 'node:fs'
import type { BenchCase } from './bench-cases.ts'
import { type BenchFiles, makeBenchFiles } from './bench-files.ts'
import type { BenchOptions } from './bench-options.ts'
import {
  type BenchResult,
  type Measurements,
  megabytes,
  summarise,
  tableHead,
  tableLine,
} from './bench-result.ts'
import { compareLanded, type Landed, readLanded } from './compare-outputs.ts'
import { type Contender, safelanding } from './contenders.ts'
import type { Measured } from './measure-process.ts'

export type Print = (line: string) => void

interface Entry {
  readonly contender: Contender
  readonly benchCase: BenchCase
  readonly files: BenchFiles
  readonly rounds: Measured[]
  landed: Landed | null
}

/** Returns a result for each contender; throws where one fails or its output differs. */
export async function runCase(
  benchCase: BenchCase,
  contenders: readonly Contender[],
  options: Pick<BenchOptions, 'rows' | 'rounds' | 'seed'>,
  folder: string,
  print: Print,
): Promise<BenchResult[]> {
  const { rows, rounds, seed } = options
  const files = await makeBenchFiles(folder, benchCase, rows, seed)
  const size = megabytes(statSync(files.extract).size)
  print(`${benchCase.name}: ${benchCase.about}; ${rows} rows, ${size} MB`)
  const entries = [newEntry(safelanding, benchCase, files)]
  if (benchCase.twin !== undefined) {
    const twinFiles = await makeBenchFiles(folder, benchCase.twin, rows, seed)
    const twin = { ...safelanding, name: 'safelanding, none bad' }
    entries.push(newEntry(twin, benchCase.twin, twinFiles))
  }
  for (const contender of contenders) {
    const missing = contender.missing(benchCase)
    if (missing !== null) print(`  ${contender.name}: skipped: ${missing}`)
    else {
      const few = Math.min(rows, contender.rowsMax?.(benchCase) ?? rows)
      const own = few === rows ? files : await makeBenchFiles(folder, benchCase, few, seed)
      entries.push(newEntry(contender, benchCase, own))
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) entry.rounds.push(await runOnce(entry))
    if (round === 0) await compareAll(entries, rows)
  }
  const results = entries.map((entry) => {
    const isOnSame = entry.files.rows === rows
    return summarise(benchCase.name, measurementsOf(entry), isOnSame ? ourRounds(entries) : null)
  })
  print(tableHead)
  for (const result of results) print(tableLine(result, rows))
  return results
}

const newEntry = (contender: Contender, benchCase: BenchCase, files: BenchFiles): Entry => ({
  ...{ contender, benchCase, files },
  rounds: [],
  landed: null,
})

const ourRounds = (entries: readonly Entry[]): readonly Measured[] => entries[0]?.rounds ?? []

async function runOnce({ contender, benchCase, files }: Entry): Promise<Measured> {
  const measured = await contender.run(benchCase, files)
  if (measured.exit !== 0) {
    const tail = measured.stderr.slice(-2_000)
    throw new Error(`${benchCase.name}: ${contender.name} ended with ${measured.exit}\n${tail}`)
  }
  return measured
}

async function landedOf({ contender, benchCase, files }: Entry): Promise<Landed> {
  const countRefused = contender.countRefused?.(files) ?? null
  return await readLanded(benchCase, contender.output(files), countRefused)
}

async function compareAll(entries: readonly Entry[], rows: number): Promise<void> {
  const references = new Map<string, Landed>()
  for (const entry of entries) {
    const { contender, benchCase, files } = entry
    entry.landed = await landedOf(entry)
    let ours = references.get(files.folder)
    if (ours === undefined) {
      // An extract that only a slow peer was given is landed by us once, untimed.
      const reference = files.rows === rows ? entry : newEntry(safelanding, benchCase, files)
      if (reference !== entry) await runOnce(reference)
      ours = reference === entry ? entry.landed : await landedOf(reference)
      references.set(files.folder, ours)
    }
    compareLanded(benchCase.name, contender.name, entry.landed, ours, files.rows)
  }
}

function measurementsOf({ contender, files, landed, rounds }: Entry): Measurements {
  if (landed === null) throw new Error(`${contender.name} was not compared`)
  return { contender, rounds, landed, rows: files.rows, output: contender.output(files) }
}
