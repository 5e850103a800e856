// Table checks, before and after, and the number of rows of a patient, which is a key like others.
import { describeCheck } from '../describe-constraint.ts'
import type { TableContract } from '../table-contract.ts'
import { patientIdColumn, type Severity, type TableCheck } from '../table-contract.ts'
import {
  breaks,
  type ContractChange,
  classOf,
  documentation,
  type Effects,
  fits,
  nothing,
} from './contract-change.ts'
import { type Relation, type RuleWords, ruleEffects } from './rule-effects.ts'

const targetOf = (check: TableCheck): string => {
  if (check.kind === 'unique') return `unique ${[...check.columns].sort().join(' ')}`
  return 'column' in check ? `${check.kind} ${check.column}` : check.kind
}

const severityOf = (check: TableCheck): Severity => {
  const ofRows = check.kind === 'patient_exists' || check.kind === 'unique'
  return check.severity ?? (ofRows ? 'reject' : 'refuse')
}

const relationOfParts = (isNarrow: boolean, isWide: boolean): Relation => {
  if (isNarrow) return isWide ? 'other' : 'narrower'
  return isWide ? 'wider' : 'same'
}

const limit = (share: number | null): number => share ?? Number.POSITIVE_INFINITY

/** The relation of what passes `after` to what passes `before`, checks of one target. */
function relationOf(before: TableCheck, after: TableCheck): Relation {
  if (before.kind === 'row_count_change' && after.kind === 'row_count_change') {
    const pairs = (['increase', 'decrease'] as const).map(
      (way) => [limit(before[way]), limit(after[way])] as const,
    )
    const isNarrow = pairs.some(([from, to]) => to < from)
    return relationOfParts(
      isNarrow,
      pairs.some(([from, to]) => to > from),
    )
  }
  if (before.kind === 'null_share' && after.kind === 'null_share') {
    return relationOfParts(after.max < before.max, after.max > before.max)
  }
  if (before.kind !== 'coverage' || after.kind !== 'coverage') return 'same'
  // "To the latest month of the data" promises nothing of the end, and everything before it.
  if ((before.last === null) !== (after.last === null)) return 'other'
  const [from, to] = [before.last ?? '', after.last ?? '']
  return relationOfParts(
    after.first < before.first || to > from,
    after.first > before.first || to < from,
  )
}

function wordsOf(check: TableCheck): RuleWords {
  switch (check.kind) {
    case 'patient_exists':
      return {
        failing: 'rows of patients who are not in the patients table',
        because: 'A join with the patients loses them.',
        isPromise: true,
      }
    case 'unique':
      return {
        failing: `several rows with the same ${check.columns.join(', ')}`,
        because: 'A join over the key multiplies rows.',
        isPromise: true,
      }
    case 'coverage':
      return {
        failing: 'months without any row',
        because: 'No events in a month may then mean no data.',
        isPromise: true,
      }
    case 'null_share':
      return {
        failing: `more rows without ${check.column}`,
        because: 'Shares and means rest on fewer rows than was promised.',
        isPromise: true,
      }
    case 'row_count_change':
      return { failing: 'loads that grow or shrink more', because: '', isPromise: false }
  }
}

interface Key {
  readonly columns: readonly string[]
  readonly severity: Severity
}

/** Every set of columns that no two rows share, whichever way the contract says so. */
function keysOf(contract: TableContract): Key[] {
  const ofColumns = contract.columns.flatMap(({ name, constraints }) =>
    constraints
      .filter(({ kind }) => kind === 'unique')
      .map(({ severity = 'reject' }) => ({ columns: [name], severity })),
  )
  const ofChecks = contract.checks.flatMap((check) =>
    check.kind === 'unique' ? [{ columns: check.columns, severity: severityOf(check) }] : [],
  )
  const isOnce = contract.rows === 'one_per_patient'
  const ofRows: Key[] = isOnce ? [{ columns: [patientIdColumn], severity: 'reject' }] : []
  return [...ofColumns, ...ofChecks, ...ofRows]
}

/** True where a contract has a key of fewer or the same columns that keeps rows out as strictly. */
function implies(contract: TableContract, { columns, severity }: Key): boolean {
  const strictness: readonly Severity[] = ['warn', 'null', 'reject', 'refuse']
  return keysOf(contract).some(
    (key) =>
      key.columns.every((column) => columns.includes(column)) &&
      strictness.indexOf(key.severity) >= strictness.indexOf(severity),
  )
}

/** A key that follows from another one says nothing new, and is not missed. */
function withImplied(
  effects: Effects,
  contracts: { readonly before: TableContract; readonly after: TableContract },
  pair: { readonly before: TableCheck | null; readonly after: TableCheck | null },
): Effects {
  const { before, after } = pair
  const why = 'A key of fewer columns says so, too.'
  if (after === null && before?.kind === 'unique') {
    const key = { columns: before.columns, severity: severityOf(before) }
    return implies(contracts.after, key) ? { ...effects, readers: nothing(why) } : effects
  }
  if (before === null && after?.kind === 'unique') {
    const key = { columns: after.columns, severity: severityOf(after) }
    return implies(contracts.before, key) ? { ...effects, providers: nothing(why) } : effects
  }
  return effects
}

function effectsOf(before: TableCheck | null, after: TableCheck | null): Effects {
  const check = after ?? before
  if (check === null) throw new Error('a pair has a side')
  const relation = before === null || after === null ? 'same' : relationOf(before, after)
  const [from, to] = [before, after].map((one) => (one === null ? null : severityOf(one)))
  if (from === to && relation === 'same') return documentation
  return ruleEffects(from ?? null, to ?? null, relation, wordsOf(check))
}

const rowsWords = {
  one_per_patient: 'one row for each patient',
  many_per_patient: 'any number of rows for each patient',
} as const

function diffRows(before: TableContract, after: TableContract): ContractChange[] {
  if (before.rows === after.rows) return []
  const effects: Effects =
    after.rows === 'many_per_patient'
      ? {
          readers: breaks('A patient may now have several rows, and a join multiplies them.'),
          providers: fits('All that landed still lands.'),
        }
      : {
          readers: fits('A patient with one row is among what a query handles already.'),
          providers: breaks('Patients with several rows, which may have landed, are now refused.'),
        }
  const [from, to] = [rowsWords[before.rows], rowsWords[after.rows]]
  const change = { table: before.id, path: 'rows', class: classOf(effects), ...effects }
  return [{ ...change, before: from, after: to }]
}

/** Changes of what is asked of the table as a whole. */
export function diffChecks(before: TableContract, after: TableContract): ContractChange[] {
  const targets = new Set([...before.checks, ...after.checks].map(targetOf))
  const changes = [...targets].flatMap((target): ContractChange[] => {
    const find = (contract: TableContract) =>
      contract.checks.find((check) => targetOf(check) === target) ?? null
    const pair = { before: find(before), after: find(after) }
    if (JSON.stringify(pair.before) === JSON.stringify(pair.after)) return []
    const effects = withImplied(effectsOf(pair.before, pair.after), { before, after }, pair)
    const text = (check: TableCheck | null) => (check === null ? null : describeCheck(check))
    const change = { table: before.id, path: `checks.${target}`, class: classOf(effects) }
    return [{ ...change, ...effects, before: text(pair.before), after: text(pair.after) }]
  })
  return [...diffRows(before, after), ...changes]
}
