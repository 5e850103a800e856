// What lies in a folder, as one text: paths, kinds, sizes and digests, so that "nothing changed" can
// be asserted of a lake.
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Lines `path kind digest`, sorted; folders at the top named in `aside` are left out. */
export function folderDigest(folder: string, aside: readonly string[] = []): string[] {
  if (!existsSync(folder)) return []
  const lines: string[] = []
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (aside.includes(path.split('/')[0] ?? '')) continue
    const full = join(folder, path)
    const stats = lstatSync(full)
    if (stats.isDirectory()) lines.push(`${path} folder`)
    else if (stats.isSymbolicLink()) lines.push(`${path} link ${readlinkSync(full)}`)
    else lines.push(`${path} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`)
  }
  return lines.sort()
}

/** What a reader of a lake can see: its published part. */
export const publishedDigest = (lake: string): string[] =>
  folderDigest(lake, ['runs', 'staging', 'quarantine', 'locks'])
