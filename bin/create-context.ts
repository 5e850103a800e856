// What the frame gives to verbs: the project file, events with their log, interrupts, and how an
// action reports its outcome. Everything opened here is closed by the frame, last in first out.
import { resolve } from 'node:path'
import type { EventHub } from '../config/event-hub.ts'
import type { CommandContext, VerbOutcome } from './command-context.ts'
import { createInterrupts } from './interrupts.ts'
import type { Output } from './output.ts'

export const defaultProjectFile = 'safelanding.yaml'

export interface FrameContext extends CommandContext {
  /** Starts listening to signals; settles with 130 or 143 after everything was released. */
  listen(): Promise<number>
  /** Closes what was opened for the verb; never throws. */
  close(): Promise<void>
}

export interface ContextParts {
  readonly output: Output
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
  /** The value of --project, once the command line is parsed. */
  readonly projectOption: () => string | undefined
  /** Told how the verb ended. */
  readonly settle: (outcome: VerbOutcome) => void
}

async function openEvents(
  { output, variables, workingFolder }: ContextParts,
  closers: (() => Promise<void>)[],
): Promise<EventHub> {
  const { readEnvironment } = await import('../config/environment.ts')
  const { createEventHub } = await import('../config/event-hub.ts')
  const { log, logLevel } = readEnvironment(variables)
  const hub = createEventHub()
  hub.subscribe(({ event, ...fields }) => output.event(event, fields))
  if (log !== null) {
    const { openLog } = await import('../config/logger.ts')
    const file = resolve(workingFolder, log)
    const opened = await openLog(hub, { file, level: logLevel }, (error) => {
      const { code } = error as NodeJS.ErrnoException
      output.warn(`the log ${log} cannot be written (${code ?? error.name}); going on without it`)
    })
    closers.push(opened.close)
  }
  return hub
}

/** Makes the context of one command line. */
export function createContext(parts: ContextParts): FrameContext {
  const { output, variables, workingFolder, projectOption, settle } = parts
  const interrupts = createInterrupts()
  const closers: (() => Promise<void>)[] = []
  const projectFile = () =>
    projectOption() ?? (variables['SAFELANDING_PROJECT'] || defaultProjectFile)
  return {
    output,
    variables,
    workingFolder,
    signal: interrupts.signal,
    onInterrupt: interrupts.onInterrupt,
    listen: () => interrupts.listen(() => output.warn('interrupted, putting things in order …')),
    projectFile,
    readEnvironment: async () => {
      const { readEnvironment } = await import('../config/environment.ts')
      return readEnvironment(variables)
    },
    openEvents: () => openEvents(parts, closers),
    loadProject: async () => {
      const { readEnvironment } = await import('../config/environment.ts')
      const { loadProject } = await import('../config/load-project.ts')
      readEnvironment(variables)
      const loaded = loadProject(projectFile(), variables, workingFolder)
      output.hide(loaded.secrets)
      return loaded
    },
    action:
      (work) =>
      async (...values) => {
        settle(await work(...values))
      },
    close: async () => {
      interrupts.stop()
      for (const close of closers.reverse()) {
        await close().catch(() => output.warn('the log could not be closed'))
      }
    },
  }
}
