// What may be said to `npm run bench`, checked before anything is made.
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { benchCases } from './bench-cases.ts'
import { type PeerName, peerNames } from './contenders.ts'

/** Cases that are not a load against its peers. */
export const specialCases: readonly string[] = ['start', 'encoder', 'checks', 'query']

const caseNames = benchCases.map(({ name }) => name)

export interface CommandOptions {
  readonly rows: number
  readonly rounds: number
  readonly seed: number
  readonly cases: readonly string[]
  readonly peers: readonly PeerName[]
  readonly out: string | null
  readonly folder: string
}

export const benchUsage = `npm run bench -- [options]
  --rows N      rows of the extract (default 5000000)
  --case NAME   ${[...caseNames, ...specialCases].join(', ')}, or all (default events); repeatable
  --peers LIST  of ${peerNames.join(', ')}; all (default) or none
  --rounds N    rounds; each runs every contender once (default 5)
  --seed N      of the data (default 1)
  --out FILE    figures as JSON
Python peers need a Python that has pyarrow or polars: python3, or the one BENCH_PYTHON names.`

const whole = z.coerce.number().int().positive()
const schema = z.object({
  rows: whole.default(5_000_000),
  rounds: whole.default(5),
  seed: whole.default(1),
  case: z.array(z.enum([...caseNames, ...specialCases, 'all'])).default(['events']),
  peers: z
    .string()
    .transform((text) => (text === 'all' ? [...peerNames] : text === 'none' ? [] : text.split(',')))
    .pipe(z.array(z.enum(peerNames)))
    .default([...peerNames]),
  out: z.string().nullable().default(null),
})

/** The options; prints usage and ends the process where they ask for it or cannot be meant. */
export function benchOptions(args: readonly string[], folder: string): CommandOptions {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ rows: text, rounds: text, seed: text, peers: text, out: text },
        ...{ case: { type: 'string', multiple: true }, help: { type: 'boolean' } },
      },
    })
    if (values.help === true) {
      process.stdout.write(`${benchUsage}\n`)
      process.exit(0)
    }
    const { case: cases, ...options } = schema.parse(values)
    return { ...options, cases: cases.includes('all') ? caseNames : cases, folder }
  } catch (error) {
    const said = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    process.stderr.write(`${said}\n\n${benchUsage}\n`)
    process.exit(2)
  }
}
