// Where fixtures are: compiled tests run from dist/, so the repository is found by walking up.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

export const repositoryRoot: string = findRoot()

const shared = join(repositoryRoot, '..', 'shared')

/** Real data to test with, where somebody put it beside the repository; null elsewhere. */
export const sharedFolder: string | null = existsSync(shared) ? shared : null
