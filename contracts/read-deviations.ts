// The text of a register becomes deviations: its shape is checked by deviation-schema.ts, then what
// takes more than one key, or the contract, to judge. All that is wrong is told at once, by line and
// column; what is never permitted is told as such.
import { readCeiling } from './ceiling.ts'
import {
  countedKinds,
  type Deviation,
  type DeviationKind,
  type DeviationRule,
  deviationKinds,
  rulesOfKinds,
} from './deviation.ts'
import { type DeviationText, registerSchema } from './deviation-schema.ts'
import { forbiddenReason } from './forbidden-deviations.ts'
import { type Complain, complainInto } from './load-contract.ts'
import { listWords, nearestWord } from './nearest-word.ts'
import { type Problem, problemsError } from './problems.ts'
import type { Bound, TableContract } from './table-contract.ts'
import { validateDocument } from './validate-document.ts'
import { parseYaml, type YamlDocument, type YamlPath } from './yaml-document.ts'

export interface RegisterOptions {
  readonly bytesMax: number
  /** The contracts that the backend knows, by id. */
  readonly contracts: ReadonlyMap<string, TableContract>
}

type Key = keyof DeviationText

/** Keys that belong to some kinds only, and those kinds. */
const keysOfKinds: Readonly<Partial<Record<Key, readonly DeviationKind[]>>> = {
  ceiling: countedKinds,
  values: ['extra_category'],
  minimum: ['wider_range', 'narrower_range'],
  maximum: ['wider_range', 'narrower_range'],
  granularity: ['coarser_date'],
  formats: ['coarser_date'],
  first: ['late_coverage'],
  last: ['late_coverage'],
  // biome-ignore lint/suspicious/noThenProperty: the key of the register, in a map that nobody awaits.
  then: ['row_share'],
}

/** Of each group one key must be there. */
const neededKeys: Readonly<Record<DeviationKind, readonly (readonly Key[])[]>> = {
  row_share: [['ceiling']],
  column_absent: [],
  nulls_allowed: [['ceiling']],
  extra_category: [['ceiling'], ['values']],
  wider_range: [['ceiling'], ['minimum', 'maximum']],
  narrower_range: [['minimum', 'maximum']],
  coarser_date: [['ceiling'], ['granularity']],
  late_coverage: [['first', 'last']],
}

const allRules: readonly string[] = [...new Set(deviationKinds.flatMap((k) => rulesOfKinds[k]))]

function checkRule(text: DeviationText, path: YamlPath, complain: Complain): void {
  const { kind, rule } = text
  const rules: readonly string[] = rulesOfKinds[kind]
  if (rules.includes(rule)) return
  const others = deviationKinds.filter((one) =>
    (rulesOfKinds[one] as readonly string[]).includes(rule),
  )
  const hint = others.length === 0 ? '' : `; of ${rule} there is kind ${listWords(others)}`
  const suggestion = others.length === 0 ? nearestWord(rule, allRules) : null
  const expected = `${listWords(rules)}${hint}`
  complain([...path, 'rule'], `rule: "${rule}" with kind ${kind}`, { expected, suggestion })
}

function checkKeys(text: DeviationText, path: YamlPath, complain: Complain): void {
  const { kind } = text
  for (const [key, kinds] of Object.entries(keysOfKinds)) {
    if (text[key as Key] === undefined || kinds.includes(kind)) continue
    const expected = `no such key; it belongs to ${listWords(kinds)}`
    complain([...path, key], `${key} with kind ${kind}`, { expected }, 'key')
  }
  for (const group of neededKeys[kind]) {
    if (group.some((key) => text[key] !== undefined)) continue
    const isCeiling = group.includes('ceiling')
    const expected = isCeiling ? 'ceiling: the share or count of rows that may use it' : undefined
    complain(path, `missing key "${group.join('" or "')}" of kind ${kind}`, {
      ...(expected === undefined ? {} : { expected }),
    })
  }
}

function checkCeiling(text: DeviationText, path: YamlPath, complain: Complain): void {
  if (text.rule !== 'null_share' || text.ceiling === undefined || text.ceiling.endsWith('%')) return
  complain([...path, 'ceiling'], 'a count as the ceiling of null_share', {
    expected: 'a share such as 20%: the share of nulls that is permitted',
  })
}

function checkFormats(text: DeviationText, path: YamlPath, complain: Complain): void {
  const { granularity } = text
  if (granularity === undefined) return
  for (const [index, format] of (text.formats ?? []).entries()) {
    const words = [...format.replaceAll('%%', '').matchAll(/%(-?[a-zA-Z])/g)].map(([, w]) => w)
    const months = words.filter((word) => ['m', '-m', 'b', 'B'].includes(word ?? ''))
    const isMonth = words.includes('Y') && words.length === 2 && months.length === 1
    const isYear = words.length === 1 && words[0] === 'Y'
    if (granularity === 'month' ? isMonth : isYear) continue
    const example = granularity === 'month' ? '%m/%Y' : '%Y'
    complain([...path, 'formats', index], `formats: "${format}" for a ${granularity}`, {
      expected: `a year${granularity === 'month' ? ' and a month' : ''} only, such as "${example}"`,
    })
  }
}

