// What `check` and `doctor` try on the file system of a lake before a load relies on it: each promise
// that publishing needs, kept or broken, in a scratch folder that is removed again.
import { link, mkdir, mkdtemp, rename, statfs, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  flushFolder,
  onStorage,
  removeTree,
  systemErrorCode,
  writeFileDurably,
} from './durable-files.ts'

export type ProbeName =
  | 'rename_folder'
  | 'rename_refuses_existing'
  | 'replace_link'
  | 'hard_link'
  | 'exclusive_link'
  | 'flush'

export interface ProbeResult {
  readonly name: ProbeName
  readonly ok: boolean
  /** False: loads work without it, only slower (a copy instead of a hard link). */
  readonly needed: boolean
  /** System error code or what happened instead; '' where all is well. */
  readonly detail: string
}

export interface LakeProbe {
  readonly results: readonly ProbeResult[]
  readonly freeBytes: number
  readonly totalBytes: number
}

type Trial = (folder: string) => Promise<string>

async function refusal(operation: () => Promise<unknown>): Promise<string> {
  try {
    await operation()
    return ''
  } catch (error) {
    return systemErrorCode(error) || 'failed'
  }
}

async function filledFolder(path: string): Promise<void> {
  await mkdir(path)
  await writeFile(join(path, 'file'), 'x')
}

const trials: Readonly<Record<ProbeName, { readonly needed: boolean; readonly trial: Trial }>> = {
  rename_folder: {
    needed: true,
    trial: async (folder) => {
      await filledFolder(join(folder, 'a'))
      await rename(join(folder, 'a'), join(folder, 'b'))
      return ''
    },
  },
  rename_refuses_existing: {
    needed: true,
    trial: async (folder) => {
      await filledFolder(join(folder, 'c'))
      await filledFolder(join(folder, 'd'))
      const code = await refusal(() => rename(join(folder, 'c'), join(folder, 'd')))
      return code === '' ? 'a folder that holds files was replaced' : ''
    },
  },
  replace_link: {
    needed: true,
    trial: async (folder) => {
      await symlink('one', join(folder, 'current'))
      await symlink('two', join(folder, 'next'))
      await rename(join(folder, 'next'), join(folder, 'current'))
      return ''
    },
  },
  hard_link: {
    needed: false,
    trial: async (folder) => {
      await writeFile(join(folder, 'first'), 'x')
      await link(join(folder, 'first'), join(folder, 'second'))
      return ''
    },
  },
  exclusive_link: {
    needed: false,
    trial: async (folder) => {
      await writeFile(join(folder, 'third'), 'x')
      await writeFile(join(folder, 'fourth'), 'x')
      const code = await refusal(() => link(join(folder, 'third'), join(folder, 'fourth')))
      return code === '' ? 'an existing name was replaced' : ''
    },
  },
  flush: {
    needed: true,
    trial: async (folder) => {
      await writeFileDurably(join(folder, 'flushed'), 'x')
      await flushFolder(folder)
      return ''
    },
  },
}

/**
 * Tries everything in a scratch folder below `folder`, which must exist (the lake, or the folder it
 * will be made in), and reads the free space. Throws only where not even a folder can be made.
 */
export async function probeLake(folder: string): Promise<LakeProbe> {
  const scratch = await onStorage(folder, () => mkdtemp(join(folder, '.probe-')))
  try {
    const results: ProbeResult[] = []
    for (const [name, { needed, trial }] of Object.entries(trials)) {
      const detail = await trial(scratch).catch(causeCode)
      results.push({ name: name as ProbeName, ok: detail === '', needed, detail })
    }
    const { bavail, blocks, bsize } = await onStorage(folder, () => statfs(folder))
    return { results, freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } finally {
    await removeTree(scratch)
  }
}

function causeCode(error: unknown): string {
  const cause = (error as { cause?: unknown } | null)?.cause ?? error
  return systemErrorCode(cause) || 'failed'
}
