// `query "SQL"`: one statement over the current tables, or those of an older snapshot, in process.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import { parseSnapshot } from './snapshots.ts'

const formats = ['table', 'csv', 'json', 'arrow', 'parquet'] as const
const dialects = ['duckdb', 'trino'] as const

interface QueryOptions {
  readonly snapshot?: number
  readonly dialect: (typeof dialects)[number]
  readonly format: (typeof formats)[number]
  readonly out?: string
}

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('query')
    .summary('query the current tables')
    .description(
      'Runs one SELECT over the tables of a snapshot. Tables have their bare ' +
        'names (patients) and those with their namespace (core.patients). The statement sees no ' +
        'other file, no network and no settings, and changes nothing.',
    )
    .argument('<sql>', 'the statement; - reads it from standard input')
    .option('--snapshot <number>', 'an older snapshot (default: the current one)', parseSnapshot)
    .addOption(
      new Option('--format <format>', 'how rows are written').choices(formats).default('table'),
    )
    .addOption(
      new Option('--dialect <dialect>', 'SQL of the statement').choices(dialects).default('duckdb'),
    )
    .option('--out <file>', 'write to a file instead of standard output', nonEmpty)
    .action(context.action((sql: string, options: QueryOptions) => query(context, sql, options)))
  addExamples(command, [
    'safelanding query "SHOW TABLES"',
    'safelanding query "SELECT sex, count(*) FROM patients GROUP BY sex"',
    'safelanding query "SELECT * FROM core.medications" --format parquet --out medications.parquet',
    'safelanding query "SELECT count(*) FROM patients" --snapshot 41',
    `safelanding query --dialect trino "SELECT date_add('month', 1, date_of_birth) FROM patients"`,
  ])
}

function nonEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('expected the path of a file')
  return text
}

async function query(
  context: CommandContext,
  sql: string,
  options: QueryOptions,
): Promise<VerbOutcome> {
  const { output } = context
  if (output.json) {
    const { LandingError } = await import('../../contracts/errors.ts')
    throw new LandingError('usage', 'query has --format json; --json is for the other verbs')
  }
  const { project } = await context.loadProject()
  const { runQuery } = await import('../../query/run-query.ts')
  const text = sql === '-' ? await readStandardInput() : sql
  const outcome = await runQuery({
    lake: project.lake,
    snapshot: options.snapshot ?? null,
    sql: text,
    dialect: options.dialect,
    format: options.format,
    out: options.out ?? process.stdout,
    color: process.stdout.isTTY === true && (context.variables['NO_COLOR'] ?? '') === '',
  })
  if (options.out !== undefined) {
    output.story(`${outcome.rows} rows of snapshot ${outcome.snapshot} in ${options.out}`)
  }
  return {}
}

async function readStandardInput(): Promise<string> {
  const { limits } = await import('../../config/limits.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    const buffer = chunk as Buffer
    bytes += buffer.length
    if (bytes > limits.queryTextBytesMax) {
      throw new LandingError(
        'query_refused',
        `a statement has at most ${limits.queryTextBytesMax} bytes`,
      )
    }
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
