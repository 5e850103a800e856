// Pins keep a snapshot from being pruned until an instant, whoever runs or does not: a person's, with a
// reason, and those of sessions, which a server writes when a client reads a snapshot by its number.
// holds/pin-<snapshot>.<kind>.json; one of a person and one a server's user for each snapshot.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import {
  flushFolder,
  onStorage,
  protectFile,
  removeTree,
  renameDurably,
  storageError,
  systemErrorCode,
  writeFileDurably,
} from './durable-files.ts'
import { type LakeLayout, snapshotName, snapshotNumber } from './lake-layout.ts'
import { holdNames } from './readers.ts'

export interface Pin {
  readonly format: 1
  readonly snapshot: number
  readonly kind: 'person' | 'session'
  /** ISO instant; it holds before. */
  readonly until: string
  readonly reason: string
}

/** Characters of the reason of a pin. */
export const pinReasonCharactersMax = 200

const pinSchema: z.ZodType<Pin> = z.strictObject({
  format: z.literal(1),
  snapshot: z.int().min(1),
  kind: z.enum(['person', 'session']),
  until: z.iso.datetime(),
  reason: z.string().max(pinReasonCharactersMax),
})

const pinPattern = /^pin-(\d{6,9})\.(person|session-\d{1,10})\.json$/

const pinPath = (lake: LakeLayout, { snapshot, kind }: Pin, user: number): string => {
  const owner = kind === 'person' ? kind : `${kind}-${user}`
  return join(lake.holds, `pin-${snapshotName(snapshot)}.${owner}.json`)
}

/** Writes a pin, durably, in the place of an earlier one; `user` is the number of the writing user. */
export async function writePin(
  lake: LakeLayout,
  pin: Omit<Pin, 'format'>,
  user: number,
  unlike: string,
): Promise<void> {
  const complete: Pin = { format: 1, ...pin }
  const path = pinPath(lake, complete, user)
  const temporary = join(lake.holds, `.new-pin-${unlike}`)
  await writeFileDurably(temporary, `${JSON.stringify(pinSchema.parse(complete))}\n`)
  // Whoever prunes may be another user, whatever the umask of this one.
  await protectFile(temporary, 0o644)
  await onStorage(path, () => renameDurably(temporary, path))
}

export interface FoundPin {
  readonly name: string
  readonly snapshot: number
  /** null: it cannot be read, and holds until somebody removes it. */
  readonly pin: Pin | null
}

/** All pins, those that have run out too. */
export async function listPins(lake: LakeLayout): Promise<FoundPin[]> {
  const found: FoundPin[] = []
  for (const name of await holdNames(lake)) {
    const snapshot = snapshotNumber(pinPattern.exec(name)?.[1] ?? '')
    if (snapshot === null) continue
    const path = join(lake.holds, name)
    try {
      const parsed = pinSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
      const isWhole = parsed.success && parsed.data.snapshot === snapshot
      found.push({ name, snapshot, pin: isWhole ? parsed.data : null })
    } catch (error) {
      const code = systemErrorCode(error)
      if (code === 'ENOENT') continue
      if (code !== '') throw storageError(error, path)
      found.push({ name, snapshot, pin: null })
    }
  }
  return found
}

/** True while a pin holds. */
export const isHolding = ({ pin }: FoundPin, now: Date): boolean =>
  pin === null || Date.parse(pin.until) > now.getTime()

/** Removes pins for which `isGone` says so; returns how many. */
export async function removePins(
  lake: LakeLayout,
  isGone: (found: FoundPin) => boolean,
): Promise<number> {
  const gone = (await listPins(lake)).filter(isGone)
  for (const { name } of gone) await removeTree(join(lake.holds, name))
  if (gone.length > 0) await flushFolder(lake.holds)
  return gone.length
}
