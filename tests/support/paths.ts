// Where tests find files that are not compiled: the root of the repository, by walking up to its
// package.json, and the shared reference folder beside it, which may be absent.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const file = join(folder, 'package.json')
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'safelanding') {
      return folder
    }
    const parent = dirname(folder)
    if (parent === folder) throw new Error('no package.json of safelanding above the tests')
    folder = parent
  }
}

export const repositoryRoot: string = findRoot()

const beside = join(repositoryRoot, '..', 'shared')

/** null where the folder is absent: tests that need it skip by name. */
export const sharedFolder: string | null = existsSync(beside) ? beside : null
