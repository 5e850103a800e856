// Runs the command as an operator does: as a child process with an environment of its own, or in
// this process where nothing but its words matter.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runCommandLine } from '../../bin/command-line.ts'
import type { OutputStream } from '../../bin/output.ts'
import { repositoryRoot } from './paths.ts'

export interface CommandResult {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `safelanding` with words in a folder; variables are all that it sees besides PATH. */
export async function runCommand(
  words: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const script = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')
  const child = spawn(process.execPath, [script, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text
  })
  const exit = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exit, ...texts }
}

/** Runs the same command line in this process: quicker, and equal but for the process itself. */
export async function runHere(
  words: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof texts): OutputStream => ({
    write: (text, done) => {
      texts[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
      done?.()
      return true
    },
    on: () => undefined,
  })
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') }
  const exit = await runCommandLine(words, { ...streams, variables, workingFolder: folder })
  return { exit, ...texts }
}

/** The events of a --json run; throws where a line is not JSON. */
export function eventsOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
