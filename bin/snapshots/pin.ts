// `snapshots pin|unpin`: a person keeps a snapshot from being pruned until a day, and says why.
import { randomUUID } from 'node:crypto'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { type LakeLayout, makeHoldsFolder } from '../../lake/lake-layout.ts'
import { readManifest } from '../../lake/manifest.ts'
import { pinReasonCharactersMax, removePins, writePin } from '../../lake/pins.ts'
import { refusePruned } from '../../lake/tombstone.ts'
import type { CommandContext, VerbOutcome } from '../command-context.ts'

export interface PinOptions {
  /** YYYY-MM-DD: the last day, in UTC. */
  readonly until: string
  readonly reason: string
}

const dayMs = 86_400_000

/** Pins a snapshot through the last day named; an earlier pin of a person is replaced. */
export async function runPin(
  { output }: CommandContext,
  lake: LakeLayout,
  snapshot: number,
  { until, reason }: PinOptions,
): Promise<VerbOutcome> {
  const end = Date.parse(`${until}T00:00:00Z`) + dayMs
  const left = end - Date.now()
  if (!(left > 0)) throw new LandingError('usage', `--until ${until}: the day is over`)
  if (left > limits.pinDaysMax * dayMs) {
    throw new LandingError('usage', `--until: at most ${limits.pinDaysMax} days from now`)
  }
  const text = reason.trim()
  if (text === '' || text.length > pinReasonCharactersMax || /\p{Cc}/u.test(text)) {
    const expected = `expected one line of at most ${pinReasonCharactersMax} characters`
    throw new LandingError('usage', `--reason: ${expected}`)
  }
  await readManifest(lake, snapshot)
  await makeHoldsFolder(lake)
  const pin = {
    snapshot,
    kind: 'person',
    until: new Date(end).toISOString(),
    reason: text,
  } as const
  await writePin(lake, pin, 0, randomUUID())
  // Written first and looked for then: a prune that came between has seen the pin, or is seen here.
  try {
    await refusePruned(lake, snapshot)
  } catch (error) {
    await removePins(lake, (found) => found.snapshot === snapshot && found.pin?.kind === 'person')
    throw error
  }
  output.story(`snapshot ${snapshot} is kept until the end of ${until} (UTC)`)
  return { finished: { snapshot, until: pin.until } }
}

/** Removes all pins of a snapshot, those of sessions too. */
export async function runUnpin(
  { output }: CommandContext,
  lake: LakeLayout,
  snapshot: number,
): Promise<VerbOutcome> {
  await readManifest(lake, snapshot)
  const removed = await removePins(lake, (found) => found.snapshot === snapshot)
  output.story(removed === 0 ? `snapshot ${snapshot} was not pinned` : `pins removed: ${removed}`)
  return { finished: { snapshot, removed } }
}
