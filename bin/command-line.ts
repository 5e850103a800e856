// The command line: options that every verb has, verbs found in bin/commands, and how every command
// ends: an exit code, a `finished` event with --json, one refusal in the same form everywhere.
import { Command, type CommanderError } from 'commander'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import { packageVersion } from '../contracts/package-root.ts'
import type { VerbOutcome } from './command-context.ts'
import { createContext, defaultProjectFile } from './create-context.ts'
import { createOutput, type Output, type OutputStream } from './output.ts'
import { registerVerbs } from './verbs.ts'

export interface Host {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
}

interface GlobalOptions {
  readonly project?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** True where --json was typed: needed before parsing, whose errors are told as events too. */
function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--')
  return words.slice(0, end < 0 ? words.length : end).includes('--json')
}

function createProgram(output: Output): Command {
  const program = new Command('safelanding')
  program
    .description('Lands health-data extracts as contract-checked Parquet tables.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--project <file>', `the project file (default: ${defaultProjectFile})`)
    .option('--json', 'print events as NDJSON on stdout, the last one being "finished"')
    .option('-q, --quiet', 'print problems only')
    .option('-v, --verbose', 'print more')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
    // Help of a machine's command is for the person beside it: stdout stays NDJSON.
    .configureOutput({
      writeOut: (text) => (output.json ? output.help(text) : void output.data(text)),
      writeErr: (text) => output.help(text),
      outputError: () => undefined,
    })
  program.addHelpText(
    'after',
    '\nExamples:\n  $ safelanding demo                      the whole story, in seconds' +
      '\n  $ safelanding init --from patients.csv --contract core/patients' +
      '\n  $ safelanding check && safelanding load\n',
  )
  return program
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && error.name === 'CommanderError'
}

/** Verbs that the design has and this version has not, with what to type until then. */
const laterVerbs: readonly string[] = [...['rerun', 'users', 'schedule', 'report', 'replay']]

/** A mistake on the command line, told like every other refusal. */
function usageError(error: CommanderError): LandingError {
  const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')
  const word = /^unknown command '([a-z]+)'/.exec(message)?.[1]
  if (word !== undefined && laterVerbs.includes(word)) {
    const remedy =
      word === 'rerun'
        ? 'Load again: `safelanding load` carries on from what earlier runs left.'
        : 'Run `safelanding --help` for what this version has.'
    return new LandingError('usage', `"${word}" is not in this version`, { remedy })
  }
  const shown = error.code === 'commander.help' ? 'a verb is missing' : message
  return new LandingError('usage', shown)
}

/** Tells an error and gives the exit code that it ends with. */
function endWith(error: unknown, output: Output): number {
  if (isCommanderError(error)) {
    if (error.exitCode === 0) return 0
    output.problem(usageError(error))
    return 2
  }
  output.problem(error)
  return isLandingError(error) ? error.exit : 1
}

/** The one door through which a failpoint is armed; without the variable nothing is even imported. */
async function armFromEnvironment(variables: Host['variables']): Promise<void> {
  if ((variables['SAFELANDING_FAILPOINT'] ?? '') === '') return
  const { readEnvironment } = await import('../config/environment.ts')
  const { armFailpoint } = await import('../lake/failpoints.ts')
  armFailpoint(readEnvironment(variables).failpoint ?? undefined)
}

/** Runs one command line (without node and script); settles with its exit code, never rejects. */
export async function runCommandLine(words: readonly string[], host: Host): Promise<number> {
  const output = createOutput(host, {
    json: asksForJson(words),
    quiet: false,
    verbose: false,
    colour: (host.variables['NO_COLOR'] ?? '') === '',
  })
  const program = createProgram(output)
  let outcome: VerbOutcome = {}
  const context = createContext({
    ...{ output, variables: host.variables, workingFolder: host.workingFolder },
    projectOption: () => program.opts<GlobalOptions>().project,
    settle: (settled) => {
      outcome = settled
    },
  })
  program.hook('preAction', async () => {
    const { json = false, quiet = false, verbose = false } = program.opts<GlobalOptions>()
    output.configure({ json, quiet, verbose })
    await armFromEnvironment(host.variables)
  })
  const work = async (): Promise<number> => {
    try {
      await registerVerbs(program, context, words)
      await program.parseAsync([...words], { from: 'user' })
      return outcome.exit ?? 0
    } catch (error) {
      return endWith(error, output)
    }
  }
  const exit = await Promise.race([work(), context.listen()])
  await context.close()
  output.finished(exit, outcome.finished)
  await output.flush()
  return exit
}
