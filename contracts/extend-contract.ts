// What a contract may change of the one that it extends: columns and checks are added, and columns
// are narrowed. Whoever can read the extended table can then read the extending one.
import { describeConstraint } from './describe-constraint.ts'
import type { Complain } from './load-contract.ts'
import type { ColumnConstraint, ContractColumn, TableCheck } from './table-contract.ts'
import type { YamlPath } from './yaml-document.ts'

/** What a check is about: a check of the same target replaces an inherited one. */
export function checkTarget(check: TableCheck): string {
  if (check.kind === 'unique') return `unique ${check.columns.join(' ')}`
  return 'column' in check ? `${check.kind} ${check.column}` : check.kind
}

type Ranged = ColumnConstraint & { kind: 'closed_range' | 'general_range' }

function isWithin(outer: Ranged, inner: Ranged): boolean {
  if (outer.kind !== inner.kind) return false
  const lowFits =
    outer.minimum === null || (inner.minimum !== null && inner.minimum >= outer.minimum)
  const highFits =
    outer.maximum === null || (inner.maximum !== null && inner.maximum <= outer.maximum)
  if (outer.kind === 'closed_range' && inner.kind === 'closed_range') {
    const shift = Number(inner.minimum) - Number(outer.minimum)
    const onStep = typeof outer.minimum === 'string' || shift % outer.step === 0
    return lowFits && highFits && inner.step % outer.step === 0 && onStep
  }
  if (outer.kind !== 'general_range' || inner.kind !== 'general_range') return false
  const lowOpen = outer.includesMinimum || !inner.includesMinimum || inner.minimum !== outer.minimum
  const highOpen =
    outer.includesMaximum || !inner.includesMaximum || inner.maximum !== outer.maximum
  return lowFits && highFits && lowOpen && highOpen
}

/** Does every value that passes `inner` pass `outer`? Where in doubt, no. */
export function isNarrower(outer: ColumnConstraint, inner: ColumnConstraint): boolean {
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
      return isWithin(outer, inner as Ranged)
    default:
      return true
  }
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
    if (!isNarrower(constraint, other)) {
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
