// SHA-256 of a whole file, for control totals and for files of equal content.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { sourceError } from './source-error.ts'

const readBytes = 1024 * 1024

/** Lower-case hex. Errors: source_unreadable, extract_missing. `name` is what messages call it. */
export async function digestFile(path: string, name: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: readBytes })) {
      hash.update(chunk as Uint8Array)
    }
  } catch (error) {
    throw sourceError(error, name)
  }
  return hash.digest('hex')
}
