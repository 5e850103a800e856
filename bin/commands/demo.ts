// `demo`: the whole story on made extracts of an invented provider, start to finish, in seconds. Every
// step is the real verb, run as it would be typed.
import type { Command } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('demo')
    .summary('the whole story, in seconds')
    .description(
      'Makes the extracts of an invented provider, then checks, plans, loads, looks at what was ' +
        'refused, queries and verifies. Everything is made anew each time; no person is described.',
    )
    .option('--dir <folder>', 'where the demo project goes (default: that of the package)')
    .action(context.action((options: { dir?: string }) => demo(context, options.dir)))
  addExamples(command, ['safelanding demo', 'safelanding demo --dir ./safelanding-demo'])
}

async function demo(context: CommandContext, dir: string | undefined): Promise<VerbOutcome> {
  const { runDemo } = await import('../run-demo.ts')
  return runDemo(context, dir)
}
