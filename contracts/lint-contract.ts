// What makes a contract good, beyond being valid: prose in whole sentences, names that queries can
// use, constraints that do not contradict each other. Findings have the form of problems, with
// positions.
import { type ContractText, contractSchema } from './contract-schema.ts'
import { lintConstraints } from './lint/lint-constraints.ts'
import { lintName } from './lint/lint-names.ts'
import { lintCheck, lintDateAfter } from './lint/lint-table.ts'
import {
  type Complain,
  type ContractLoadOptions,
  complainInto,
  readContractText,
} from './load-contract.ts'
import type { Problem } from './problems.ts'
import type { ColumnConstraint, TableCheck, TableContract } from './table-contract.ts'
import { validateDocument } from './validate-document.ts'
import { parseYaml, type YamlPath } from './yaml-document.ts'

export interface LintOptions extends ContractLoadOptions {
  /** Names are those of ehrQL's own tables, and cannot be chosen. */
  readonly namesAreGiven?: boolean
}

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

function lintTexts(value: ContractText, complain: Complain): void {
  const { title = '', description = '' } = value
  const isExtending = value.extends !== undefined
  // What is not said is that of the contract that is extended.
  if (title.trim() === '' && !(isExtending && value.title === undefined)) {
    complain(['title'], 'title is empty', { expected: 'a title' })
  }
  if (/\.$/.test(title)) {
    complain(['title'], 'title ends with a full stop', { expected: 'a title, not a sentence' })
  }
  if (title.trim() !== '' && !/^[\p{Lu}\d]/u.test(title)) {
    complain(['title'], 'title starts with a small letter', { expected: 'a capital letter' })
  }
  if (!isExtending || value.description !== undefined) {
    lintProse(['description'], description, complain)
  }
}

/** Constraints and checks as the file states them; what is inherited was linted where it stands. */
function lintRules(contract: TableContract, value: ContractText, complain: Complain): void {
  for (const column of contract.columns) {
    const text = value.columns?.[column.name]
    if (text === undefined) continue
    const pathOf = (kind: ColumnConstraint['kind']): YamlPath => {
      const index = (text.constraints ?? []).findIndex((one) =>
        typeof one === 'string' ? one === kind : Object.hasOwn(one, kind),
      )
      const path = ['columns', column.name]
      return index < 0 ? path : [...path, 'constraints', index]
    }
    lintConstraints({ column, pathOf, complain })
    lintDateAfter(contract, column, pathOf('date_after'), complain)
  }
  const texts = (value.checks ?? []).map((check) => JSON.stringify(check))
  const indexOf = (check: TableCheck): number => {
    const names = 'columns' in check ? check.columns : 'column' in check ? [check.column] : []
    const words = [check.kind, ...names].map((word) => JSON.stringify(word))
    return texts.findIndex((text) => words.every((word) => text.includes(word)))
  }
  for (const check of contract.checks) {
    const index = indexOf(check)
    if (index >= 0) lintCheck(contract, check, ['checks', index], complain)
  }
}

/** Lints the text of one contract; `id` is what its path stands for. */
export function lintContract(source: string, file: string, options: LintOptions): LintResult {
  const reading = readContractText(source, file, options)
  if (reading.contract === null) return { problems: reading.problems, findings: [] }
  const { contract } = reading
  const document = parseYaml(source, file, options)
  const { value } = validateDocument(document, contractSchema)
  const findings: Problem[] = []
  const complain = complainInto(document, findings)
  if (value !== null) {
    const base = contract.extends === null ? null : (options.resolve?.(contract.extends) ?? null)
    const isInherited = (name: string) => base?.columns.some((one) => one.name === name) === true
    const ownNames = options.namesAreGiven !== true
    if (ownNames) lintName(contract.table, contract.table, ['contract'], 'value', complain)
    lintTexts(value, complain)
    for (const [name, column] of Object.entries(value.columns ?? {})) {
      const path = ['columns', name]
      if (ownNames && !isInherited(name)) lintName(name, contract.table, path, 'key', complain)
      if (isInherited(name) && column.description === undefined) continue
      lintProse([...path, 'description'], column.description ?? '', complain)
    }
    lintRules(contract, value, complain)
  }
  for (const [index, line] of source.split('\n').entries()) {
    const kept = line.trimEnd()
    if (kept === line) continue
    const what = 'spaces at the end of the line'
    findings.push({ file, line: index + 1, column: kept.length + 1, what, expected: 'none' })
  }
  return { problems: [], findings }
}
