// Which snapshots go: by number, by age, by both, and never one that is current, pinned or read.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { choosePruned, type PruneCircumstances } from '../../../lake/choose-pruned.ts'
import type { FoundPin } from '../../../lake/pins.ts'
import { processIdentity } from '../../../lake/process-identity.ts'
import type { LiveReader } from '../../../lake/readers.ts'
import { generativeParameters } from '../../support/generative.ts'

const now = new Date('2026-11-22T02:00:00.000Z')
const dayMs = 86_400_000
/** Snapshots of so many days ago, numbered from 1, oldest first. */
const ofDaysAgo = (...days: number[]) =>
  days.map((ago, index) => ({
    snapshot: index + 1,
    data: 'whole' as const,
    publishedAt: new Date(now.getTime() - ago * dayMs).toISOString(),
  }))
const alone: PruneCircumstances = { pins: [], readers: [], now }
const policy = (keep: number | null, days: number | null) => ({
  ...{ keep, rule: 'a test' },
  olderThanMs: days === null ? null : days * dayMs,
})
const pin = (snapshot: number, until: string): FoundPin => ({
  ...{ name: 'pin', snapshot },
  pin: { format: 1, snapshot, kind: 'person', until, reason: 'study' },
})
const reader = (...snapshots: number[]): LiveReader => ({
  reader: {
    ...{ format: 1, process: processIdentity(process.pid), purpose: 'query', server: null },
    snapshots,
  },
})
const deleted = (...words: Parameters<typeof choosePruned>): number[] =>
  choosePruned(...words)
    .filter(({ action }) => action === 'delete')
    .map(({ snapshot }) => snapshot)

test('by number, by age, and with both what neither keeps', () => {
  const facts = ofDaysAgo(100, 91, 90, 10, 1)
  expect(deleted(facts, policy(2, null), alone)).toEqual([1, 2, 3])
  expect(deleted(facts, policy(null, 90), alone)).toEqual([1, 2])
  expect(deleted(facts, policy(4, 90), alone)).toEqual([1])
  expect(deleted(facts, policy(2, 90), alone)).toEqual([1, 2])
  // The current one stays however old it is; a clock that went back makes nothing older.
  expect(deleted(ofDaysAgo(300, 200, 100), policy(null, 1), alone)).toEqual([1, 2])
  expect(deleted(ofDaysAgo(-5, 0), policy(null, 1), alone)).toEqual([])
})

test('pins hold until their instant, readers while they read', () => {
  const facts = ofDaysAgo(9, 8, 7, 6)
  const pins = [pin(1, '2026-11-22T02:00:00.001Z'), pin(2, '2026-11-22T02:00:00.000Z')]
  const unreadable: FoundPin = { name: 'pin-000003.person.json', snapshot: 3, pin: null }
  expect(deleted(facts, policy(1, null), { ...alone, pins })).toEqual([2, 3])
  expect(deleted(facts, policy(1, null), { ...alone, pins: [unreadable] })).toEqual([1, 2])
  expect(deleted(facts, policy(1, null), { ...alone, readers: [reader(2)] })).toEqual([1, 3])
  expect(deleted(facts, policy(1, null), { ...alone, readers: [{ reader: null }] })).toEqual([])
})

test('what was marked is finished whatever is asked, and given back only where it is whole', () => {
  const [first, second, third, fourth] = ofDaysAgo(4, 3, 2, 1)
  if (!first || !second || !third || !fourth) throw new Error('there are four')
  const facts = [
    { ...first, data: 'pruned' as const },
    { ...second, data: 'partial' as const },
    { ...third, data: 'marked' as const },
    fourth,
  ]
  const actions = (circumstances: PruneCircumstances) =>
    choosePruned(facts, policy(9, null), circumstances).map(({ action }) => action)
  expect(actions(alone)).toEqual(['pruned', 'finish', 'finish', 'keep'])
  expect(actions({ ...alone, readers: [reader(2, 3)] })).toEqual([
    ...['pruned', 'keep', 'restore', 'keep'],
  ])
})

test('whatever is asked, the current and the newest stay, and each choice says why', () => {
  const asked = fc.record({
    ages: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 30 }),
    keep: fc.option(fc.integer({ min: 1, max: 40 })),
    days: fc.option(fc.integer({ min: 1, max: 400 })),
    read: fc.integer({ min: 1, max: 30 }),
  })
  fc.assert(
    fc.property(asked, ({ ages, keep, days, read }) => {
      fc.pre(keep !== null || days !== null)
      const facts = ofDaysAgo(...ages)
      const circumstances = { ...alone, readers: [reader(read)] }
      const choices = choosePruned(facts, policy(keep, days), circumstances)
      const gone = deleted(facts, policy(keep, days), circumstances)
      // Said another way round: what goes is behind the newest, old enough, and read by nobody.
      const expected = facts.filter(
        ({ snapshot }, index) =>
          snapshot !== facts.length &&
          facts.length - index > (keep ?? 0) &&
          (days === null || (ages[index] ?? 0) > days) &&
          snapshot !== read,
      )
      expect(gone).toEqual(expected.map(({ snapshot }) => snapshot))
      for (const { action, reasons } of choices) {
        expect(action === 'keep').toBe(reasons.length > 0)
      }
    }),
    generativeParameters(),
  )
})
