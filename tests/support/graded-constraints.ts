// Arbitrary severities for the constraints of a column in generative tests, as far as a plan takes
// them, and now and then a second, narrower constraint of the same kind under another severity.
import fc from 'fast-check'
import type { ColumnConstraint, Severity } from '../../contracts/table-contract.ts'

const anySeverity: fc.Arbitrary<Severity> = fc.constantFrom(
  'reject',
  'warn',
  'null',
  'null',
  'refuse',
)

/** A constraint that fewer values pass; itself where there is no narrower one. */
function narrowed(constraint: ColumnConstraint): ColumnConstraint {
  switch (constraint.kind) {
    case 'categorical':
      return { ...constraint, values: constraint.values.slice(0, -1) }
    case 'closed_range':
    case 'general_range':
      return typeof constraint.minimum === 'number'
        ? { ...constraint, minimum: constraint.minimum + 2 }
        : { ...constraint, minimum: '1950-06-01' }
    default:
      return constraint
  }
}

/** Severities that contradict not_null, or each other, become such as do not. */
function settled(constraints: readonly ColumnConstraint[]): ColumnConstraint[] {
  const isNeverNull = constraints.some(
    ({ kind, severity }) => kind === 'not_null' && severity !== 'warn' && severity !== 'null',
  )
  const seen = new Set<string>()
  return constraints.flatMap((constraint) => {
    const { kind, severity } = constraint
    const isImpossible = severity === 'null' && (isNeverNull || kind === 'not_null')
    const graded: ColumnConstraint = isImpossible ? { ...constraint, severity: 'warn' } : constraint
    const key = `${kind} ${graded.severity}`
    if (seen.has(key)) return []
    seen.add(key)
    return [graded]
  })
}

/** The constraints as they are, or with severities of any kind. */
export function gradedConstraints(
  constraints: readonly ColumnConstraint[],
): fc.Arbitrary<ColumnConstraint[]> {
  if (constraints.length === 0) return fc.constant([])
  const graded = fc
    .tuple(
      fc.tuple(...constraints.map(() => anySeverity)),
      fc.option(fc.tuple(fc.nat(constraints.length - 1), anySeverity, fc.boolean())),
    )
    .map(([severities, second]) => {
      const all = constraints.map((constraint, index): ColumnConstraint => {
        const severity = severities[index] ?? 'reject'
        return { ...constraint, severity }
      })
      const chosen = second === null ? undefined : constraints[second[0]]
      if (second === null || chosen === undefined) return settled(all)
      const again: ColumnConstraint = { ...narrowed(chosen), severity: second[1] }
      return settled(second[2] ? [...all, again] : [again, ...all])
    })
  const plain = fc.constant<ColumnConstraint[]>([...constraints])
  return fc.oneof({ weight: 1, arbitrary: plain }, { weight: 3, arbitrary: graded })
}
