// How large a proof runs: a seeded sample in `npm test`, its full size where PROOFS is set.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const isFullSize: boolean = (process.env['PROOFS'] ?? '') !== ''

/** Seed of everything random in a proof; printed by tests when they fail. */
export const proofSeed: number = Number(process.env['GENERATIVE_SEED'] ?? 20_261_122)

export const sized = <Size>(sample: Size, full: Size): Size => (isFullSize ? full : sample)

/** Jest's patience for a proof: a defect would hang, and only then it ends a test. */
export const proofPatienceMs: number = sized(120_000, 3_600_000)

export interface Scratch {
  readonly path: string
  remove(): void
}

export function scratchFolder(name: string): Scratch {
  const path = mkdtempSync(join(tmpdir(), `safelanding-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A copy of a project with its lake; links stay links. */
export function copyProject(from: string, name: string): Scratch {
  const scratch = scratchFolder(name)
  cpSync(from, scratch.path, { recursive: true, verbatimSymlinks: true })
  return scratch
}

/** Runs the work for each item, `width` at a time; names every item that failed when all ended. */
export async function eachOf<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const failed: { item: Item; cause: unknown }[] = []
  const one = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item).catch((cause: unknown) => failed.push({ item: item as Item, cause }))
    }
  }
  await Promise.all(Array.from({ length: width }, one))
  if (failed.length === 0) return
  const names = failed.map(({ item }) => JSON.stringify(item)).join('\n')
  throw new Error(`${failed.length} of ${items.length} cases failed:\n${names}`, {
    cause: failed[0]?.cause,
  })
}
