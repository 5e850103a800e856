// `doctor`: what is wrong with this machine, project or lake, and the command that mends it.
import type { Command } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

async function doctor(context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const { looks } = await import('../doctor-findings.ts')
  let count = 0
  for (const { name, look } of looks) {
    const findings = await look(context)
    count += findings.length
    const { paint } = output
    const state = findings.length === 0 ? paint.green('ok') : paint.red('not well')
    output.story(`${name}: ${state}`)
    for (const { what, mend } of findings) {
      output.story(`  ${what}`)
      output.story(`    mend it: ${mend}`)
      output.event('finding', { look: name, what, mend })
    }
  }
  output.story(count === 0 ? 'Everything is in order.' : `${count} findings.`)
  return { exit: count === 0 ? 0 : 11, finished: { findings: count } }
}

/** Adds `doctor` to the program. */
export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('what is wrong here, and the command that mends it')
    .description(
      'Looks at this machine, the project and the lake; each finding comes with the command that ' +
        'mends it. Exit 11 where there are findings.',
    )
    .action(context.action(() => doctor(context)))
  addExamples(command, ['safelanding doctor', 'safelanding doctor --project northshire.yaml'])
}
