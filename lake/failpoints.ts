// Named places where a test may kill the process, to prove that a lake survives it there. Armed once
// at the door from SAFELANDING_FAILPOINT; unarmed, a failpoint costs one comparison.
import { LandingError } from '../contracts/errors.ts'

/** Every failpoint, in the order in which a load passes them. */
export const failpointNames = [
  'lock:taken',
  'ledger:before-append',
  'ledger:half-line',
  'ledger:before-flush',
  'assemble:part-linked',
  'assemble:table-carried',
  'assemble:before-manifest',
  'assemble:after-manifest',
  'publish:files-flushed',
  'publish:before-rename',
  'publish:after-rename',
  'publish:before-current',
  'publish:after-current',
  'publish:before-clean',
  'summary:before-rename',
] as const

/** Those of `snapshots prune`, in the order in which it passes them. */
export const pruneFailpointNames = [
  'prune:before-mark',
  'prune:marked',
  'prune:file-deleted',
  'prune:files-deleted',
  'prune:before-release',
] as const
export type FailpointName = (typeof failpointNames)[number] | (typeof pruneFailpointNames)[number]

const everyName: readonly FailpointName[] = [...failpointNames, ...pruneFailpointNames]

let armed: FailpointName | null = null
let occurrencesLeft = 0

/**
 * Arms a failpoint from text such as `publish:before-rename` or `assemble:part-linked@3` (the third
 * time it is passed). Undefined or empty text disarms. Refuses any other text with `usage`. A worker
 * thread has its own copy of this module and arms for itself.
 */
export function armFailpoint(text: string | undefined): void {
  armed = null
  if (text === undefined || text === '') return
  const [name = '', count = '1', ...rest] = text.split('@')
  const known = everyName.find((candidate) => candidate === name)
  if (known === undefined || rest.length > 0 || !/^[1-9]\d{0,5}$/.test(count)) {
    throw new LandingError(
      'usage',
      `SAFELANDING_FAILPOINT: expected name or name@count, name one of ${everyName.join(', ')}`,
    )
  }
  armed = known
  occurrencesLeft = Number(count)
}

/** Ends the process without any clean-up when this place was armed. */
export function failpoint(name: FailpointName): void {
  if (armed !== name) return
  occurrencesLeft -= 1
  if (occurrencesLeft === 0) process.kill(process.pid, 'SIGKILL')
}
