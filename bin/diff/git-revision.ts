// A file or folder as a git revision has it. Git runs as a child process without a shell, with its
// output bounded; nothing of the working copy is touched.
import { execFileSync } from 'node:child_process'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'

export interface RevisionPath {
  readonly revision: string
  /** As git takes it: from the root of the repository, or with ./ from the working folder. */
  readonly path: string
}

/** `HEAD~1:contracts/core` in its two parts; null for what is none. */
export function splitRevision(text: string): RevisionPath | null {
  const match = /^([^:]+):(.*)$/s.exec(text)
  // A drive letter is no revision.
  if (match === null || /^[A-Za-z]:[\\/]/.test(text)) return null
  const [, revision = '', path = ''] = match
  return { revision, path: path.replace(/(?<=.)\/+$/, '') }
}

interface GitFailure {
  readonly code?: string
  readonly stderr?: Buffer
}

/** Runs git in a folder; fails with a refusal that says why, in the words of git. */
function git(folder: string, words: readonly string[], what: string): string {
  try {
    return execFileSync('git', ['--no-pager', ...words], {
      cwd: folder,
      maxBuffer: limits.gitOutputBytesMax,
      timeout: limits.gitAnswerMsMax,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
    }).toString('utf8')
  } catch (cause) {
    const { code, stderr } = cause as GitFailure
    if (code === 'ENOENT') {
      throw new LandingError('usage', `${what}: git is not there to be asked`, {
        remedy: 'Install git, or name a file or folder.',
        cause,
      })
    }
    if (code === 'ETIMEDOUT') {
      const message = `${what}: git did not answer within ${limits.gitAnswerMsMax} ms`
      throw new LandingError('out_of_resources', message, { cause })
    }
    if (code === 'ENOBUFS') {
      throw new LandingError('usage', `${what}: more than ${limits.gitOutputBytesMax} bytes`, {
        cause,
      })
    }
    const first = (stderr?.toString('utf8') ?? '').trim().split('\n')[0] ?? ''
    const words = first.replace(/^fatal: /, '') || 'no such revision'
    throw new LandingError('unknown_name', `${what}: ${words}`, {
      remedy: 'Name a revision and a path that it has, as `git show REVISION:PATH` takes them.',
      cause,
    })
  }
}

/**
 * The files `.yaml` that a revision has at a path, by their path from the root of the repository: the
 * file itself, or those directly in the folder. `unknown_name` where there is none.
 */
export function readRevision(
  { revision, path }: RevisionPath,
  folder: string,
): { readonly isFolder: boolean; readonly files: ReadonlyMap<string, string> } {
  const what = `${revision}:${path}`
  if (revision.startsWith('-')) {
    throw new LandingError('usage', `"${what}": a revision does not begin with -`)
  }
  const commit = git(
    folder,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    what,
  ).trim()
  const prefix = git(folder, ['rev-parse', '--show-prefix'], what).trim()
  const fromRoot = rootPath(path, prefix)
  const object = `${commit}:${fromRoot}`
  const kind = git(folder, ['cat-file', '-t', object], what).trim()
  if (kind === 'blob') {
    const text = git(folder, ['cat-file', 'blob', object], what)
    return { isFolder: false, files: new Map([[fromRoot, text]]) }
  }
  const names = git(folder, ['ls-tree', '--full-tree', '--name-only', '-z', object], what)
    .split('\0')
    .filter((name) => name.endsWith('.yaml'))
  if (names.length === 0) throw new LandingError('unknown_name', `${what}: no files <table>.yaml`)
  const files = names.map((name) => {
    const file = fromRoot === '' ? name : `${fromRoot}/${name}`
    return [file, git(folder, ['cat-file', 'blob', `${commit}:${file}`], what)] as const
  })
  return { isFolder: true, files: new Map(files) }
}

/** `./visits.yaml` is meant from the working folder, everything else from the root, as git has it. */
function rootPath(path: string, prefix: string): string {
  if (!/^\.{1,2}(\/|$)/.test(path)) return path
  const parts: string[] = []
  for (const part of `${prefix}${path}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
