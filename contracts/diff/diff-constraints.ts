// Constraints of a column, before and after: each pair by kind, a range against a range whichever
// way both are written. What passes is compared as sets; patterns cannot be, and count as other.
import { describeConstraint } from '../describe-constraint.ts'
import type { ColumnConstraint, ColumnType, ContractColumn } from '../table-contract.ts'
import { intervalOf, isRange, isWithin } from '../value-interval.ts'
import { type ContractChange, classOf, documentation, type Effects } from './contract-change.ts'
import { type Relation, type RuleWords, ruleEffects } from './rule-effects.ts'

type Values = readonly (string | number)[]

function relationOfSets(before: Values, after: Values): Relation {
  const isSubset = after.every((value) => before.includes(value))
  const isSuperset = before.every((value) => after.includes(value))
  if (isSubset) return isSuperset ? 'same' : 'narrower'
  return isSuperset ? 'wider' : 'other'
}

/** The relation of what passes `after` to what passes `before`, constraints of one kind. */
export function relationOf(
  types: { readonly before: ColumnType; readonly after: ColumnType },
  before: ColumnConstraint,
  after: ColumnConstraint,
): Relation {
  if (isRange(before) && isRange(after)) {
    const isDate = (type: ColumnType) => type === 'date'
    if (isDate(types.before) !== isDate(types.after)) return 'other'
    const [from, to] = [intervalOf(types.before, before), intervalOf(types.after, after)]
    if (isWithin(to, from)) return isWithin(from, to) ? 'same' : 'narrower'
    return isWithin(from, to) ? 'wider' : 'other'
  }
  if (before.kind === 'categorical' && after.kind === 'categorical') {
    return relationOfSets(before.values.map(String), after.values.map(String))
  }
  if (before.kind === 'date_after' && after.kind === 'date_after') {
    // Each column named is one more demand.
    return relationOfSets(after.columns, before.columns)
  }
  if (before.kind === 'regex' && after.kind === 'regex') {
    return before.pattern === after.pattern ? 'same' : 'other'
  }
  return 'same'
}

const words = (failing: string, because = ''): RuleWords => ({ failing, because, isPromise: true })

/** What a constraint keeps out, in words. */
function wordsOf(constraint: ColumnConstraint): RuleWords {
  switch (constraint.kind) {
    case 'not_null':
      return words('rows without a value', 'A count or a comparison leaves them out in silence.')
    case 'unique':
      return words('several rows with the same value', 'A join over the column multiplies rows.')
    case 'first_of_month':
      return words(
        'days other than the first of a month',
        'Months compared by equality of dates no longer match.',
      )
    case 'check_digit':
      return words('codes with a wrong check digit', 'They match no code list.')
    case 'no_future_dates':
      return words('dates after the day of the load', 'A follow-up may end before it begins.')
    case 'categorical':
      return words(
        'values in other categories',
        'A study that handles each category of before no longer handles all.',
      )
    case 'regex':
      return words(
        'texts of another form',
        'Whether all texts still have the form of before, nobody can tell from two patterns.',
      )
    case 'closed_range':
    case 'general_range':
      return words('values outside the range', 'Sums, bands and units may no longer hold.')
    case 'date_after':
      return words('dates in another order', 'Durations may be negative.')
  }
}

interface Pair {
  readonly before: ColumnConstraint | null
  readonly after: ColumnConstraint | null
}

/** Constraints of both sides, paired by kind; of one kind in the order in which they stand. */
function pairsOf(before: ContractColumn, after: ContractColumn): Pair[] {
  const rest = [...after.constraints]
  const take = (fits: (one: ColumnConstraint) => boolean): ColumnConstraint | null => {
    const index = rest.findIndex(fits)
    return index < 0 ? null : (rest.splice(index, 1)[0] ?? null)
  }
  const pairs = before.constraints.map((constraint) => ({
    before: constraint,
    after: take(({ kind }) => kind === constraint.kind),
  }))
  // A range written the other way is the same rule.
  const settled = pairs.map((pair) =>
    pair.after === null && isRange(pair.before) ? { ...pair, after: take(isRange) } : pair,
  )
  return [...settled, ...rest.map((constraint) => ({ before: null, after: constraint }))]
}

function effectsOf(types: { before: ColumnType; after: ColumnType }, pair: Pair): Effects {
  const { before, after } = pair
  const relation = before === null || after === null ? 'same' : relationOf(types, before, after)
  const severity = (one: ColumnConstraint | null) =>
    one === null ? null : (one.severity ?? 'reject')
  const kind = after ?? before
  if (kind === null) throw new Error('a pair has a side')
  const [from, to] = [severity(before), severity(after)]
  // The same values in another order, the same range written the other way.
  if (from === to && relation === 'same') return documentation
  return ruleEffects(from, to, relation, wordsOf(kind))
}

/** Changes of the constraints of a column that both contracts have. */
export function diffConstraints(
  table: string,
  before: ContractColumn,
  after: ContractColumn,
): ContractChange[] {
  const types = { before: before.type, after: after.type }
  return pairsOf(before, after).flatMap((pair) => {
    const [from, to] = [pair.before, pair.after].map((one) =>
      one === null ? null : describeConstraint(one),
    )
    if (JSON.stringify(pair.before) === JSON.stringify(pair.after)) return []
    const effects = effectsOf(types, pair)
    const kind = pair.after?.kind ?? pair.before?.kind ?? ''
    return [
      {
        table,
        path: `columns.${before.name}.constraints.${kind}`,
        class: classOf(effects),
        ...effects,
        before: from ?? null,
        after: to ?? null,
      },
    ]
  })
}
