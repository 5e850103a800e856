// `serve`: the query layer over Trino's client protocol, in the foreground until it is interrupted.
import { type Command, InvalidArgumentError } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly scratch?: string
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('expected a port from 0 to 65535')
  }
  return port
}

/** Without users and TLS nothing beyond this machine may ask. */
function parseHost(text: string): string {
  if (['127.0.0.1', '::1', 'localhost'].includes(text)) return text
  throw new InvalidArgumentError(
    'expected 127.0.0.1, ::1 or localhost: it serves this machine alone',
  )
}

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .summary('the query layer: Trino protocol over HTTP')
    .description(
      'Serves the published tables to OpenSAFELY Data Builder (ehrQL) and other clients of ' +
        'Trino, until it is interrupted. Statements see the newest snapshot from start to end; ' +
        'loads may publish meanwhile. Each user has a process and a schema of their own.',
    )
    .option('--host <address>', 'address to listen on', parseHost, '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 chooses one', parsePort, 8080)
    .option('--scratch <folder>', "folder of users' own tables (default: scratch beside the lake)")
    .action(context.action((options: ServeOptions) => serve(options, context)))
  addExamples(command, [
    'safelanding serve',
    'safelanding serve --port 8443',
    'ehrql generate-dataset d.py --query-engine trino --dsn trino://me@127.0.0.1:8080/lake/gp',
  ])
}

async function serve(options: ServeOptions, context: CommandContext): Promise<VerbOutcome> {
  const { project, catalogue } = await context.loadProject()
  const { openQueryService } = await import('../../query/gateway/query-service.ts')
  const { dirname, join, resolve } = await import('node:path')
  const { output } = context
  const scratch =
    options.scratch === undefined
      ? join(dirname(project.lake), 'scratch')
      : resolve(context.workingFolder, options.scratch)
  const descriptions = [...catalogue.contracts.values()].flatMap((contract) => [
    [contract.id, contract.description] as const,
    ...contract.columns.map(
      ({ name, description }) => [`${contract.id}.${name}`, description] as const,
    ),
  ])
  const service = await openQueryService({
    ...{ host: options.host, port: options.port, lake: project.lake, backend: project.backend },
    ...{ scratchFolder: scratch, descriptions },
  })
  const { canHold } = await import('../../query/snapshot-holds.ts')
  const { openLake } = await import('../../lake/lake-layout.ts')
  // Where there is no lake yet there is nothing to prune: a load makes it, with its folder of holds.
  const isSeen = await openLake(project.lake).then(canHold, () => true)
  if (!isSeen) {
    output.warn('the lake cannot be written to: `snapshots prune` does not see what is read here')
  }
  const dsn = `trino://USER@${options.host}:${service.port}/lake/${project.backend}`
  output.story(`serving ${dsn}`)
  output.event('serving', { host: options.host, port: service.port, backend: project.backend })
  return new Promise((resolveOutcome) => {
    context.onInterrupt(async () => {
      await service.close()
      resolveOutcome({})
    })
  })
}
