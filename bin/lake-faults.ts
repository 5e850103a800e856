// What stands against using a lake on its file system, for `check` and `doctor`: what publishing needs
// is tried in the lake, or in the nearest folder above where it does not exist yet.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { isLandingError } from '../contracts/errors.ts'
import { openLake } from '../lake/lake-layout.ts'
import { probeLake } from '../lake/probe.ts'

/** A sentence for each fault; empty where a load can rely on the file system. */
export async function lakeFaults(root: string): Promise<string[]> {
  let folder = root
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    if (existsSync(root)) await openLake(root).catch(passMissing)
    const { results } = await probeLake(folder)
    return results
      .filter(({ ok, needed }) => needed && !ok)
      .map(({ name, detail }) => `${folder}: the file system fails at ${name} (${detail})`)
  } catch (error) {
    if (!isLandingError(error)) throw error
    return [error.message]
  }
}

/** An empty folder is no lake yet, and a good place for one. */
function passMissing(error: unknown): void {
  if (!isLandingError(error) || error.errorName !== 'lake_missing') throw error
}
