// How long the checks over whole tables took, by table: of a load of a hundred million rows that is what
// an operator wants to know first. The clock is the caller's.
import type { CheckedTable } from './checked-table.ts'

export interface CheckClock {
  /** Runs the work and counts its time for the table. */
  time<Result>(table: CheckedTable, work: () => Promise<Result>): Promise<Result>
  /** Milliseconds so far, by table; none where nothing was asked. */
  readonly spentMs: ReadonlyMap<string, number>
}

export function openCheckClock(now: () => Date): CheckClock {
  const spentMs = new Map<string, number>()
  return {
    spentMs,
    async time(table, work) {
      const started = now().getTime()
      try {
        return await work()
      } finally {
        const { id } = table.contract
        const passed = Math.max(0, now().getTime() - started)
        spentMs.set(id, (spentMs.get(id) ?? 0) + passed)
      }
    },
  }
}
