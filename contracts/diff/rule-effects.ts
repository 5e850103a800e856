// What it does to readers and providers that a rule is added, dropped, made stricter or looser, or
// has another severity. One reckoning for all rules: readers hold what may land, providers what
// may be refused.
import type { Severity } from '../table-contract.ts'
import { breaks, type Effects, fits, nothing } from './contract-change.ts'

/** What passes now, against what passed before. */
export type Relation = 'same' | 'narrower' | 'wider' | 'other'

export interface RuleWords {
  /** What fails the rule, as it may appear: `rows without a value`. */
  readonly failing: string
  /** Why readers mind, a whole sentence; may be empty. */
  readonly because: string
  /**
   * False for what binds one load to the next: no query over a snapshot can tell whether it was
   * checked.
   */
  readonly isPromise: boolean
}

const levels = { warn: 0, null: 1, reject: 2, refuse: 3 } as const

/** Does the severity keep what fails out of the published table? */
const keepsOut = (severity: Severity | null): boolean => severity !== null && severity !== 'warn'

const levelOf = (severity: Severity | null): number => (severity === null ? -1 : levels[severity])

const onceWere: Readonly<Record<Severity, string>> = {
  warn: 'landed with a warning before',
  null: 'landed without the value before',
  reject: 'were left out one by one before',
  refuse: 'refused the whole load before',
}
const nowAre: Readonly<Record<Severity, string>> = {
  warn: 'are only counted now',
  null: 'now lose the value',
  reject: 'are now refused',
  refuse: 'now refuse the whole load',
}

/**
 * Effects of a rule that had one severity and has another (null: there was, or is, no such rule),
 * and of what passes now against before.
 */
export function ruleEffects(
  before: Severity | null,
  after: Severity | null,
  relation: Relation,
  words: RuleWords,
): Effects {
  return {
    readers: readersOf(before, after, relation, words),
    providers: providersOf(before, after, relation, words),
  }
}

function readersOf(
  before: Severity | null,
  after: Severity | null,
  relation: Relation,
  { failing, because, isPromise }: RuleWords,
): Effects['readers'] {
  if (!isPromise) return nothing('It binds one load to the next; no query can tell.')
  const isLoose = relation === 'wider' || relation === 'other'
  if (keepsOut(before) && (!keepsOut(after) || isLoose)) {
    return breaks(`There may now be ${failing}.${because === '' ? '' : ` ${because}`}`)
  }
  if (!keepsOut(after)) return nothing('It keeps nothing out, so any row may be there as before.')
  if (!keepsOut(before) || relation !== 'same') {
    return fits('Less may appear than before, so whatever a query handles is enough.')
  }
  if (before === 'reject' && after === 'null') {
    return fits('Rows that were left out are there now, without that value, as nulls always were.')
  }
  if (before === 'null' && after === 'reject') {
    return fits('Rows that were there without that value are left out now; no new value appears.')
  }
  return before === after
    ? nothing('What may appear is what it was.')
    : fits('What may appear is what it was; only whether a load passes is decided otherwise.')
}

function providersOf(
  before: Severity | null,
  after: Severity | null,
  relation: Relation,
  { failing }: RuleWords,
): Effects['providers'] {
  const subject = `${failing.slice(0, 1).toUpperCase()}${failing.slice(1)}`
  if (!keepsOut(after) || after === null) {
    return before === after
      ? fits('Other rows are counted as warnings; all that landed still lands.')
      : fits(after === null ? 'All that landed still lands.' : `${subject} ${nowAre.warn}.`)
  }
  const isStrict = relation === 'narrower' || relation === 'other'
  if (isStrict || before === null) {
    return breaks(`${subject}, which may have landed before, ${nowAre[after]}.`)
  }
  if (levelOf(after) > levelOf(before)) {
    return breaks(`${subject}, which ${onceWere[before]}, ${nowAre[after]}.`)
  }
  return levelOf(after) < levelOf(before)
    ? fits(`${subject}, which ${onceWere[before]}, ${nowAre[after]}.`)
    : fits('All that landed still lands, and more does.')
}
