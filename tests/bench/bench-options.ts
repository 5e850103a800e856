// The options of `npm run bench`, and what is wrong with them in words.
import { parseArgs } from 'node:util'
import { benchCases } from './bench-cases.ts'
import { peers } from './contenders.ts'

export interface BenchOptions {
  readonly cases: readonly string[]
  readonly peers: readonly string[]
  readonly rows: number
  readonly rounds: number
  readonly seed: number
  readonly out: string | null
}

export class UsageError extends Error {}

/** Cases that land one table, and are compared with peers. */
export const landingCases: readonly string[] = benchCases.map(({ name }) => name)
/** Cases that measure something else, and what. */
export const otherCases = {
  start: 'whole commands: --help, an empty table, ten rows',
  encoder: 'the Parquet encoder alone, one thread, events',
  checks: 'patients and events with table checks, beside the same without',
  query: 'the query layer over HTTP',
} as const

const rowsDefault = 5_000_000
const roundsDefault = 5
const peerNames = peers.map(({ name }) => name)
const caseNames = [...landingCases, ...Object.keys(otherCases)]

export const usage: string = `npm run bench -- [options]

  --case NAME[,NAME…]   what is measured (default events); all: the cases that land a table
  --rows N              rows of the extract (default ${rowsDefault})
  --peers NAME[,NAME…]  who else runs (default all that can); none: Safe Landing alone
  --rounds R            how often each contender runs (default ${roundsDefault})
  --seed S              what the data follows from (default 1)
  --out FILE            the figures as JSON
  --help                this text

cases:
${benchCases.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}
${Object.entries(otherCases)
  .map(([name, about]) => `  ${name.padEnd(12)}${about}`)
  .join('\n')}

peers:
  ${peerNames.join(', ')}; duckdb: all of its own

Python peers run where PYTHON, python3 or python can import them. Extracts are kept in bench-data/.
`

/** Reads the arguments; null when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const values = readValues(args)
  if (values.help) return null
  const listed = splitList(values.case)
  const asked = listed.flatMap((name) => (name === 'all' ? landingCases : [name]))
  assertKnown('case', asked, caseNames)
  const named = splitList(values.peers).flatMap((name) => {
    if (name === 'all') return peerNames
    if (name === 'duckdb') return peerNames.filter((peer) => peer.startsWith('duckdb-'))
    return name === 'none' ? [] : [name]
  })
  assertKnown('peer', named, peerNames)
  return {
    cases: [...new Set(asked)],
    peers: peerNames.filter((name) => named.includes(name)),
    rows: readNumber('rows', values.rows, 1, 1_000_000_000),
    rounds: readNumber('rounds', values.rounds, 1, 1_000),
    seed: readNumber('seed', values.seed, 0, 2 ** 31),
    out: values.out ?? null,
  }
}

function readValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        case: { type: 'string', multiple: true, default: ['events'] },
        peers: { type: 'string', multiple: true, default: ['all'] },
        rows: { type: 'string', default: String(rowsDefault) },
        rounds: { type: 'string', default: String(roundsDefault) },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function splitList(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',').map((name) => name.trim()))
}

function assertKnown(kind: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new UsageError(`no ${kind} "${unknown}"; there are ${known.join(', ')}`)
  }
}

function readNumber(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text.replaceAll('_', ''))
  if (!/^[\d_]+$/.test(text) || value < minimum || value > maximum) {
    throw new UsageError(`--${name} is a whole number from ${minimum} to ${maximum}, not "${text}"`)
  }
  return value
}
