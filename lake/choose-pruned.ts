// Which snapshots `prune` deletes and which it keeps, and why: a pure function of what is in the lake
// and what was asked. The current snapshot is never deleted; a pin or a reader keeps any other.
import { type FoundPin, isHolding } from './pins.ts'
import type { LiveReader } from './readers.ts'

export interface PrunePolicy {
  /** The newest so many are kept; null: not asked. */
  readonly keep: number | null
  /** Younger ones are kept; null: not asked. */
  readonly olderThanMs: number | null
  /** As it was typed: `keep 3, older than 90d`. */
  readonly rule: string
}

/**
 * whole   never marked
 * marked  a prune marked it and was ended before any of its files was gone
 * partial marked, and some of its files are gone
 * pruned  marked, and no file of it is left
 * damaged its manifest cannot be read, so nobody knows which files are its own
 */
export type SnapshotData = 'whole' | 'marked' | 'partial' | 'pruned' | 'damaged'

export interface SnapshotFacts {
  readonly snapshot: number
  readonly data: SnapshotData
  /** ISO instant; null where the manifest cannot be read. */
  readonly publishedAt: string | null
}

/**
 * delete  marks it and deletes its files
 * finish  deletes what an ended prune left
 * restore takes back the mark of an ended prune: it is whole, and somebody holds it
 * keep    leaves it as it is
 * pruned  there is nothing left to delete
 */
export type PruneAction = 'delete' | 'finish' | 'restore' | 'keep' | 'pruned'

export interface PruneChoice {
  readonly snapshot: number
  readonly action: PruneAction
  /** Why it is kept, in words; empty for what is deleted. */
  readonly reasons: readonly string[]
}

export interface PruneCircumstances {
  readonly pins: readonly FoundPin[]
  readonly readers: readonly LiveReader[]
  readonly now: Date
}

/** A choice for each snapshot, in the order given, which is ascending. */
export function choosePruned(
  facts: readonly SnapshotFacts[],
  policy: PrunePolicy,
  circumstances: PruneCircumstances,
): PruneChoice[] {
  // A snapshot without data is none of the newest that somebody wants to keep.
  const holding = facts.filter(({ data }) => data === 'whole' || data === 'damaged')
  const newest = new Set(holding.slice(-(policy.keep ?? 0) || holding.length))
  const current = facts.at(-1)?.snapshot
  return facts.map((fact): PruneChoice => {
    const { snapshot, data, publishedAt } = fact
    if (data === 'pruned') return { snapshot, action: 'pruned', reasons: [] }
    const reasons: string[] = []
    if (snapshot === current) reasons.push('current')
    if (data === 'damaged') reasons.push('its manifest is damaged: snapshots verify')
    // What was marked was decided upon, whatever is asked for today; who reads it is still asked.
    if (data === 'whole') {
      if (policy.keep !== null && newest.has(fact)) reasons.push(`one of the newest ${policy.keep}`)
      const age = circumstances.now.getTime() - Date.parse(publishedAt ?? '')
      const isYoung = policy.olderThanMs !== null && !(age > policy.olderThanMs)
      if (isYoung) reasons.push('not old enough')
    }
    reasons.push(...heldBy(snapshot, circumstances))
    const isMarked = data === 'marked' || data === 'partial'
    if (reasons.length === 0) return { snapshot, action: isMarked ? 'finish' : 'delete', reasons }
    return { snapshot, action: data === 'marked' ? 'restore' : 'keep', reasons }
  })
}

/** Who holds a snapshot, in words. */
export function heldBy(snapshot: number, { pins, readers, now }: PruneCircumstances): string[] {
  const reasons = pins
    .filter((found) => found.snapshot === snapshot && isHolding(found, now))
    .map(({ pin, name }) => {
      if (pin === null) return `pinned by ${name}, which cannot be read`
      const day = `${pin.until.slice(0, 16)}Z`
      return pin.kind === 'person'
        ? `pinned until ${day}: ${pin.reason}`
        : `read by its number in a session, kept until ${day}`
    })
  for (const { reader } of readers) {
    if (reader === null) reasons.push('a reader whose file cannot be read')
    else if (reader.snapshots.includes(snapshot)) {
      const { purpose, server, process } = reader
      reasons.push(`in use by ${purpose} (process ${server ?? process.pid} on ${process.host})`)
    }
  }
  return [...new Set(reasons)]
}
