// Which files of snapshots were found to be what was published. A file is known by its digest and by
// what the file system says of it (device, inode, size, time of the last change): one that was put in
// its place, or written to, is another. Workers of one server tell each other through the gateway, so
// that a file is digested once and not once for each user.
import { stat } from 'node:fs/promises'

/** `<sha256> <device>:<inode>:<size>:<nanoseconds>`. */
const form = /^[0-9a-f]{64} \d{1,20}:\d{1,20}:\d{1,20}:-?\d{1,20}$/

/** Is this what a worker says of a file? */
export const isVerifiedFile = (text: unknown): text is string =>
  typeof text === 'string' && form.test(text)

/** How a file is known that should have a digest; null where there is no file. */
export async function fileIdentity(path: string, sha256: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (found === null) return null
  return `${sha256} ${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}`
}

/** A bounded set of files: the oldest are forgotten first. */
export class VerifiedFiles {
  readonly #files = new Set<string>()
  readonly #maximum: number

  constructor(maximum: number, files: readonly string[] = []) {
    this.#maximum = maximum
    this.add(files)
  }

  has(file: string): boolean {
    return this.#files.has(file)
  }

  /** Takes files; gives those that it did not know. What is no name of a file is passed over. */
  add(files: readonly unknown[]): string[] {
    const fresh = files.filter(isVerifiedFile).filter((file) => !this.#files.has(file))
    for (const file of fresh) {
      this.#files.add(file)
      const [oldest] = this.#files
      if (this.#files.size > this.#maximum && oldest !== undefined) this.#files.delete(oldest)
    }
    return fresh
  }

  list(): string[] {
    return [...this.#files]
  }
}
