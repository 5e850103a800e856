// The seam between the command line and its verbs. A verb is a file bin/commands/<verb>.ts that
// exports `register: RegisterVerb`; the folder is discovered, and every file in it is a verb. At
// its top a verb imports types and this file only: zod, arrow, duckdb and the like are imported
// inside the action, so that help and usage errors are there at once.
import type { Command } from 'commander'
import type { Environment } from '../config/environment.ts'
import type { EventHub } from '../config/event-hub.ts'
import type { LoadedProject } from '../config/load-project.ts'
import type { Output } from './output.ts'

/** How a verb ended. */
export interface VerbOutcome {
  /** Default 0. Refusals are thrown as LandingError and bring their own. */
  readonly exit?: number
  /** Fields of the `finished` event besides `exit`: run, snapshot, tables, … */
  readonly finished?: Readonly<Record<string, unknown>>
}

/** Releases something when the command is interrupted; may take its time. */
export type Release = () => void | Promise<void>

export interface CommandContext {
  readonly output: Output
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
  /** Aborted by SIGINT and SIGTERM; the command then ends with 130 or 143. */
  readonly signal: AbortSignal
  /** Registers a release for interrupts, last in first out; the returned function takes it back. */
  onInterrupt(release: Release): () => void
  /** The project file: --project, else SAFELANDING_PROJECT, else safelanding.yaml. */
  projectFile(): string
  /** Loads the project file; what its references resolved to is kept out of all messages. */
  loadProject(): Promise<LoadedProject>
  /** SAFELANDING_ variables, checked. */
  readEnvironment(): Promise<Environment>
  /** A hub whose events are told with --json, and written to the log where one is asked for. */
  openEvents(): Promise<EventHub>
  /** Wraps the work of a verb; arguments are those of commander's action handler. */
  action<Values extends unknown[]>(
    work: (...values: Values) => Promise<VerbOutcome>,
  ): (...values: Values) => Promise<void>
}

/**
 * What a verb exports as `register`: adds its command to the program, with a summary, a description
 * that is a sentence, and examples (`addExamples`), and wraps its work in `context.action(…)`,
 * which gives it exit codes, the `finished` event, errors and interrupts.
 */
export type RegisterVerb = (program: Command, context: CommandContext) => void

/** Examples at the end of a command's help: each a command line and, behind `#`, what it does. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example:' : 'Examples:'
  const lines = examples.map((example) => `  $ ${example}`)
  return command.addHelpText('after', `\n${title}\n${lines.join('\n')}\n`)
}
