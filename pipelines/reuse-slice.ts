// Decides, in a worker, whether the outcome of an earlier run still holds for a slice: the bytes of
// the slice must digest to what the ledger says, and so must every file that is taken over. A file is
// linked, not moved: the earlier run keeps what it had until a publish makes it superfluous.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { linkOrCopy } from '../lake/durable-files.ts'
import type { ReuseCandidate } from './worker-protocol.ts'

const readBytes = 1024 * 1024

/** True when the slice is unchanged and all files are in place; false leaves no file behind. */
export async function reuseSlice(candidate: ReuseCandidate): Promise<boolean> {
  // A file that cannot be read is not unchanged; landing it says what is wrong with it.
  if (digestOrNull(candidate.path, candidate.start, candidate.end) !== candidate.sha256) {
    return false
  }
  const made: string[] = []
  for (const file of candidate.files) {
    if (!isIntact(file.from, file.bytes, file.sha256)) {
      for (const path of made) rmSync(path, { force: true })
      return false
    }
    // A run that is taken up again has its own files in place already.
    if (file.from === file.to) continue
    // What an earlier attempt of this run left under that name, no line may vouch for: it makes way.
    rmSync(file.to, { force: true })
    await linkOrCopy(file.from, file.to)
    made.push(file.to)
  }
  return true
}

function isIntact(path: string, bytes: number, sha256: string): boolean {
  try {
    return statSync(path).size === bytes && digestRange(path, 0, bytes) === sha256
  } catch {
    return false
  }
}

function digestOrNull(path: string, start: number, end: number): string | null {
  try {
    return digestRange(path, start, end)
  } catch {
    return null
  }
}

/** SHA-256 of the bytes start…end of a file, or null where the file ends before. */
function digestRange(path: string, start: number, end: number): string | null {
  const descriptor = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(readBytes)
    for (let position = start; position < end; ) {
      const wanted = Math.min(readBytes, end - position)
      const count = readSync(descriptor, buffer, 0, wanted, position)
      if (count === 0) return null
      hash.update(buffer.subarray(0, count))
      position += count
    }
    return hash.digest('hex')
  } finally {
    closeSync(descriptor)
  }
}
