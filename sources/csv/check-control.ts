// Control totals: what the sender says the extract holds. A disagreement refuses publication, for
// it is the only way to know of a file that was cut at a line end.
import { basename } from 'node:path'
import { LandingError } from '../../contracts/errors.ts'
import type { ControlTotals } from '../../contracts/extract.ts'
import { digestFile } from './digest-file.ts'

export interface ControlledFile {
  /** Absolute path; unused where the digest is known. */
  readonly path: string
  /** As the operator knows it. */
  readonly name: string
  /** Of the whole file, where it is known already. */
  readonly sha256?: string
}

/**
 * Checks an extract against its control totals. `rowCount`: records of all files together, refused
 * ones included. Errors: control_disagrees, naming every disagreement; source_unreadable.
 */
export async function checkControl(
  control: ControlTotals,
  files: readonly ControlledFile[],
  rowCount: number,
): Promise<void> {
  const found: string[] = []
  if (control.rows !== null && control.rows !== rowCount) {
    const names = files.map((file) => file.name).join(', ')
    found.push(`${names}: has ${rowCount} rows; the control total is ${control.rows}`)
  }
  found.push(...(await checkDigests(control.sha256, files)))
  if (found.length > 0) throw new LandingError('control_disagrees', found.join('; '))
}

async function checkDigests(
  expected: ControlTotals['sha256'],
  files: readonly ControlledFile[],
): Promise<string[]> {
  if (expected === null) return []
  if (typeof expected === 'string') {
    const [file] = files
    if (file === undefined || files.length > 1) {
      return [`one SHA-256 is given for ${files.length} files; expected one by file name`]
    }
    return checkDigest(file, expected)
  }
  const found: string[] = []
  const used = new Set<string>()
  for (const file of files) {
    const key = [file.name, basename(file.name)].find((name) => Object.hasOwn(expected, name))
    if (key === undefined) {
      found.push(`${file.name}: has no SHA-256 among the control totals`)
      continue
    }
    used.add(key)
    found.push(...(await checkDigest(file, expected[key] ?? '')))
  }
  for (const name of Object.keys(expected)) {
    if (!used.has(name)) found.push(`${name}: has a SHA-256 among the control totals; no such file`)
  }
  return found
}

async function checkDigest(file: ControlledFile, expected: string): Promise<string[]> {
  const digest = file.sha256 ?? (await digestFile(file.path, file.name))
  if (digest === expected.toLowerCase()) return []
  return [`${file.name}: has SHA-256 ${digest}; the control total is ${expected}`]
}
