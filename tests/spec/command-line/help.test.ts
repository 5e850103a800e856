// Every verb and every part of a verb has help with an example, found by walking the commands; and
// nothing that takes long to load is loaded to print it.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import type { CommandContext } from '../../../bin/command-context.ts'
import { registerVerbs, typedVerb, verbNames } from '../../../bin/verbs.ts'
import { repositoryRoot } from '../../support/paths.ts'

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) })
  command.outputHelp()
  return text
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

test('every command has help with an example that names it', async () => {
  const program = new Command('safelanding')
  const context = { action: () => async () => undefined } as unknown as CommandContext
  await registerVerbs(program, context, ['--help'])
  expect(program.commands.map((command) => command.name()).sort()).toEqual(verbNames().sort())
  for (const command of program.commands.flatMap(everyCommand)) {
    const help = helpOf(command)
    expect(help).toMatch(/\nExamples?:\n {2}\$ /)
    expect(help.slice(help.search(/\nExamples?:/))).toContain(` ${command.name()}`)
    expect(command.description()).toMatch(/\.$/)
  }
})

/** Modules that the compiled entry imports before a verb does any work. */
function staticImports(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, target = ''] of text.matchAll(
    /^(?:import|export)\b(?:[^'"=;]*from)? *['"]([^'"]+)['"]/gm,
  )) {
    if (target.startsWith('.')) staticImports(resolve(dirname(file), target), seen)
    else seen.add(target)
  }
  return seen
}

test('help imports commander and nothing else that is not part of Node', () => {
  const entries = ['safelanding', ...verbNames().map((name) => `commands/${name}`)]
  for (const entry of entries) {
    const file = join(repositoryRoot, 'dist', 'bin', `${entry}.js`)
    const packages = [...staticImports(file, new Set())].filter(
      (name) => !name.startsWith('/') && !name.startsWith('node:'),
    )
    expect(packages.filter((name) => name !== 'commander')).toEqual([])
  }
})

test('the verb is the first word that is neither an option nor the value of --project', () => {
  expect(typedVerb(['--project', 'load', 'check', 'x'])).toBe('check')
  expect(typedVerb(['--json', '-q', 'load'])).toBe('load')
  expect(typedVerb(['--help'])).toBeNull()
})
