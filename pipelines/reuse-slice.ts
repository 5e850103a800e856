// Decides, in a worker, whether the outcome of an earlier run still holds for a slice: its bytes must
// have the fingerprint of the ledger, and every file that is taken over its digest. A file is linked,
// not moved: the earlier run keeps what it had until a publish makes it superfluous.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { linkOrCopy } from '../lake/durable-files.ts'
import { openFingerprint } from '../lake/fingerprint.ts'
import type { ReuseCandidate } from './worker-protocol.ts'

const readBytes = 1024 * 1024

/** True when the slice is unchanged and all files are in place; false leaves no file behind. */
export async function reuseSlice(candidate: ReuseCandidate): Promise<boolean> {
  // A file that cannot be read is not unchanged; landing it says what is wrong with it.
  if (fingerprintOrNull(candidate) !== candidate.fingerprint) return false
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
    const hash = createHash('sha256')
    return (
      statSync(path).size === bytes &&
      readRange(path, 0, bytes, (part) => hash.update(part)) &&
      hash.digest('hex') === sha256
    )
  } catch {
    return false
  }
}

function fingerprintOrNull({ path, start, end }: ReuseCandidate): string | null {
  try {
    const fingerprint = openFingerprint()
    const isWhole = readRange(path, start, end, (part) => fingerprint.update(part))
    return isWhole ? fingerprint.digest() : null
  } catch {
    return null
  }
}

/** Reads the bytes start…end of a file; false where the file ends before. */
function readRange(
  path: string,
  start: number,
  end: number,
  take: (part: Uint8Array) => void,
): boolean {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(readBytes)
    for (let position = start; position < end; ) {
      const wanted = Math.min(readBytes, end - position)
      const count = readSync(descriptor, buffer, 0, wanted, position)
      if (count === 0) return false
      take(buffer.subarray(0, count))
      position += count
    }
    return true
  } finally {
    closeSync(descriptor)
  }
}
