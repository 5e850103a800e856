// Loads the project of a folder in this process, at an instant that the test chooses.
import { loadProject } from '../../config/load-project.ts'
import type { LandingEvent } from '../../contracts/events.ts'
import { load } from '../../pipelines/load.ts'
import type { LoadOutcome } from '../../pipelines/load-outcome.ts'
import { Workers } from '../../pipelines/workers.ts'

export interface LoadedHere {
  readonly outcome: LoadOutcome
  readonly events: readonly LandingEvent[]
}

/** One load with one worker; `instant` is its clock, and its run is named after it. */
export async function loadHere(
  folder: string,
  instant: string,
  only: readonly string[] = [],
): Promise<LoadedHere> {
  const { project, catalogue, secrets } = loadProject('safelanding.yaml', {}, folder)
  const workers = new Workers(1)
  const events: LandingEvent[] = []
  try {
    const outcome = await load({
      project,
      contracts: catalogue.contracts,
      secrets,
      tables: only,
      dryRun: false,
      runId: `run-${instant.replace(/[^0-9]/g, '')}`,
      workers,
      software: 'test',
      pid: process.pid,
      now: () => new Date(instant),
      randomSuffix: () => '0000',
      emit: (event) => void events.push(event),
    })
    return { outcome, events }
  } finally {
    await workers.close()
  }
}
