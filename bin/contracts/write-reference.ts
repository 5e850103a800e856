// Writes the files of the reference into a folder that is empty or that this command wrote before.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { storageError } from '../../lake/durable-files.ts'
import { beginFolder, finishFolder, type MadeFolder } from './made-folder.ts'

/**
 * Writes files by their paths below `folder`; `shown` is its name in messages. Files of an earlier
 * call that are not among them are removed. Throws `usage` where the folder holds anything else.
 */
export function writeReference(
  folder: string,
  shown: string,
  files: ReadonlyMap<string, string>,
): { readonly removed: number } {
  const made: MadeFolder = {
    ...{ path: folder, shown, marker: '.safelanding-reference.json', isForced: false },
    about: { made_by: 'safelanding contracts docs' },
  }
  try {
    const names = [...files.keys()]
    const earlier = beginFolder(made, names)
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return finishFolder(made, earlier, names)
  } catch (error) {
    throw storageError(error, shown)
  }
}
