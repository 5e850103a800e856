// Which entries of a register are in force on a day, and why the others are not: approved, by whom and
// when, not expired, agreed for this version of the contract, and about something that it has. The
// ceiling is judged after a table was landed.
import { columnText, countedRule, type Deviation, type DeviationRule } from './deviation.ts'
import type { Bound, ContractColumn, TableContract } from './table-contract.ts'

/**
 * in_force, or the first reason against it. needless: the contract permits it anyway; no_such: the
 * contract, column or rule is not there; second: another entry of the same rule is in force;
 * exceeded: more rows than its ceiling used it.
 */
export type DeviationState =
  | 'in_force'
  | 'proposed'
  | 'withdrawn'
  | 'unapproved'
  | 'not_yet'
  | 'expired'
  | 'other_version'
  | 'no_such'
  | 'needless'
  | 'second'
  | 'exceeded'

export interface JudgedDeviation {
  readonly entry: Deviation
  readonly state: DeviationState
  /** Why it is not in force, in words; null where it is. */
  readonly reason: string | null
}

type Verdict = Omit<JudgedDeviation, 'entry'>

const because = (state: DeviationState, reason: string): Verdict => ({ state, reason })

/** What stands against an entry by itself on a day (YYYY-MM-DD, UTC). */
function lifeOf(entry: Deviation, today: string): Verdict | null {
  const { status, approvedBy, approvedOn, expires } = entry
  if (status === 'withdrawn') return because('withdrawn', 'it was withdrawn')
  if (expires < today) return because('expired', `it expired on ${expires}`)
  if (status === 'proposed') return because('proposed', 'it is proposed and not approved')
  if (approvedBy === null) return because('unapproved', 'it does not say who approved it')
  if (approvedOn === null) return because('unapproved', 'it does not say when it was approved')
  if (approvedOn > today) return because('not_yet', `it holds from ${approvedOn} on`)
  return null
}

const hasRange = ({ type }: ContractColumn): boolean => ['int', 'float', 'date'].includes(type)

/** The check of a table that an entry is about; undefined: none. */
export function checkOf(contract: TableContract, entry: Deviation) {
  const about = contract.checks.filter((check) => {
    if (check.kind === 'coverage' || check.kind === 'null_share') {
      return check.kind === entry.rule && check.column === entry.columns[0]
    }
    if (check.kind !== 'unique' || entry.rule !== 'unique') return false
    const { columns } = check
    return (
      columns.length === entry.columns.length && columns.every((c) => entry.columns.includes(c))
    )
  })
  // The same may be asked twice, with a narrower bound that only warns.
  return about.find(({ severity }) => severity !== 'warn') ?? about[0]
}

/** The constraint of a column that an entry is about; undefined: none. */
export function constraintOf(column: ContractColumn, rule: DeviationRule) {
  return column.constraints.find(({ kind }) => kind === rule)
}

const isBelow = (left: Bound, right: Bound): boolean => typeof left === typeof right && left < right

function wider(column: ContractColumn, entry: Deviation): Verdict | null {
  const range = constraintOf(column, entry.rule)
  if (range?.kind !== 'closed_range' && range?.kind !== 'general_range') return null
  const isLower =
    entry.minimum !== null && range.minimum !== null && isBelow(entry.minimum, range.minimum)
  const isHigher =
    entry.maximum !== null && range.maximum !== null && isBelow(range.maximum, entry.maximum)
  if (isLower || isHigher) return null
  return because('needless', 'the range of the contract is no narrower')
}

function boundFault({ type }: ContractColumn, entry: Deviation): Verdict | null {
  const wanted = type === 'date' ? 'string' : 'number'
  for (const bound of [entry.minimum, entry.maximum]) {
    if (bound === null || typeof bound === wanted) continue
    return because('no_such', `a bound is no ${type === 'date' ? 'date' : 'number'}`)
  }
  return null
}

/** A narrower range is counted as a warning of general_range: beside one there is no telling them apart. */
function alreadyCounted(column: ContractColumn): Verdict | null {
  if (constraintOf(column, 'general_range')?.severity !== 'warn') return null
  return because('no_such', `general_range of ${column.name} warns already, and is counted as one`)
}

function categories(column: ContractColumn, entry: Deviation): Verdict | null {
  const rule = constraintOf(column, 'categorical')
  if (rule?.kind !== 'categorical') return null
  const known = rule.values.map(String)
  if (
    column.type === 'int' &&
    !entry.values.every((value) => Number.isSafeInteger(Number(value)))
  ) {
    return because('no_such', 'a category is no whole number')
  }
  if (entry.values.some((value) => !known.includes(String(value)))) return null
  return because('needless', 'the contract has these categories')
}

