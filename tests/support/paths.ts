// Where tests find what is not compiled: fixtures, contracts, the data folder beside the repository.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRepositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('no package.json above the tests')
    folder = parent
  }
  return folder
}

/** Folder of package.json. */
export const repositoryRoot: string = findRepositoryRoot()

const beside = join(repositoryRoot, '..', 'shared')

/** The folder `shared` beside the repository, null where there is none. */
export const sharedFolder: string | null = existsSync(beside) ? beside : null
