// What the reference is made of: contracts, and what is known of backends that implement them. Plain
// data that the command gathers and the pages are rendered from; nothing here reads a file or a
// clock, so equal input makes equal pages.
import type { TableContract } from '../table-contract.ts'

/** An entry of a backend's deviation register, in the words that readers outside may see. */
export interface StatedDeviation {
  readonly id: string
  /** `namespace/table`. */
  readonly contract: string
  /** None: about the table as a whole. */
  readonly columns: readonly string[]
  readonly kind: string
  /** What it permits, without a full stop: `sex may also be other`. */
  readonly what: string
  /** `0.5%`, `25 rows`; null: none is needed. */
  readonly ceiling: string | null
  readonly publicWording: string
  /** Why it is not in force: `proposed`, `expired`. */
  readonly status: string
  /** YYYY-MM-DD. */
  readonly approvedOn: string | null
  readonly expires: string | null
  /** Approved and unexpired, as the register judged it. */
  readonly inForce: boolean
}

/** The register of one backend. */
export interface BackendDeviations {
  readonly backend: string
  readonly entries: readonly StatedDeviation[]
}

/** What the last published snapshot of a backend says of a table. */
export interface LandedTable {
  readonly version: string
  readonly rows: number
}

export interface BackendSnapshot {
  readonly snapshot: number
  /** YYYY-MM-DD, in UTC. */
  readonly publishedOn: string
  /** By id of the contract. */
  readonly tables: Readonly<Record<string, LandedTable>>
}

/** A backend: what its project file maps. */
export interface ReferenceBackend {
  readonly name: string
  /** Columns that the extract does not have, by id of the contract that the backend implements. */
  readonly tables: Readonly<Record<string, { readonly absentColumns: readonly string[] }>>
  /** null: nothing was published yet, or nobody asked. */
  readonly snapshot: BackendSnapshot | null
}

export interface Reference {
  readonly contracts: readonly TableContract[]
  readonly backends: readonly ReferenceBackend[]
  readonly deviations: readonly BackendDeviations[]
}

/** How far a backend implements a contract. */
export type Implementation = 'implemented' | 'deviating' | 'absent_columns' | 'not_implemented'

/** One cell of the compatibility matrix. */
export interface BackendStanding {
  readonly backend: string
  readonly implementation: Implementation
  readonly absentColumns: readonly string[]
  /** All entries about the contract, in force or not. */
  readonly deviations: readonly StatedDeviation[]
  readonly snapshot:
    | (LandedTable & { readonly number: number; readonly publishedOn: string })
    | null
}

function implementationOf(
  isMapped: boolean,
  deviations: readonly StatedDeviation[],
  absentColumns: readonly string[],
): Implementation {
  if (!isMapped) return 'not_implemented'
  if (deviations.some(({ inForce }) => inForce)) return 'deviating'
  return absentColumns.length > 0 ? 'absent_columns' : 'implemented'
}

/** How every backend stands to a contract, in the order of the backends. */
export function standingsOf(reference: Reference, id: string): BackendStanding[] {
  return reference.backends.map(({ name, tables, snapshot }) => {
    const mapped = Object.hasOwn(tables, id) ? tables[id] : undefined
    const absentColumns = mapped?.absentColumns ?? []
    const deviations = reference.deviations
      .filter(({ backend }) => backend === name)
      .flatMap(({ entries }) => entries.filter(({ contract }) => contract === id))
    const landed =
      snapshot !== null && Object.hasOwn(snapshot.tables, id) ? snapshot.tables[id] : undefined
    return {
      backend: name,
      implementation: implementationOf(mapped !== undefined, deviations, absentColumns),
      absentColumns,
      deviations,
      snapshot:
        snapshot === null || landed === undefined
          ? null
          : { ...landed, number: snapshot.snapshot, publishedOn: snapshot.publishedOn },
    }
  })
}

/** Namespaces of the contracts, in order. */
export function namespacesOf({ contracts }: Reference): string[] {
  return [...new Set(contracts.map(({ namespace }) => namespace))]
}

/** Names of tables that any namespace has, in alphabetical order. */
export function tableNamesOf({ contracts }: Reference): string[] {
  return [...new Set(contracts.map(({ table }) => table))].sort()
}
