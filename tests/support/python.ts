// The Python of the machine, where there is one: tests that need it are skipped by name otherwise.
// Modules are imported against the stand-in for ehrQL beside this file, which cannot be installed.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from '@jest/globals'
import { repositoryRoot } from './paths.ts'

function run(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return spawnSync('python3', ['-B', ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables },
    maxBuffer: 64 * 1024 * 1024,
  })
}

const works = (words: readonly string[]): boolean => run(words).status === 0

/** ehrQL itself asks for 3.11. */
export const hasPython = works(['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'])

export const hasPythonModule = (name: string): boolean => works(['-c', `import ${name}`])

export const testWithPython = hasPython ? test : test.skip
if (!hasPython) process.stderr.write('no python3 from 3.11: tests that need it are skipped\n')

/** Output of a script; fails with its complaint. */
export function python(words: readonly string[], variables: Record<string, string> = {}): string {
  const { status, stdout, stderr } = run(words, variables)
  if (status !== 0) throw new Error(`python3 ${words[0]}: ${stderr}`)
  return stdout
}

export interface DescribedColumn {
  readonly name: string
  readonly type: string
  readonly description: string
  readonly constraints: readonly Readonly<Record<string, unknown>>[]
  readonly dummy: readonly Readonly<Record<string, unknown>>[]
}

export interface DescribedTable {
  readonly frame: 'PatientFrame' | 'EventFrame'
  readonly doc: string
  readonly columns: readonly DescribedColumn[]
}

export interface DescribedBackend {
  readonly doc: string
  readonly display_name: string
  readonly patient_join_column: string
  readonly implements: readonly string[]
  readonly scratch: readonly (string | null)[]
  readonly tables: Readonly<
    Record<string, { source: string; schema: string; columns: Record<string, string> }>
  >
}

/** Imports modules of a folder against the stand-in for ehrQL; what they define, by module and name. */
export function describeModules<Described>(
  folder: string,
  names: readonly string[],
): Record<string, Record<string, Described>> {
  const standIn = join(repositoryRoot, 'tests', 'support', 'ehrql_stand_in')
  const facts = join(repositoryRoot, 'tests', 'fixtures', 'ehrql-tables.json')
  const text = python([join(standIn, 'describe_modules.py'), ...names], {
    PYTHONPATH: `${standIn}:${folder}`,
    EHRQL_FACTS: facts,
  })
  return JSON.parse(text)
}
