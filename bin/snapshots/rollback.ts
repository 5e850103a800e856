// `snapshots rollback`: the tables of an old snapshot, published again under a new number.
import { randomBytes } from 'node:crypto'
import { softwareVersion } from '../../config/version.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { rollback } from '../../pipelines/rollback.ts'
import { newRunId } from '../../pipelines/run-id.ts'
import { askYes } from '../ask.ts'
import type { CommandContext, VerbOutcome } from '../command-context.ts'

/** Runs the verb. */
export async function runRollback(
  context: CommandContext,
  lake: LakeLayout,
  snapshot: number,
  isYes: boolean,
): Promise<VerbOutcome> {
  const { output } = context
  const question = `Publish the tables of snapshot ${snapshot} again, as the current ones?`
  if (!isYes && !(await askYes(context, question))) {
    output.story('nothing was published')
    return { finished: { snapshot: null } }
  }
  const working = rollback({
    ...{ lake, snapshot, pid: process.pid, now: () => new Date() },
    run: newRunId(new Date(), randomBytes(2).toString('hex')),
    software: `safelanding ${softwareVersion}`,
  })
  // An interrupt waits: a snapshot is published as a whole or not at all, and soon.
  const forget = context.onInterrupt(async () => void (await working.catch(() => undefined)))
  try {
    const { run, snapshot: current, before } = await working
    if (run === null) {
      output.story(`snapshot ${snapshot} is the current one: nothing was published`)
    } else {
      output.story(`snapshot ${current} is current, with the tables of ${snapshot}`)
      output.story(`${before} stays as it is; the next load publishes from the extracts again`)
    }
    const told = { run, snapshot: current, before, restored: snapshot, unchanged: run === null }
    return { finished: told }
  } finally {
    forget()
  }
}
