// What entries in force make of a contract: the effective contract that a table is landed by. What an
// entry permits stays asked for at severity warn, so that its use is counted; the wider promise
// stands beside it at the severity of the contract.
import type { Deviation } from './deviation.ts'
import { checkOf } from './judge-deviations.ts'
import type {
  Bound,
  ColumnConstraint,
  ContractColumn,
  Graded,
  TableCheck,
  TableContract,
} from './table-contract.ts'

const warned = <Rule extends Graded>(rule: Rule): Rule => ({ ...rule, severity: 'warn' as const })

function replaced(
  column: ContractColumn,
  rule: Deviation['rule'],
  by: (constraint: ColumnConstraint) => readonly ColumnConstraint[],
): ContractColumn {
  const constraints = column.constraints.flatMap((constraint) =>
    constraint.kind === rule ? by(constraint) : [constraint],
  )
  return { ...column, constraints }
}

const lower = (left: Bound, right: Bound): Bound => (left < right ? left : right)
const higher = (left: Bound, right: Bound): Bound => (left < right ? right : left)

/** A closed range has steps from its minimum: the wider one keeps to the same steps. */
function onStep(bound: Bound, from: Bound, step: number): Bound {
  if (typeof bound !== 'number' || typeof from !== 'number' || bound >= from) return bound
  return from - Math.floor((from - bound) / step) * step
}

function widened(constraint: ColumnConstraint, entry: Deviation): ColumnConstraint {
  if (constraint.kind === 'closed_range') {
    const { minimum, maximum, step } = constraint
    return {
      ...constraint,
      minimum: onStep(lower(entry.minimum ?? minimum, minimum), minimum, step),
      maximum: higher(entry.maximum ?? maximum, maximum),
    }
  }
  if (constraint.kind !== 'general_range') return constraint
  const { minimum, maximum } = constraint
  const isLower = minimum !== null && entry.minimum !== null && entry.minimum < minimum
  const isHigher = maximum !== null && entry.maximum !== null && entry.maximum > maximum
  return {
    ...constraint,
    minimum: isLower ? entry.minimum : minimum,
    includesMinimum: isLower ? true : constraint.includesMinimum,
    maximum: isHigher ? entry.maximum : maximum,
    includesMaximum: isHigher ? true : constraint.includesMaximum,
  }
}

function narrowed(column: ContractColumn, entry: Deviation): ContractColumn {
  const stated: ColumnConstraint = {
    kind: 'general_range',
    minimum: entry.minimum,
    maximum: entry.maximum,
    includesMinimum: true,
    includesMaximum: true,
    severity: 'warn',
  }
  return { ...column, constraints: [...column.constraints, stated] }
}

function columnWith(column: ContractColumn, entry: Deviation): ContractColumn {
  switch (entry.kind) {
    case 'row_share': {
      const severity = entry.failing === 'null' ? ('null' as const) : ('warn' as const)
      return replaced(column, entry.rule, (constraint) => [{ ...constraint, severity }])
    }
    case 'nulls_allowed':
      return replaced(column, 'not_null', (constraint) => [warned(constraint)])
    case 'column_absent':
      return replaced(column, 'not_null', () => [])
    case 'extra_category':
      return replaced(column, 'categorical', (constraint) => {
        if (constraint.kind !== 'categorical') return [constraint]
        const extra = entry.values.map((value) =>
          column.type === 'int' ? Number(value) : `${value}`,
        )
        const values = [...new Set([...constraint.values, ...extra])]
        return [warned(constraint), { ...constraint, values }]
      })
    case 'wider_range':
      return replaced(column, entry.rule, (constraint) => [
        warned(constraint),
        widened(constraint, entry),
      ])
    case 'narrower_range':
      return narrowed(column, entry)
    case 'coarser_date':
    case 'late_coverage':
      return column
  }
}

function checksWith(check: TableCheck, entry: Deviation): readonly TableCheck[] {
  if (check.kind === 'coverage' && entry.kind === 'late_coverage') {
    const { first, last } = entry
    return [warned(check), { ...check, first: first ?? check.first, last: last ?? check.last }]
  }
  if (entry.kind !== 'row_share') return [check]
  if (check.kind === 'null_share' && entry.ceiling?.kind === 'share') {
    return [warned(check), { ...check, max: Math.max(check.max, entry.ceiling.share) }]
  }
  return check.kind === 'unique' ? [warned(check)] : [check]
}

function applyOne(contract: TableContract, entry: Deviation): TableContract {
  const check = checkOf(contract, entry)
  if (check !== undefined) {
    const checks = contract.checks.flatMap((one) =>
      one === check ? checksWith(one, entry) : [one],
    )
    return { ...contract, checks }
  }
  const [name] = entry.columns
  const columns = contract.columns.map((column) =>
    column.name === name ? columnWith(column, entry) : column,
  )
  return { ...contract, columns }
}

/**
 * The contract with the entries that are in force for it. Entries of other contracts, and of columns
 * and rules that it does not have, change nothing; id, version and digest stay those of the
 * published contract.
 */
export function applyDeviations(
  contract: TableContract,
  inForce: readonly Deviation[],
): TableContract {
  return inForce.filter((entry) => entry.contract === contract.id).reduce(applyOne, contract)
}

/** Formats of coarser dates that the entries in force permit, by column. */
export function coarserFormats(
  contract: TableContract,
  inForce: readonly Deviation[],
): ReadonlyMap<string, readonly string[]> {
  const formats = new Map<string, readonly string[]>()
  for (const { contract: id, kind, columns, formats: own } of inForce) {
    const [column = ''] = columns
    if (id === contract.id && kind === 'coarser_date') formats.set(column, own)
  }
  return formats
}
