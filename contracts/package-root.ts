// Where the package lives: the catalogue and the pages are files beside the code, and the code runs
// from dist/ both in a clone and installed from a tarball.
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
    if (parent === folder) throw new Error('the package.json of safelanding is not above its code')
    folder = parent
  }
}

/** Absolute path of the folder that holds the package.json of safelanding. */
export const packageRoot = findRoot()

/** Version of the package, as its package.json states it. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version
}
