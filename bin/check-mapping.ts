// SEAM. What `check` knows about a mapping beyond the project file: whether it compiles to a
// plan. To be joined onto transforms: `compilePlan(contract, mapping, patientIdType)` of
// transforms/compile-plan.ts throws a LandingError (mapping_invalid) for a format, constant or
// option that no kernel can honour. Until then only what the project loader checks is checked.
import type { LandingError } from '../contracts/errors.ts'
import type { TableMapping } from '../contracts/extract.ts'
import type { PatientIdType, TableContract } from '../contracts/table-contract.ts'

/** Refusals of a mapping; none where it can be loaded. */
export async function checkMapping(
  _contract: TableContract,
  _mapping: TableMapping,
  _patientIdType: PatientIdType,
): Promise<LandingError[]> {
  return []
}
