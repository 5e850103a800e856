// Where tests find the repository and, where it is there, the folder of real data beside it.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function walkUp(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : walkUp(dirname(folder))
}

export const repositoryRoot: string = walkUp(dirname(fileURLToPath(import.meta.url)))

const beside = join(repositoryRoot, '..', 'shared')

/** null: the folder is not there, and tests of it are skipped by name. */
export const sharedFolder: string | null = existsSync(beside) ? beside : null
