// The register as it stands on a day: the same judgement for `check`, `plan`, `load` and
// `deviations`, so that they cannot disagree about what is in force.
import type { Project } from '../contracts/extract.ts'
import { type JudgedDeviation, judgeDeviations } from '../contracts/judge-deviations.ts'
import type { TableContract } from '../contracts/table-contract.ts'
import { dayOf } from './plan-load.ts'

/**
 * Every entry of the project's register, judged at an instant. `exceeded` are ids of entries whose
 * ceiling a landing has passed, with the reason.
 */
export function deviationsAt(
  project: Project,
  contracts: ReadonlyMap<string, TableContract>,
  instant: Date,
  exceeded: ReadonlyMap<string, string> = new Map(),
): JudgedDeviation[] {
  return judgeDeviations(project.deviations, contracts, dayOf(instant), exceeded)
}
