// Finds the verbs: every file in bin/commands is one. Only the file of the verb that was typed is
// imported; all of them where help or an unknown word needs the whole list.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { packageRoot } from '../contracts/package-root.ts'
import type { CommandContext, RegisterVerb } from './command-context.ts'

const folder = join(packageRoot, 'dist', 'bin', 'commands')

/** The order in which help lists verbs: that of a provider's first day. Others follow by name. */
const helpOrder = [
  ...['demo', 'init', 'check', 'plan', 'load', 'runs', 'rerun', 'quarantine', 'snapshots', 'query'],
  ...['serve', 'users', 'schedule', 'contracts', 'deviations', 'ehrql', 'export', 'doctor'],
]

/** Names of all verbs, in the order of help. */
export function verbNames(): string[] {
  const rank = (name: string) => (helpOrder.includes(name) ? helpOrder.indexOf(name) : 99)
  return readdirSync(folder)
    .filter((file) => /^[a-z-]+\.js$/.test(file))
    .map((file) => file.slice(0, -'.js'.length))
    .sort((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1))
}

/** The verb among the words of a command line: the first word that is no option or its value. */
export function typedVerb(words: readonly string[]): string | null {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--project') index += 1
    else if (!word.startsWith('-')) return word
  }
  return null
}

/** Adds the commands that the command line needs to the program. */
export async function registerVerbs(
  program: Command,
  context: CommandContext,
  words: readonly string[],
): Promise<void> {
  const names = verbNames()
  const typed = typedVerb(words)
  const needed = typed !== null && names.includes(typed) ? [typed] : names
  for (const name of needed) {
    const file = pathToFileURL(join(folder, `${name}.js`))
    const verb = (await import(file.href)) as { readonly register: RegisterVerb }
    verb.register(program, context)
  }
}
