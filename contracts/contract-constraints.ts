// The constraints of one contract column: from their YAML to the vocabulary, refusing whatever
// cannot hold for the type of the column. A constraint that could never be met, or never be
// broken, is a mistake of the contract and not of the data.
import { patternFault } from './check-pattern.ts'
import { type ConstraintText, constraintWords, type DummyText } from './contract-schema.ts'
import type { Complain } from './load-contract.ts'
import { listWords, nearestWord } from './nearest-word.ts'
import type {
  Bound,
  ColumnConstraint,
  ColumnType,
  ConstraintRule,
  DummyConstraint,
  Severity,
} from './table-contract.ts'
import type { YamlPath } from './yaml-document.ts'

const isTextType = (type: ColumnType): boolean =>
  type !== 'bool' && type !== 'int' && type !== 'float' && type !== 'date'

/** True for a day of the proleptic Gregorian calendar, 0001-01-01 to 9999-12-31. */
export function isIsoDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return year >= 1 && day >= 1 && day <= (days[month - 1] ?? 0)
}

function boundFits(type: ColumnType, bound: Bound): boolean {
  if (type === 'int') return Number.isSafeInteger(bound)
  if (type === 'float') return typeof bound === 'number' && Number.isFinite(bound)
  return type === 'date' && typeof bound === 'string' && isIsoDate(bound)
}

/** Bounds spelled in an unusual way (`1.50`, `+5`) reach here as text. */
function readBound(type: ColumnType, bound: Bound): Bound {
  const isNumber = typeof bound === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(bound)
  return isNumber && type !== 'date' ? Number(bound) : bound
}

const boundKinds: Partial<Record<ColumnType, string>> = {
  int: 'a whole number within ±(2^53−1)',
  float: 'a number',
  date: 'a date YYYY-MM-DD',
}

function checkBound(
  type: ColumnType,
  bound: Bound | null,
  path: YamlPath,
  complain: Complain,
): boolean {
  if (bound === null || boundFits(type, bound)) return true
  complain(path, `${path.at(-1)}: "${bound}" on a column of type ${type}`, {
    expected: boundKinds[type] ?? 'no range on this type',
  })
  return false
}

function readRange(
  type: ColumnType,
  kind: 'closed_range' | 'general_range',
  range: {
    minimum?: Bound | null | undefined
    maximum?: Bound | null | undefined
    step?: number | undefined
    includes_minimum?: boolean | undefined
    includes_maximum?: boolean | undefined
  },
  path: YamlPath,
  complain: Complain,
): ConstraintRule[] {
  if (boundKinds[type] === undefined) {
    complain(path, `${kind} on a column of type ${type}`, { expected: 'int, float or date' })
    return []
  }
  const minimum = range.minimum == null ? null : readBound(type, range.minimum)
  const maximum = range.maximum == null ? null : readBound(type, range.maximum)
  const minimumFits = checkBound(type, minimum, [...path, 'minimum'], complain)
  const maximumFits = checkBound(type, maximum, [...path, 'maximum'], complain)
  if (!minimumFits || !maximumFits) return []
  if (minimum === null && maximum === null) {
    complain(path, `${kind} without bounds`, { expected: 'minimum or maximum' })
    return []
  }
  const includesMinimum = range.includes_minimum ?? true
  const includesMaximum = range.includes_maximum ?? true
  if (minimum !== null && maximum !== null) {
    const empty =
      minimum > maximum || (minimum === maximum && !(includesMinimum && includesMaximum))
    if (empty) {
      complain([...path, 'maximum'], `no value lies between the bounds of ${kind}`, {
        expected: 'a maximum above the minimum',
      })
    }
  }
  if (kind === 'general_range') {
    return [{ kind, minimum, maximum, includesMinimum, includesMaximum }]
  }
  const step = range.step ?? 1
  const stepFits = type === 'float' ? step > 0 : Number.isSafeInteger(step) && step >= 1
  if (!stepFits || (type === 'date' && step !== 1)) {
    complain([...path, 'step'], `step: "${step}" on a column of type ${type}`, {
      expected:
        type === 'float' ? 'a number above 0' : type === 'date' ? '1' : 'a whole number from 1',
    })
  }
  return minimum === null || maximum === null ? [] : [{ kind, minimum, maximum, step }]
}

function readCategories(
  type: ColumnType,
  values: readonly (string | number)[],
  path: YamlPath,
  complain: Complain,
): ConstraintRule[] {
  if (type !== 'int' && !isTextType(type)) {
    complain(path, `categorical on a column of type ${type}`, {
      expected: 'a column of type int or text',
    })
    return []
  }
  const categories = values.map((value) => (type === 'int' ? readBound(type, value) : `${value}`))
  const seen = new Set<string | number>()
  for (const [index, category] of categories.entries()) {
    if (type === 'int' && !Number.isSafeInteger(category)) {
      complain([...path, index], `category "${category}"`, { expected: 'a whole number' })
    } else if (seen.has(category)) {
      complain([...path, index], `category "${category}" twice`, { expected: 'each once' })
    }
    seen.add(category)
  }
  return [{ kind: 'categorical', values: categories }]
}

function readPattern(
  type: ColumnType,
  pattern: string,
  path: YamlPath,
  complain: Complain,
): ConstraintRule[] {
  if (!isTextType(type)) {
    complain(path, `regex on a column of type ${type}`, { expected: 'a column of text' })
  }
  const fault = patternFault(pattern)
  if (fault !== null) {
    complain(path, `the pattern of regex ${fault}`, {
      expected: 'one whose steps grow with the text alone',
      remedy:
        'Write choices of single characters as a class, [ab] for a|b, and repeats with bounds, ' +
        '[0-9]{5}; list whole words as categorical.',
    })
  }
  return [{ kind: 'regex', pattern }]
}

