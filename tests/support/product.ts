// Runs the real command as a child process, as an operator or a scheduler would, and collects what it
// says. The environment holds nothing of ours but what the test gives.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from './paths.ts'

export const commandPath: string = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')

export interface Counts {
  readonly in: number
  readonly accepted: number
  readonly rejected: number
  readonly withheld: number
  readonly rules: Readonly<Record<string, number>>
  readonly rejects: readonly { column: string | null; rule: string; count: number }[]
  readonly warnings: readonly { column: string | null; rule: string; count: number }[]
  readonly batches: number
  readonly reused: number
}

export interface Finished {
  readonly event: 'finished'
  readonly exit: number
  readonly run?: string
  readonly state?: string
  readonly snapshot?: number | null
  readonly unchanged?: boolean
  readonly warnings?: readonly string[]
  readonly tables?: Readonly<Record<string, Counts>>
}

export interface ProductRun {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** Every line of stdout as JSON; only with --json. */
  readonly events: readonly (Readonly<Record<string, unknown>> & { readonly event: string })[]
  /** The last event; only with --json. */
  readonly finished: Finished
}

export interface StartedProduct {
  readonly child: ChildProcess
  readonly ended: Promise<ProductRun>
}

export type Variables = Readonly<Record<string, string>>

/** Starts `safelanding --project <folder>/safelanding.yaml …words`. */
export function startProduct(
  folder: string,
  words: readonly string[],
  variables: Variables = {},
): StartedProduct {
  const project = join(folder, 'safelanding.yaml')
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [commandPath, '--project', project, ...words], {
    cwd: folder,
    // One worker unless a test is about several: a thread costs a quarter of a small load.
    env: { PATH, HOME, SAFELANDING_WORKERS: '1', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const error: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => error.push(chunk))
  const ended = new Promise<ProductRun>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const stdout = Buffer.concat(out).toString()
      const events = words.includes('--json') && signal === null ? parseEvents(stdout) : []
      const finished = events.at(-1) as unknown as Finished
      const stderr = Buffer.concat(error).toString()
      resolve({ code, signal, stdout, stderr, events, finished })
    })
  })
  return { child, ended }
}

function parseEvents(stdout: string): ProductRun['events'] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Runs a command to its end. */
export function product(
  folder: string,
  words: readonly string[],
  variables: Variables = {},
): Promise<ProductRun> {
  return startProduct(folder, words, variables).ended
}

/** `load --json` with more words. */
export function load(
  folder: string,
  words: readonly string[] = [],
  variables: Variables = {},
): Promise<ProductRun> {
  return product(folder, ['--json', 'load', ...words], variables)
}

/** Variables that make one call of the file system fail for files with this end of their path. */
export function failing(path: string, call: string, code: string): Variables {
  const preload = join(repositoryRoot, 'dist', 'tests', 'support', 'failing-disk.js')
  return {
    NODE_OPTIONS: `--no-warnings --import=${new URL(`file://${preload}`).href}`,
    FAILING_PATH: path,
    FAILING_CALL: call,
    FAILING_CODE: code,
  }
}
