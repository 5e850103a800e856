// The table checks of a contract: from their YAML to the vocabulary. A check is a word or a map of
// one key, with a severity beside it where it is not the usual one.
import { monthPattern, sharePattern } from './contract-schema.ts'
import type { Complain } from './load-contract.ts'
import { listWords, nearestWord } from './nearest-word.ts'
import {
  type CheckRule,
  checkKinds,
  patientIdColumn,
  type Severity,
  severities,
  type TableCheck,
} from './table-contract.ts'
import type { YamlPath } from './yaml-document.ts'

interface KnownColumn {
  readonly name: string
  readonly type: string
}

interface CheckContext {
  readonly columns: readonly KnownColumn[]
  readonly complain: Complain
}

type Arguments = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function refuseOtherKeys(
  value: Arguments,
  known: readonly string[],
  path: YamlPath,
  { complain }: CheckContext,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const more = { expected: listWords(known), suggestion: nearestWord(key, known) }
    complain([...path, key], `unknown key "${key}"`, more, 'key')
  }
}

/** `20%` as 0.2; null where it is no share, which is told. */
function readShare(value: unknown, path: YamlPath, context: CheckContext): number | null {
  if (typeof value === 'string' && sharePattern.test(value)) return Number(value.slice(0, -1)) / 100
  context.complain(path, `${path.at(-1)} is no share`, { expected: 'a share such as 20%' })
  return null
}

function readColumnName(
  value: unknown,
  path: YamlPath,
  { columns, complain }: CheckContext,
  type: string | null,
): string | null {
  const fitting = columns.filter((column) => type === null || column.type === type)
  const names = fitting.map(({ name }) => name)
  if (typeof value === 'string' && names.includes(value)) return value
  const kind = type === null ? 'column' : `${type} column`
  complain(path, `no ${kind} "${String(value)}"`, {
    expected: listWords(names) || `a ${kind}, of which there is none`,
    suggestion: nearestWord(String(value), names),
  })
  return null
}

function readUnique(value: unknown, path: YamlPath, context: CheckContext): CheckRule | null {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) {
    context.complain(path, 'unique', { expected: 'a list of different columns' })
    return null
  }
  const columns = [{ name: patientIdColumn, type: patientIdColumn }, ...context.columns]
  for (const [index, name] of value.entries()) {
    readColumnName(name, [...path, index], { ...context, columns }, null)
  }
  return { kind: 'unique', columns: value as string[] }
}

function readRowCountChange(
  value: Arguments,
  path: YamlPath,
  context: CheckContext,
): CheckRule | null {
  refuseOtherKeys(value, ['max', 'increase', 'decrease'], path, context)
  const share = (key: string): number | null =>
    value[key] === undefined ? null : readShare(value[key], [...path, key], context)
  const max = share('max')
  const increase = share('increase') ?? max
  const decrease = share('decrease') ?? max
  if (Object.keys(value).length === 0) {
    context.complain(path, 'row_count_change without a bound', {
      expected: 'max, increase or decrease',
    })
  }
  return { kind: 'row_count_change', increase, decrease }
}

function readCoverage(value: Arguments, path: YamlPath, context: CheckContext): CheckRule | null {
  const { complain } = context
  refuseOtherKeys(value, ['column', 'first', 'last'], path, context)
  const column = readColumnName(value['column'], [...path, 'column'], context, 'date')
  const month = (key: string): string | null => {
    const text = value[key]
    if (typeof text === 'string' && monthPattern.test(text)) return text
    const at = Object.hasOwn(value, key) ? [...path, key] : path
    complain(at, `coverage: ${key} is no month`, { expected: 'a month YYYY-MM' })
    return null
  }
  const first = month('first')
  const last = value['last'] === undefined || value['last'] === null ? null : month('last')
  if (first !== null && last !== null && last < first) {
    complain([...path, 'last'], 'coverage ends before it begins', {
      expected: `a month from ${first}`,
    })
  }
  return column === null || first === null ? null : { kind: 'coverage', column, first, last }
}

function readNullShare(value: Arguments, path: YamlPath, context: CheckContext): CheckRule | null {
  refuseOtherKeys(value, ['column', 'max'], path, context)
  const column = readColumnName(value['column'], [...path, 'column'], context, null)
  const max = readShare(value['max'], value['max'] === undefined ? path : [...path, 'max'], context)
  return column === null || max === null ? null : { kind: 'null_share', column, max }
}

function readRule(
  name: string,
  value: unknown,
  path: YamlPath,
  context: CheckContext,
): CheckRule | null {
  if (name === 'patient_exists') {
    if (value !== null && value !== true) {
      context.complain(path, 'patient_exists takes nothing', { expected: 'the word alone' })
    }
    return { kind: 'patient_exists' }
  }
  if (name === 'unique' && value !== null) return readUnique(value, path, context)
  const readers: Readonly<Record<string, typeof readCoverage>> = {
    row_count_change: readRowCountChange,
    coverage: readCoverage,
    null_share: readNullShare,
  }
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  if (reader !== undefined && isMap(value)) return reader(value, path, context)
  if ((checkKinds as readonly string[]).includes(name)) {
    const expected = name === 'unique' ? '{unique: [columns]}' : `{${name}: {…}}`
    const missing = name === 'unique' ? 'columns' : 'what it is to check'
    context.complain(path, `${name} without ${missing}`, { expected })
    return null
  }
  context.complain(path, `no table check "${name}"`, {
    expected: listWords(checkKinds),
    suggestion: nearestWord(name, checkKinds),
  })
  return null
}

/** Severities that a check can have: it cannot null a value, nor reject a row where it names none. */
function severitiesOf({ kind }: CheckRule): readonly Severity[] {
  const ofRows = kind === 'patient_exists' || kind === 'unique'
  return ofRows ? ['reject', 'warn', 'refuse'] : ['warn', 'refuse']
}

function grade(
  rule: CheckRule,
  severity: unknown,
  path: YamlPath,
  { complain }: CheckContext,
): TableCheck {
  if (severity === undefined) return rule
  const permitted = severitiesOf(rule)
  if (!(permitted as readonly unknown[]).includes(severity)) {
    complain([...path, 'severity'], `severity "${String(severity)}" of ${rule.kind}`, {
      expected: listWords(permitted),
      suggestion: nearestWord(String(severity), severities),
    })
    return rule
  }
  const usual = permitted.includes('reject') ? 'reject' : 'refuse'
  return severity === usual ? rule : { ...rule, severity: severity as Severity }
}

/** The checks of a contract in the vocabulary; what is wrong with them is told. */
export function readChecks(
  checks: readonly unknown[],
  columns: readonly KnownColumn[],
  complain: Complain,
): TableCheck[] {
  const read: TableCheck[] = []
  const seen = new Set<string>()
  const context = { columns, complain }
  for (const [index, check] of checks.entries()) {
    const path = ['checks', index]
    const { severity, ...map } = isMap(check) ? check : { [String(check)]: null }
    const entries = Object.entries(map)
    const [name = '', value] = entries[0] ?? []
    if (entries.length !== 1) {
      complain(path, 'a check of several keys', { expected: 'one key for each check' })
      continue
    }
    const at = isMap(check) ? [...path, name] : path
    const rule = readRule(name, value, at, context)
    if (rule === null) continue
    const key = JSON.stringify(rule)
    if (seen.has(key)) {
      complain(path, `check "${name}" twice`, { expected: 'each check once' })
    }
    seen.add(key)
    read.push(grade(rule, severity, path, context))
  }
  return read
}
