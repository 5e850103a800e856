// What a load would do, worked out before anything is written: contract, plan and files of every
// table, cut into batches. `check`, `plan` and `load` all start here, so they cannot disagree.

import { applyDeviations, coarserFormats } from '../contracts/apply-deviations.ts'
import type { PlannedFile } from '../contracts/batch-task.ts'
import type { Deviation } from '../contracts/deviation.ts'
import { LandingError } from '../contracts/errors.ts'
import type { Project, TableMapping } from '../contracts/extract.ts'
import type { JudgedDeviation } from '../contracts/judge-deviations.ts'
import { listWords, nearestContract } from '../contracts/nearest-word.ts'
import type { TableContract } from '../contracts/table-contract.ts'
import type { SliceRange } from '../sources/csv/read.ts'
import { planSource, splitSource } from '../sources/open-source.ts'
import { compilePlan } from '../transforms/compile-plan.ts'
import type { TablePlan } from '../transforms/table-plan.ts'
import { planDigest } from './batch-identity.ts'
import type { TableJob } from './land-batch.ts'

export interface PlannedTable {
  /** The effective contract: with the deviations in force. */
  readonly contract: TableContract
  /** Entries of the register about the table. */
  readonly deviations: readonly JudgedDeviation[]
  readonly mapping: TableMapping
  readonly plan: TablePlan
  readonly digest: string
  readonly files: readonly { readonly file: PlannedFile; readonly slices: readonly SliceRange[] }[]
  /** Groups of extract files with the same content. */
  readonly duplicates: readonly (readonly string[])[]
  readonly absentColumns: readonly string[]
}

/** The tables of the project that a load would run: all, or those named; in project order. */
export function selectTables(project: Project, only: readonly string[]): readonly TableMapping[] {
  for (const name of only) {
    if (project.tables.some(({ table }) => table === name)) continue
    const names = project.tables.map(({ table }) => table)
    const nearest = nearestContract(name, names)
    const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
    const what = `no table "${name}" in the project file; expected ${listWords(names)}${hint}`
    throw new LandingError('unknown_name', what, {
      remedy: 'Name a table as the project file does.',
    })
  }
  return only.length === 0 ? project.tables : project.tables.filter((t) => only.includes(t.table))
}

/** The contract of a mapped table. The project loader has made sure that it exists. */
export function contractOf(
  contracts: ReadonlyMap<string, TableContract>,
  table: string,
): TableContract {
  const contract = contracts.get(table)
  if (contract === undefined) throw new Error(`no contract was loaded for ${table}`)
  return contract
}

/** The day of an instant, in UTC: YYYY-MM-DD. */
export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10)

/** Entries that change how the table is landed: a column that is mapped after all is not absent. */
function appliedDeviations(mapping: TableMapping, judged: readonly JudgedDeviation[]): Deviation[] {
  const isAbsent = (name: string | undefined) =>
    mapping.columns.some(({ column, origin }) => column === name && origin.kind === 'absent')
  return judged.flatMap(({ entry, state }) => {
    if (state !== 'in_force') return []
    return entry.kind !== 'column_absent' || isAbsent(entry.columns[0]) ? [entry] : []
  })
}

function mappingWith(
  mapping: TableMapping,
  formats: ReadonlyMap<string, readonly string[]>,
): TableMapping {
  if (formats.size === 0) return mapping
  const columns = mapping.columns.map((column) => {
    const coarser = formats.get(column.column)
    return coarser === undefined ? column : { ...column, coarserFormats: coarser }
  })
  return { ...mapping, columns }
}

/**
 * Compiles the plan of a table for a load on the day `today` (YYYY-MM-DD, UTC) and reads the heads
 * of its files. `judged` is the register as it stands on that day; entries of other tables have no effect.
 */
export async function planTable(
  project: Project,
  mapping: TableMapping,
  contract: TableContract,
  today: string,
  judged: readonly JudgedDeviation[],
): Promise<PlannedTable> {
  const deviations = judged.filter(({ entry }) => entry.contract === contract.id)
  const applied = appliedDeviations(mapping, deviations)
  const effective = applyDeviations(contract, applied)
  const widened = mappingWith(mapping, coarserFormats(contract, applied))
  const plan = compilePlan(effective, widened, project.patientIdType, today)
  const extract = await planSource(mapping.source, plan.needed, project.folder)
  return {
    contract: effective,
    deviations,
    mapping,
    plan,
    digest: planDigest(project, mapping, contract, applied),
    files: extract.files.map((file) => ({ file, slices: splitSource(mapping.source, file) })),
    duplicates: extract.duplicates,
    absentColumns: mapping.columns
      .filter(({ origin }) => origin.kind === 'absent')
      .map(({ column }) => column),
  }
}

/** What workers need to land batches of a planned table. */
export function tableJob(
  project: Project,
  planned: PlannedTable,
  run: string,
  software: string,
): TableJob {
  const { contract } = planned
  return {
    table: contract.id,
    plan: planned.plan,
    dialect: planned.mapping.source.dialect,
    compression: project.compression,
    dictionary: project.dictionary,
    metadata: {
      'safelanding.software': software,
      'safelanding.contract': contract.id,
      'safelanding.contract_version': contract.version,
      'safelanding.contract_sha256': contract.digest,
      'safelanding.backend': project.backend,
      'safelanding.run': run,
    },
  }
}
