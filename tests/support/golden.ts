// Whole files held to those that are kept: UPDATE_GOLDEN=1 writes them anew, to be read in the diff.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from '@jest/globals'
import { repositoryRoot } from './paths.ts'

export const goldenFolder = join(repositoryRoot, 'tests', 'golden')

/** Fails unless the text is the golden file's, byte for byte. */
export function expectGolden(name: string, text: string): void {
  const path = join(goldenFolder, name)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  expect(existsSync(path) ? readFileSync(path, 'utf8') : `no golden file ${name}`).toBe(text)
}
