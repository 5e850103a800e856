// Runs a load for a verb (`load`, `demo`): gives it clock, randomness and the subscribers of its events,
// tells its story, and turns its outcome into the exit code and the `finished` event.
import { randomBytes } from 'node:crypto'
import { readEnvironment } from '../config/environment.ts'
import { createEventHub } from '../config/event-hub.ts'
import { openLog } from '../config/logger.ts'
import { softwareVersion } from '../config/version.ts'
import type { LandingEvent } from '../contracts/events.ts'
import { load } from '../pipelines/load.ts'
import type { LoadOutcome } from '../pipelines/load-outcome.ts'
import type { LoadRequest } from '../pipelines/open-load.ts'
import type { CommandContext, VerbOutcome } from './command-context.ts'
import { loadStory } from './load-story.ts'

export type LoadWishes = Omit<LoadRequest, 'software' | 'pid' | 'now' | 'randomSuffix'>

/** Loads and reports; refusals of the data end in the exit code, not in a thrown error. */
export async function performLoad(
  context: CommandContext,
  wishes: LoadWishes,
): Promise<VerbOutcome> {
  const { output } = context
  const hub = createEventHub()
  const environment = readEnvironment(context.variables)
  const log =
    environment.log === null
      ? null
      : await openLog(hub, { file: environment.log, level: environment.logLevel }, (error) =>
          output.warn(`the log cannot be written: ${error.message}`),
        )
  hub.subscribe(wishes.emit)
  hub.subscribe((event: LandingEvent) => {
    const { event: name, ...fields } = event
    output.event(name, fields)
  })
  try {
    const outcome = await load({
      ...wishes,
      software: `safelanding ${softwareVersion}`,
      pid: process.pid,
      now: () => new Date(),
      randomSuffix: () => randomBytes(2).toString('hex'),
      emit: (event) => hub.emit(event),
    })
    for (const line of loadStory(outcome, wishes.project)) output.story(line)
    for (const warning of outcome.warnings)
      output.warn(`published, but what followed failed: ${warning}`)
    if (outcome.error !== null) output.problem(outcome.error)
    return { exit: outcome.error?.exit ?? 0, finished: finishedFields(outcome) }
  } finally {
    await log?.close()
  }
}

/** Fields of the last event of a load: `run`, `snapshot`, `tables` with their counts… */
export function finishedFields(outcome: LoadOutcome): Record<string, unknown> {
  const { run, state, snapshot, unchanged, dryRun, tables, cascades, carried_checks } = outcome
  const { warnings, timing } = outcome
  const ended = { run, state, snapshot, unchanged, dry_run: dryRun }
  return { ...ended, tables, cascades, carried_checks, warnings, timing }
}