type ConstraintWord = (typeof constraintWords)[number]

function readWord(
  type: ColumnType,
  word: ConstraintWord,
  path: YamlPath,
  complain: Complain,
): ConstraintRule[] {
  const dateWords: readonly ConstraintWord[] = ['first_of_month', 'no_future_dates']
  if (dateWords.includes(word) && type !== 'date') {
    complain(path, `${word} on a column of type ${type}`, { expected: 'a date column' })
    return []
  }
  if (word === 'check_digit' && type !== 'snomedct' && type !== 'dmd') {
    complain(path, `check_digit on a column of type ${type}`, { expected: 'snomedct or dmd' })
    return []
  }
  return [{ kind: word }]
}

type RuleText = Exclude<ConstraintText | DummyText, string>

/** The one key of a constraint written as a map; null where there is not exactly one. */
function keyOf(text: RuleText, path: YamlPath, complain: Complain): string | null {
  const keys = Object.entries(text)
    .filter(([key, value]) => key !== 'severity' && value !== undefined)
    .map(([key]) => key)
  if (keys.length === 1) return keys[0] ?? null
  complain(path, `a constraint of ${keys.length} keys`, { expected: 'one key for each' })
  return null
}

function readRule(
  type: ColumnType,
  text: Exclude<ConstraintText, string>,
  key: string,
  path: YamlPath,
  complain: Complain,
): ConstraintRule[] {
  const at = [...path, key]
  const word = constraintWords.find((candidate) => candidate === key)
  if (word !== undefined) return readWord(type, word, at, complain)
  const { categorical, regex, closed_range, general_range, date_after } = text
  if (categorical !== undefined) return readCategories(type, categorical, at, complain)
  if (regex !== undefined) return readPattern(type, regex, at, complain)
  if (closed_range !== undefined) return readRange(type, 'closed_range', closed_range, at, complain)
  if (general_range !== undefined) {
    return readRange(type, 'general_range', general_range, at, complain)
  }
  if (type !== 'date') {
    complain(at, `date_after on a column of type ${type}`, { expected: 'a date column' })
  }
  return [{ kind: 'date_after', columns: date_after ?? [] }]
}

function graded(
  rule: ConstraintRule,
  severity: Severity | undefined,
  path: YamlPath,
  complain: Complain,
): ColumnConstraint {
  if (severity === undefined || severity === 'reject') return rule
  const isImpossible = severity === 'null' && (rule.kind === 'not_null' || rule.kind === 'unique')
  if (isImpossible) {
    complain([...path, 'severity'], `severity null of ${rule.kind}`, {
      expected: 'reject, warn or refuse',
    })
  }
  return { ...rule, severity }
}

/** One constraint as the vocabulary states it; none where it does not fit, which is told. */
export function readConstraint(
  type: ColumnType,
  text: ConstraintText,
  path: YamlPath,
  complain: Complain,
): ColumnConstraint[] {
  if (typeof text === 'string') return readWord(type, text, path, complain)
  const key = keyOf(text, path, complain)
  if (key === null) return []
  const rules = readRule(type, text, key, path, complain)
  return rules.map((rule) => graded(rule, text.severity, path, complain))
}

/** What steers dummy data; categories may be of any type, null among them. */
export function readDummy(
  type: ColumnType,
  text: DummyText,
  path: YamlPath,
  complain: Complain,
): DummyConstraint[] {
  if (typeof text === 'string') return [{ kind: text }]
  const { categorical, ...others } = text
  const key = keyOf(text, path, complain)
  if (key === null) return []
  if (categorical !== undefined) return [{ kind: 'categorical', values: categorical }]
  return readRule(type, others, key, path, complain).filter((rule) => rule.kind !== 'categorical')
}

/**
 * What is wrong among the constraints that a contract file states for a column, and with the
 * columns that they name. `dates` are the other date columns of the table, `isNeverNull` is true
 * where not_null holds by inheritance, `path` is that of the constraints.
 */
export function constraintProblems(
  constraints: readonly ConstraintText[],
  others: { readonly dates: readonly string[]; readonly isNeverNull: boolean },
  path: YamlPath,
  complain: Complain,
): void {
  const { dates } = others
  const kinds = constraints.map((constraint) => {
    if (typeof constraint === 'string') return constraint
    return Object.keys(constraint).find((key) => key !== 'severity') ?? ''
  })
  const isNeverNull =
    others.isNeverNull ||
    constraints.some((constraint, index) => {
      const isWarning = typeof constraint !== 'string' && constraint.severity === 'warn'
      return kinds[index] === 'not_null' && !isWarning
    })
  const seen = new Set<string>()
  for (const [index, constraint] of constraints.entries()) {
    const kind = kinds[index] ?? ''
    if (seen.has(kind)) {
      complain([...path, index], `constraint "${kind}" twice`, { expected: 'each once' })
    }
    seen.add(kind)
    if (typeof constraint === 'string') continue
    if (constraint.severity === 'null' && isNeverNull && kind !== 'not_null') {
      const what = `severity null of ${kind} on a column that is never null`
      complain([...path, index, 'severity'], what, { expected: 'reject, warn or refuse' })
    }
    for (const [position, other] of (constraint.date_after ?? []).entries()) {
      if (dates.includes(other)) continue
      complain([...path, index, 'date_after', position], `"${other}" is not another date column`, {
        expected: listWords(dates) || 'another date column, of which there is none',
        suggestion: nearestWord(other, dates),
      })
    }
  }
}
