// Whether ehrQL takes the order of dates that a table states for its dummy data. It is strict there, at
// import: it wants every column that is named to be a date with the same other constraints, and the
// columns to form one chain, each naming all columns before it in the order of the chain.
import type { ContractColumn, DummyConstraint } from '../../contracts/table-contract.ts'

const earlierColumns = (column: ContractColumn): readonly string[] =>
  (column.dummy ?? []).flatMap((one) => (one.kind === 'date_after' ? one.columns : []))

/** All that is said of a column besides what the order may differ in, as one comparable text. */
function otherConstraints({ constraints, dummy = [] }: ContractColumn): string {
  const said: readonly DummyConstraint[] = [...constraints, ...dummy]
  const others = said.filter(({ kind }) => kind !== 'date_after' && kind !== 'not_null')
  return others
    .map((one) => JSON.stringify(one))
    .sort()
    .join('\n')
}

/** True where there is no order, or ehrQL takes it. */
export function isDateAfterUsable(columns: readonly ContractColumn[]): boolean {
  const byName = new Map(columns.map((column) => [column.name, column]))
  const later = columns.filter((column) => earlierColumns(column).length > 0)
  for (const column of later) {
    for (const name of earlierColumns(column)) {
      const earlier = byName.get(name)
      if (earlier === undefined || earlier === column || earlier.type !== 'date') return false
      if (otherConstraints(earlier) !== otherConstraints(column)) return false
    }
  }
  // A chain: with so many columns before it, a column names exactly those, first to last.
  const named = new Set(later.flatMap((column) => [column.name, ...earlierColumns(column)]))
  const chain = [...named]
    .map((name) => byName.get(name))
    .filter((column) => column !== undefined)
    .sort((left, right) => earlierColumns(left).length - earlierColumns(right).length)
  return chain.every((column, index) => {
    const expected = chain.slice(0, index).map(({ name }) => name)
    return earlierColumns(column).join() === expected.join()
  })
}
