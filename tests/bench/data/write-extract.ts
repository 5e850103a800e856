// Writes an extract to disk in bounded memory, unless it is there from an earlier run. Beside it stands
// what it was made from; the digest of the modules that make rows stands for their revision.
import { createHash } from 'node:crypto'
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { rowChunks, type WriteRow } from './row-bytes.ts'

export interface ExtractRequest {
  readonly path: string
  readonly header: string
  readonly rows: number
  readonly seed: number
  readonly makeRows: (rows: number, seed: number) => WriteRow
  readonly isCompressed: boolean
}

/** Returns whether the extract had to be made. */
export async function writeExtract(request: ExtractRequest): Promise<boolean> {
  const { path, header, rows, seed } = request
  const made = JSON.stringify({ header, rows, seed, revision: revisionOfRows() })
  const note = `${path}.made.json`
  if (existsSync(path) && existsSync(note) && readFileSync(note, 'utf8') === made) return false
  mkdirSync(dirname(path), { recursive: true })
  rmSync(note, { force: true })
  const chunks = rowChunks(header, request.makeRows(rows, seed), rows)
  if (request.isCompressed) await writeCompressed(`${path}.new`, chunks)
  else writePlain(`${path}.new`, chunks)
  renameSync(`${path}.new`, path)
  writeFileSync(note, made)
  return true
}

function writePlain(path: string, chunks: Iterable<Uint8Array>): void {
  const descriptor = openSync(path, 'w')
  try {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at)
    }
  } finally {
    closeSync(descriptor)
  }
}

async function writeCompressed(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  function* copies(): Generator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  const source = Readable.from(copies(), { highWaterMark: 1 })
  await pipeline(source, createGzip({ level: 6 }), createWriteStream(path))
}

function revisionOfRows(): string {
  const hash = createHash('sha256')
  const folder = new URL('.', import.meta.url)
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.js')) hash.update(readFileSync(new URL(name, folder)))
  }
  return hash.digest('hex').slice(0, 16)
}
