// The same two days on several lakes: an extract is loaded, changes, and is loaded again. One lake is
// left in peace and is what the others are held against.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { awkwardProject, writeAwkwardExtracts } from './awkward-project.ts'
import { type Counts, load, type ProductRun } from './product.ts'
import { copyProject, type Scratch, scratchFolder } from './proofs.ts'

export interface Day {
  /** A project whose lake holds snapshot 1 and whose extracts are those of the second day. */
  readonly secondMorning: string
  /** The same project after an undisturbed second load: snapshots 1 and 2. */
  readonly undisturbed: string
  /** What the undisturbed second load said. */
  readonly answer: ProductRun
  /** Milliseconds from the start of the undisturbed second load to its end. */
  readonly duration: number
  remove(): void
}

/** Points the extracts of a project at another folder. */
export function useExtracts(project: string, extracts: string): void {
  rmSync(join(project, 'extracts'), { force: true })
  symlinkSync(extracts, join(project, 'extracts'))
}

export async function liveTwoDays(options: { seed: number; large: boolean }): Promise<Day> {
  const root = scratchFolder('day')
  const morning = join(root.path, 'morning')
  const first = join(root.path, 'first-day')
  const second = join(root.path, 'second-day')
  writeAwkwardExtracts(first, { ...options, version: 1 })
  writeAwkwardExtracts(second, { ...options, version: 2 })
  const copies: Scratch[] = []
  mkdirSync(morning)
  writeFileSync(join(morning, 'safelanding.yaml'), awkwardProject)
  useExtracts(morning, first)
  expect(await load(morning)).toMatchObject({ code: 0, stderr: '' })
  useExtracts(morning, second)
  const undisturbed = copyProject(morning, 'undisturbed')
  copies.push(undisturbed)
  const start = performance.now()
  const answer = await load(undisturbed.path)
  const duration = performance.now() - start
  expect(answer.finished).toMatchObject({ exit: 0, snapshot: 2, unchanged: false })
  return {
    secondMorning: morning,
    undisturbed: undisturbed.path,
    answer,
    duration,
    remove: () => [root, ...copies].forEach((folder) => void folder.remove()),
  }
}

/** Folder of a snapshot of a project's lake. */
export const snapshotFolder = (project: string, number: number): string =>
  join(project, 'lake', 'snapshots', String(number).padStart(6, '0'))

/** Counts by table without what depends on what was taken over. */
export function countsOf(run: ProductRun): Record<string, unknown> {
  const tables: Readonly<Record<string, Counts>> = run.finished.tables ?? {}
  return Object.fromEntries(
    Object.entries(tables).map(([table, { in: rowsIn, accepted, rejected, withheld, rules }]) => {
      expect(rowsIn).toBe(accepted + rejected + withheld)
      return [table, { rowsIn, accepted, rejected, withheld, rules }]
    }),
  )
}
