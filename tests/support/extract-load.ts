// Loads a project of tests/fixtures/extracts with the real command, as a process of its own, in a
// folder of its own: the lake is beside the copied project file. The extracts stay where they are.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from '@jest/globals'
import { repositoryRoot, sharedFolder } from './paths.ts'

const fixtures = join(repositoryRoot, 'tests', 'fixtures', 'extracts')

/** null where the shared folder is absent. */
export const extractsFolder: string | null =
  sharedFolder === null ? null : join(sharedFolder, 'data', 'extracts')

/** Describes the load of a data set; where the extracts are absent it is skipped, and said so. */
export function describeExtract(name: string, tests: () => void): void {
  if (extractsFolder === null) {
    process.stderr.write(`skipped, as the extracts are not at hand: ${name}\n`)
  }
  const run = extractsFolder === null ? describe.skip : describe
  run(name, tests)
}

export interface RejectCount {
  readonly column: string | null
  readonly rule: string
  readonly count: number
}

export interface LoadedTable {
  readonly in: number
  readonly accepted: number
  readonly rejected: number
  readonly withheld: number
  readonly rules: Readonly<Record<string, number>>
  readonly rejects: readonly RejectCount[]
  readonly coercions: readonly { column: string; kind: string; count: number }[]
  /** Rows without a patient, because that patient's own row was refused. */
  readonly cascaded: number
  readonly batches: number
  readonly reused: number
}

/** The last line of `load --json`. */
export interface FinishedLoad {
  readonly exit: number
  readonly state: string
  readonly snapshot: number | null
  readonly unchanged: boolean
  readonly tables: Readonly<Record<string, LoadedTable>>
}

export interface CopiedProject {
  readonly name: string
  readonly folder: string
  readonly lake: string
  remove(): void
}

export function copyProject(name: string): CopiedProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'safelanding-extracts-')))
  cpSync(join(fixtures, `${name}.yaml`), join(folder, `${name}.yaml`))
  cpSync(join(fixtures, 'contracts'), join(folder, 'contracts'), { recursive: true })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { name, folder, lake: join(folder, 'lake'), remove }
}

/** Runs `load --json`; fails with what the command said when its exit code is not 0. */
export function loadProject(
  project: CopiedProject,
  extracts: string,
  args: readonly string[] = [],
): Promise<FinishedLoad> {
  const command = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')
  const file = join(project.folder, `${project.name}.yaml`)
  const words = [command, '--project', file, '--json', 'load', ...args]
  const child = spawn(process.execPath, words, {
    env: { ...process.env, LANDING_EXTRACTS: extracts },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let faults = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    faults += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const last = output.trimEnd().split('\n').at(-1) ?? ''
      if (code !== 0) return reject(new Error(`exit ${code}\n${output}\n${faults}`))
      resolve(JSON.parse(last))
    })
  })
}
