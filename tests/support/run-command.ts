// Runs the compiled command as a child process, as an operator does, with an environment of its
// own.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
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

/** The events of a --json run; throws where a line is not JSON. */
export function eventsOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
