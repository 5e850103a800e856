// What a contract may change of the one that it extends: columns and checks are added, and columns
// are narrowed. Whoever can read the extended table can then read the extending one.
import { checkText, describeConstraint } from './describe-constraint.ts'
import type { Complain } from './load-contract.ts'
import type {
  ColumnConstraint,
  ColumnType,
  ContractColumn,
  Graded,
  TableCheck,
} from './table-contract.ts'
import { intervalOf, isRange, isWithin } from './value-interval.ts'
import type { YamlPath } from './yaml-document.ts'

/** What a check is about: a check of the same target replaces an inherited one. */
function checkTarget(check: TableCheck): string {
  if (check.kind === 'unique') return `unique ${check.columns.join(' ')}`
  return 'column' in check ? `${check.kind} ${check.column}` : check.kind
}

/** Does every value of a type that passes `inner` pass `outer`? Where in doubt, no. */
export function isNarrower(
  type: ColumnType,
  outer: ColumnConstraint,
  inner: ColumnConstraint,
): boolean {
  if (outer.kind !== inner.kind) return false
  switch (outer.kind) {
    case 'categorical':
      return inner.kind === 'categorical' && inner.values.every((v) => outer.values.includes(v))
    case 'regex':
      return inner.kind === 'regex' && inner.pattern === outer.pattern
    case 'date_after':
      return inner.kind === 'date_after' && outer.columns.every((c) => inner.columns.includes(c))
    case 'closed_range':
    case 'general_range':
      return isRange(inner) && isWithin(intervalOf(type, inner), intervalOf(type, outer))
    default:
      return true
  }
}

/** What only warns lets values land that what it stands for keeps out. */
const isSofter = (outer: Graded, inner: Graded): boolean =>
  inner.severity === 'warn' && outer.severity !== 'warn'

/** Does every table that passes `inner` pass `outer`? Where in doubt, no. */
function isNarrowerCheck(outer: TableCheck, inner: TableCheck): boolean {
  const isBelow = (own: number | null, most: number | null): boolean =>
    most === null || (own !== null && own <= most)
  if (outer.kind === 'null_share' && inner.kind === 'null_share') return inner.max <= outer.max
  if (outer.kind === 'row_count_change' && inner.kind === 'row_count_change') {
    return isBelow(inner.increase, outer.increase) && isBelow(inner.decrease, outer.decrease)
  }
  if (outer.kind === 'coverage' && inner.kind === 'coverage') {
    const isToTheEnd =
      outer.last === null ? inner.last === null : inner.last !== null && inner.last >= outer.last
    return inner.first <= outer.first && isToTheEnd
  }
  return outer.kind === inner.kind
}

/** The checks of what is extended, but for those that the extending contract narrows, then its own. */
export function narrowChecks(
  inherited: readonly TableCheck[],
  own: readonly TableCheck[],
  complain: Complain,
): TableCheck[] {
  const kept = inherited.filter((check) => {
    const others = own.filter((other) => checkTarget(other) === checkTarget(check))
    const isKept = others.some((other) => isNarrowerCheck(check, other) && !isSofter(check, other))
    if (others.length > 0 && !isKept) {
      complain(['checks'], `${checkTarget(check)} is wider than what it narrows`, {
        expected: `no more than "${checkText(check)}"`,
      })
    }
    return others.length === 0
  })
  return [...kept, ...own]
}

/** An inherited column with what the extending contract says of it; widening is told. */
export function narrowColumn(
  inherited: ContractColumn,
  own: ContractColumn,
  path: YamlPath,
  complain: Complain,
): ContractColumn {
  if (own.type !== inherited.type) {
    complain([...path, 'type'], `type ${own.type} of a column that is ${inherited.type}`, {
      expected: `${inherited.type}, as in the contract that is extended`,
    })
  }
  const kept = inherited.constraints.filter((constraint) => {
    const other = own.constraints.find(({ kind }) => kind === constraint.kind)
    if (other === undefined) return true
    if (!isNarrower(inherited.type, constraint, other) || isSofter(constraint, other)) {
      complain([...path, 'constraints'], `${constraint.kind} is wider than what it narrows`, {
        expected: `no more than "${describeConstraint(constraint)}"`,
      })
    }
    return false
  })
  const dummy = own.dummy ?? inherited.dummy
  return {
    name: inherited.name,
    type: inherited.type,
    description: own.description === '' ? inherited.description : own.description,
    constraints: [...kept, ...own.constraints],
    ...(dummy === undefined ? {} : { dummy }),
  }
}
