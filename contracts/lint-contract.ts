// What makes a contract readable, beyond being valid: prose that is there, in whole sentences,
// without stray spaces. Findings have the form of problems, with positions.
import { contractSchema } from './contract-schema.ts'
import {
  type Complain,
  type ContractLoadOptions,
  complainInto,
  readContractText,
} from './load-contract.ts'
import type { Problem } from './problems.ts'
import { validateDocument } from './validate-document.ts'
import { parseYaml, type YamlPath } from './yaml-document.ts'

export interface LintResult {
  /** The contract cannot be used. */
  readonly problems: readonly Problem[]
  /** The contract can be used and could be better. */
  readonly findings: readonly Problem[]
}

function lintProse(path: YamlPath, text: string, complain: Complain): void {
  const name = path.join('.')
  const trimmed = text.trim()
  if (trimmed === '') {
    complain(path, `${name} is empty`, { expected: 'a sentence for a researcher' })
    return
  }
  if (!/[.?!]$/.test(trimmed))
    complain(path, `${name} ends mid-sentence`, { expected: 'a full stop' })
  if (!/^[\p{Lu}\d"']/u.test(trimmed)) {
    complain(path, `${name} starts with a small letter`, { expected: 'a capital letter' })
  }
  if (/\S {2,}\S/.test(trimmed)) complain(path, `${name} has doubled spaces`, { expected: 'one' })
  if (/\b(TODO|TBC|FIXME|XXX)\b/.test(trimmed)) {
    complain(path, `${name} is unfinished`, {
      expected: 'the sentence that is still to be written',
    })
  }
}

/** Lints the text of one contract; `id` is what its path stands for. */
export function lintContract(
  source: string,
  file: string,
  options: ContractLoadOptions,
): LintResult {
  const reading = readContractText(source, file, options)
  if (reading.contract === null) return { problems: reading.problems, findings: [] }
  const document = parseYaml(source, file, options)
  const { value } = validateDocument(document, contractSchema)
  const findings: Problem[] = []
  const complain = complainInto(document, findings)
  if (value !== null) {
    const { title = '', description = '' } = value
    if (title.trim() === '') complain(['title'], 'title is empty', { expected: 'a title' })
    if (/\.$/.test(title)) {
      complain(['title'], 'title ends with a full stop', { expected: 'a title, not a sentence' })
    }
    if (title.trim() !== '' && !/^[\p{Lu}\d]/u.test(title)) {
      complain(['title'], 'title starts with a small letter', { expected: 'a capital letter' })
    }
    lintProse(['description'], description, complain)
    for (const [name, column] of Object.entries(value.columns ?? {})) {
      lintProse(['columns', name, 'description'], column.description ?? '', complain)
    }
  }
  for (const [index, line] of source.split('\n').entries()) {
    const kept = line.trimEnd()
    if (kept === line) continue
    const what = 'spaces at the end of the line'
    findings.push({ file, line: index + 1, column: kept.length + 1, what, expected: 'none' })
  }
  return { problems: [], findings }
}
