// NHS numbers serve linkage inside the boundary and never stand in a published table: a contract with
// a column of them may be planned and its extract checked, but not loaded.
import { LandingError } from '../contracts/errors.ts'
import type { TableContract } from '../contracts/table-contract.ts'

/** The columns of a contract that may never be published. */
export function unpublishableColumns(contract: TableContract): string[] {
  return contract.columns.filter(({ type }) => type === 'nhs_number').map(({ name }) => name)
}

/** Throws `never_published` where a load would publish such a column. */
export function refuseUnpublishable(contracts: readonly TableContract[]): void {
  const found = contracts.flatMap((contract) =>
    unpublishableColumns(contract).map((name) => `${contract.id}: column ${name} has NHS numbers`),
  )
  if (found.length > 0) throw new LandingError('never_published', found.join('\n'))
}
