// A project that was loaded several nights in a row: each night has one visit more and the patients of
// the first, so that one table is new in each snapshot and the other shared by all.
import { appendFileSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { loadProduct } from './product.ts'
import { type Scratch, scratchFolder } from './proofs.ts'
import { writeSmallProject } from './small-project.ts'

/** Loads one night more. */
export async function loadNight(folder: string): Promise<number> {
  appendFileSync(join(folder, 'extracts', 'visits.csv'), '3,2022-01-01,again\n')
  const { code, stderr, finished } = await loadProduct(folder)
  expect([code, stderr]).toEqual([0, ''])
  return finished.snapshot ?? 0
}

/** A project with so many snapshots. */
export async function nightLake(nights: number): Promise<Scratch> {
  const scratch = scratchFolder('nights')
  writeSmallProject(scratch.path)
  for (let night = 1; night <= nights; night++) {
    expect(await loadNight(scratch.path)).toBe(night)
  }
  return scratch
}

/** Names of the data files of a snapshot, relative to it. */
export function dataFiles(folder: string, snapshot: number): string[] {
  const root = join(folder, 'lake', 'snapshots', String(snapshot).padStart(6, '0'))
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .sort()
}

/** Bytes of all Parquet files of a lake's snapshots, each counted once however many names it has. */
export function storedBytes(folder: string): number {
  const root = join(folder, 'lake', 'snapshots')
  const sizes = new Map<number, number>()
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name)
    if (name.endsWith('.parquet') && lstatSync(path).isFile()) {
      sizes.set(statSync(path).ino, statSync(path).size)
    }
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