/** What stands against an entry about one column. */
function columnFault(contract: TableContract, entry: Deviation): Verdict | null {
  const [name = ''] = entry.columns
  const column = contract.columns.find((one) => one.name === name)
  if (column === undefined) return because('no_such', `${contract.id} has no column ${name}`)
  const constraint = constraintOf(column, entry.rule)
  switch (entry.kind) {
    case 'coarser_date':
      return column.type === 'date' ? null : because('no_such', `${name} is no date`)
    case 'narrower_range':
      if (!hasRange(column)) return because('no_such', `${name} has no range: it is ${column.type}`)
      return boundFault(column, entry) ?? alreadyCounted(column)
    case 'column_absent':
    case 'nulls_allowed':
      return constraint === undefined || constraint.severity === 'warn'
        ? because('needless', `${contract.id} permits nulls in ${name}`)
        : null
  }
  if (constraint === undefined) {
    return because('no_such', `${name} of ${contract.id} has no rule ${entry.rule}`)
  }
  if (
    constraint.severity === 'warn' ||
    (constraint.severity === 'null' && entry.failing === 'null')
  ) {
    return because('needless', `${contract.id} refuses no row for ${entry.rule} of ${name}`)
  }
  if (entry.kind === 'wider_range') return boundFault(column, entry) ?? wider(column, entry)
  if (entry.kind === 'extra_category') return categories(column, entry)
  const isNeverNull = constraintOf(column, 'not_null' as DeviationRule) !== undefined
  if (entry.failing === 'null' && isNeverNull) {
    return because('no_such', `${name} cannot become null: it is never null`)
  }
  return null
}

function tableFault(contract: TableContract, entry: Deviation): Verdict | null {
  const single = contract.columns.find(({ name }) => name === entry.columns[0])
  const isOfColumn =
    entry.rule === 'unique' &&
    entry.columns.length === 1 &&
    single !== undefined &&
    constraintOf(single, 'unique') !== undefined
  if (entry.failing === 'null') {
    return because('no_such', `values cannot become null for ${entry.rule}`)
  }
  const check = checkOf(contract, entry)
  if (!isOfColumn && check === undefined) {
    return because('no_such', `${contract.id} has no check ${entry.rule} of ${columnText(entry)}`)
  }
  if (check?.severity === 'warn') {
    return because('needless', `${contract.id} refuses nothing for ${entry.rule}`)
  }
  const isLate = entry.first !== null && check?.kind === 'coverage' && entry.first > check.first
  const isEarly = entry.last !== null && check?.kind === 'coverage' && entry.last !== check.last
  return entry.kind !== 'late_coverage' || isLate || isEarly
    ? null
    : because('needless', 'the contract asks for no more months')
}

/** What the contract says against an entry; null: it has what the entry is about, and is stricter. */
function contractFault(contract: TableContract | undefined, entry: Deviation): Verdict | null {
  if (contract === undefined) return because('no_such', `there is no contract ${entry.contract}`)
  if (Number(contract.version.split('.')[0]) !== entry.major) {
    const now = `${contract.id} is ${contract.version} now`
    return because('other_version', `it was agreed for version ${entry.major}, and ${now}`)
  }
  const isOfTable = ['unique', 'null_share', 'coverage'].includes(entry.rule)
  return isOfTable ? tableFault(contract, entry) : columnFault(contract, entry)
}

/** Entries about the same rule of the same columns; only one of them can be in force. */
const placeOf = (entry: Deviation): string =>
  JSON.stringify([entry.contract, [...entry.columns].sort(), countedRule(entry)])

/**
 * Judges the entries on a day (YYYY-MM-DD, UTC), in their order. `exceeded`: ids of entries whose
 * ceiling a landing has passed, with the reason in words; they are not in force for its second try.
 */
export function judgeDeviations(
  entries: readonly Deviation[],
  contracts: ReadonlyMap<string, TableContract>,
  today: string,
  exceeded: ReadonlyMap<string, string> = new Map(),
): JudgedDeviation[] {
  const taken = new Map<string, string>()
  return entries.map((entry) => {
    const passed = exceeded.get(entry.id)
    const against =
      lifeOf(entry, today) ??
      contractFault(contracts.get(entry.contract), entry) ??
      (passed === undefined ? null : because('exceeded', passed))
    if (against !== null) return { entry, ...against }
    const place = placeOf(entry)
    const other = taken.get(place)
    if (other !== undefined) {
      return { entry, ...because('second', `${other} is in force for the same rule`) }
    }
    taken.set(place, entry.id)
    return { entry, state: 'in_force', reason: null }
  })
}