function checkOrder(text: DeviationText, path: YamlPath, complain: Complain): void {
  const { minimum, maximum, first, last, approved_on: approvedOn, expires } = text
  const isOneKind = typeof minimum === typeof maximum
  if (minimum !== undefined && maximum !== undefined && isOneKind && minimum > maximum) {
    complain([...path, 'maximum'], 'maximum below minimum', { expected: 'a maximum above it' })
  }
  if (first !== undefined && last !== undefined && first > last) {
    complain([...path, 'last'], 'last before first', { expected: `a month from ${first}` })
  }
  if (approvedOn !== undefined && approvedOn > expires) {
    complain([...path, 'expires'], 'expires before it was approved', {
      expected: `a date from ${approvedOn}`,
    })
  }
}

function checkColumns(text: DeviationText, path: YamlPath, complain: Complain): void {
  if (typeof text.column === 'string') return
  if (text.rule !== 'unique' && text.column.length > 1) {
    complain([...path, 'column'], `several columns with rule ${text.rule}`, {
      expected: 'one column; a list is for unique',
    })
  }
  if (new Set(text.column).size !== text.column.length) {
    complain([...path, 'column'], 'a column twice', { expected: 'each once' })
  }
}

const boundOf = (bound: Bound | undefined): Bound | null => {
  if (bound === undefined) return null
  const isNumber = typeof bound === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(bound)
  return isNumber ? Number(bound) : bound
}

function defaultFormats(granularity: 'month' | 'year' | undefined): readonly string[] {
  if (granularity === undefined) return []
  return granularity === 'month' ? ['%Y-%m'] : ['%Y']
}

function deviationOf(text: DeviationText, where: string): Deviation {
  const [contract = '', major = ''] = text.contract.split('@')
  return {
    id: text.id,
    contract,
    major: Number(major),
    columns: [text.column].flat(),
    rule: text.rule as DeviationRule,
    kind: text.kind,
    ceiling: text.ceiling === undefined ? null : readCeiling(text.ceiling),
    reason: text.reason.trim(),
    publicWording: text.public_wording.trim(),
    requestedBy: text.requested_by,
    approvedBy: text.approved_by ?? null,
    approvedOn: text.approved_on ?? null,
    expires: text.expires,
    status: text.status,
    failing: text.then === undefined ? 'pass' : 'null',
    values: text.values ?? [],
    minimum: boundOf(text.minimum),
    maximum: boundOf(text.maximum),
    granularity: text.granularity ?? null,
    formats: text.formats ?? defaultFormats(text.granularity),
    first: text.first ?? null,
    last: text.last ?? null,
    where,
  }
}

function checkEntry(
  text: DeviationText,
  path: YamlPath,
  contracts: RegisterOptions['contracts'],
  complain: Complain,
): void {
  const [contract = ''] = text.contract.split('@')
  const question = { ...text, contract, columns: [text.column].flat() }
  const forbidden = forbiddenReason(question, contracts.get(contract) ?? null)
  if (forbidden !== null) {
    const subject = `${text.id}: ${text.rule} of ${question.columns.join(', ')}`
    const what = `${subject} may never deviate: ${forbidden}`
    complain([...path, 'rule'], what, { errorName: 'deviation_forbidden' })
    return
  }
  checkRule(text, path, complain)
  checkKeys(text, path, complain)
  checkCeiling(text, path, complain)
  checkFormats(text, path, complain)
  checkOrder(text, path, complain)
  checkColumns(text, path, complain)
}

function readEntries(
  document: YamlDocument,
  texts: readonly DeviationText[],
  { contracts }: RegisterOptions,
): { readonly entries: Deviation[]; readonly problems: Problem[] } {
  const problems: Problem[] = []
  const complain = complainInto(document, problems)
  const ids = new Set<string>()
  const entries = texts.map((text, index) => {
    if (ids.has(text.id))
      complain([index, 'id'], `id "${text.id}" twice`, { expected: 'each once' })
    ids.add(text.id)
    checkEntry(text, [index], contracts, complain)
    return deviationOf(text, `${document.file}:${document.position([index]).line}`)
  })
  return { entries, problems }
}

/**
 * The entries of a register, in its order; a file without entries is an empty register. Throws
 * `deviation_invalid` or `deviation_forbidden` with every problem, a line each; where both kinds of
 * problem stand in it, `deviation_invalid`.
 */
export function readDeviations(
  source: string,
  file: string,
  options: RegisterOptions,
): Deviation[] {
  const document = parseYaml(source, file, options)
  if (document.problems.length === 0 && document.value === null) return []
  const { value, problems } = validateDocument(document, registerSchema)
  if (value === null) throw problemsError('deviation_invalid', problems)
  const read = readEntries(document, value, options)
  if (read.problems.length > 0) throw problemsError('deviation_invalid', read.problems)
  return read.entries
}
