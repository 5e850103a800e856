// Asks a person before something is destroyed. Where nobody can be asked (no terminal, --json), the
// command line has to say yes by itself.
import { createInterface } from 'node:readline/promises'
import { LandingError } from '../contracts/errors.ts'
import type { CommandContext } from './command-context.ts'

/** True when the person says yes; `usage` where there is no person to ask. */
export async function askYes(context: CommandContext, question: string): Promise<boolean> {
  const isAnswered = process.stdin.isTTY === true && process.stderr.isTTY === true
  if (!isAnswered || context.output.json) {
    throw new LandingError('usage', 'nobody can be asked here: nothing was done', {
      remedy: 'Look at it with --dry-run, then run it with --yes.',
    })
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: context.signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    // Interrupted, or the end of what is typed: nobody said yes.
    return false
  } finally {
    terminal.close()
  }
}
