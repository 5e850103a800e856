// The folder of an export: empty or an earlier export, never anything else, and never inside the lake.
// A note in it lists its files before the first is written, so that an export that was cut short is
// known as one too, and only what is listed is ever removed.
import { lstat, mkdir, readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import * as z from 'zod'
import { LandingError } from '../contracts/errors.ts'
import {
  onStorage,
  removeTree,
  replaceFileDurably,
  systemErrorCode,
} from '../lake/durable-files.ts'

/** Name of the note; ehrQL passes over files of this kind. */
export const exportNote = 'safelanding-export.json'

const noteSchema = z.object({
  format: z.literal(1),
  software: z.literal('safelanding'),
  complete: z.boolean(),
  files: z.array(z.string().regex(/^[a-z][a-z0-9_]*\.arrow$/)),
})

export interface ExportFolder {
  readonly path: string
  /** Removes an earlier export and notes the files to come. */
  begin(files: readonly string[]): Promise<void>
  /** Notes that all of them are there, and what they are. */
  finish(about: Readonly<Record<string, unknown>>): Promise<void>
}

function foreign(path: string): LandingError {
  return new LandingError('usage', `${path} is not empty, and no export of Safe Landing`, {
    remedy: 'Name an empty or a new folder with --out.',
  })
}

/** Names in a folder, null where there is none. */
async function namesIn(path: string): Promise<string[] | null> {
  try {
    return (await readdir(path)).sort()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT') return null
    if (code === 'ENOTDIR') {
      throw new LandingError('usage', `${path} is no folder`, {
        remedy: 'Name an empty or a new folder with --out.',
      })
    }
    throw error
  }
}

/** Files of an earlier export; refuses a folder that has anything besides. */
async function earlierFiles(path: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  if (!names.includes(exportNote)) throw foreign(path)
  const kinds = await Promise.all(names.map((name) => lstat(join(path, name))))
  if (kinds.some((kind) => kind.isDirectory())) throw foreign(path)
  if (kinds[names.indexOf(exportNote)]?.isFile() !== true) throw foreign(path)
  let files: readonly string[]
  try {
    files = noteSchema.parse(JSON.parse(await readFile(join(path, exportNote), 'utf8'))).files
  } catch {
    throw foreign(path)
  }
  const ours = new Set([exportNote, ...files, ...files.map((file) => `${file}.part`)])
  if (names.some((name) => !ours.has(name))) throw foreign(path)
  return names.filter((name) => name !== exportNote)
}

/** The nearest folder that exists, links resolved, and what is below it. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const above = dirname(path)
    if (systemErrorCode(error) !== 'ENOENT' || above === path) throw error
    return join(await realFolder(above), relative(above, path))
  }
}

/** Looks at the folder and changes nothing yet; `usage` where it may not be written to. */
export async function openExportFolder(path: string, lake: string): Promise<ExportFolder> {
  const earlier = await onStorage(path, async () => {
    const inside = relative(await realFolder(lake), await realFolder(path))
    if (inside === '' || !(inside === '..' || inside.startsWith('../'))) {
      throw new LandingError('usage', `${path} is inside the lake`, {
        remedy: 'Name a folder outside of it with --out.',
      })
    }
    return earlierFiles(path, (await namesIn(path)) ?? [])
  })
  const note = (files: readonly string[], complete: boolean, about: object = {}) => {
    const head = { format: 1, software: 'safelanding', complete, files }
    const content = `${JSON.stringify({ ...head, ...about }, null, 2)}\n`
    return replaceFileDurably(join(path, exportNote), content, 0o600)
  }
  let planned: readonly string[] = []
  return {
    path,
    begin: async (files) => {
      planned = files
      await onStorage(path, () => mkdir(path, { recursive: true, mode: 0o700 }))
      const old = earlier.filter((name) => name.endsWith('.arrow') && !files.includes(name))
      await note([...files, ...old], false)
      for (const name of earlier) await removeTree(join(path, name))
    },
    finish: (about) => note(planned, true, about),
  }
}
