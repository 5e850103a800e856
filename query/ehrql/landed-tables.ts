// Which tables of ehrQL a backend has, and which of ehrQL's modules it implements whole. ehrQL looks
// tables up by their bare name, under which the widest landed contract stands; a contract that is not
// landed itself is there all the same where that table has all that it promises.
import { isNarrower } from '../../contracts/extend-contract.ts'
import type {
  ColumnConstraint,
  ContractColumn,
  TableContract,
} from '../../contracts/table-contract.ts'
import { ehrqlModules, isUsableAttribute } from './ehrql-names.ts'

export interface LandedTables {
  /** By bare name, sorted: what the backend has under it. */
  readonly tables: ReadonlyMap<string, TableContract>
  /** Namespaces that ehrQL has a module for, in the order of the project, implemented whole. */
  readonly implemented: readonly string[]
  /** Those that are not, each with the tables that lack and why. */
  readonly partial: readonly PartialNamespace[]
  /** Namespaces of the provider's own. */
  readonly custom: readonly string[]
  /** Landed tables whose name a backend class has for something else. */
  readonly unusable: readonly string[]
}

export interface PartialNamespace {
  readonly namespace: string
  readonly missing: readonly { readonly table: string; readonly reason: string }[]
}

/**
 * The landed contract that stands under each bare name, sorted by name: that of the namespace named
 * after the backend, else the one with most columns, else the first by id. As the query layer has it.
 */
export function landedByName(
  landed: readonly TableContract[],
  backend: string,
): Map<string, TableContract> {
  const width = ({ namespace, columns }: TableContract) =>
    namespace === backend ? Number.POSITIVE_INFINITY : columns.length
  const byName = new Map<string, TableContract>()
  const sorted = [...landed].sort((left, right) => (left.id < right.id ? -1 : 1))
  for (const contract of sorted) {
    const other = byName.get(contract.table)
    if (other === undefined || width(contract) > width(other)) byName.set(contract.table, contract)
  }
  return new Map([...byName].sort(([left], [right]) => (left < right ? -1 : 1)))
}

const holds = (constraint: ColumnConstraint): boolean => constraint.severity !== 'warn'

function lacks(wanted: ContractColumn, column: ContractColumn | undefined): string | null {
  if (column === undefined) return `has no column ${wanted.name}`
  if (column.type !== wanted.type) return `has ${wanted.name} as ${column.type}, not ${wanted.type}`
  const broken = wanted.constraints.find(
    (constraint) =>
      holds(constraint) &&
      !column.constraints.some((own) => holds(own) && isNarrower(constraint, own)),
  )
  return broken === undefined ? null : `does not promise ${broken.kind} of ${wanted.name}`
}

/** Why the table that is there cannot stand for the contract; null where it can. */
function reasonAgainst(wanted: TableContract, landed: TableContract | undefined): string | null {
  if (landed === undefined) return 'has no extract'
  if (landed.id === wanted.id) return null
  if (wanted.rows === 'one_per_patient' && landed.rows !== wanted.rows) {
    return `is ${landed.id} here, which may have several rows for a patient`
  }
  for (const column of wanted.columns) {
    const own = landed.columns.find(({ name }) => name === column.name)
    const lack = lacks(column, own)
    if (lack !== null) return `is ${landed.id} here, which ${lack}`
  }
  return null
}

export interface LandedTablesInput {
  readonly backend: string
  /** Namespaces of the project, in its order. */
  readonly namespaces: readonly string[]
  /** Every contract of the namespaces. */
  readonly contracts: readonly TableContract[]
  /** Ids of the contracts that have an extract. */
  readonly landed: ReadonlySet<string>
  /** Namespaces whose contracts are a folder of the provider's, whatever they are called. */
  readonly own: ReadonlySet<string>
}

/** Sorts out what a backend has and implements. */
export function landedTables(input: LandedTablesInput): LandedTables {
  const { backend, namespaces, contracts, own } = input
  const landed = contracts.filter(({ id }) => input.landed.has(id))
  const byName = landedByName(landed, backend)
  const isOfEhrql = (name: string) => Object.hasOwn(ehrqlModules, name) && !own.has(name)
  const missingOf = (namespace: string) =>
    contracts
      .filter((contract) => contract.namespace === namespace)
      .flatMap((contract) => {
        const reason = reasonAgainst(contract, byName.get(contract.table))
        return reason === null ? [] : [{ table: contract.table, reason }]
      })
  const partial = namespaces
    .filter(isOfEhrql)
    .map((namespace) => ({ namespace, missing: missingOf(namespace) }))
    .filter(({ missing }) => missing.length > 0)
  return {
    tables: new Map([...byName].filter(([name]) => isUsableAttribute(name))),
    implemented: namespaces.filter(
      (name) => isOfEhrql(name) && !partial.some(({ namespace }) => namespace === name),
    ),
    partial,
    custom: namespaces.filter((name) => !isOfEhrql(name)),
    unusable: [...byName.keys()].filter((name) => !isUsableAttribute(name)),
  }
}

/** What a namespace lacks, a sentence for each reason, without full stops: `a, b have no extract`. */
export function lackSentences({ missing }: PartialNamespace): string[] {
  const byReason = new Map<string, string[]>()
  for (const { table, reason } of missing) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), table])
  }
  return [...byReason].map(([reason, tables]) => {
    const verb = tables.length === 1 ? reason : reason.replace(/^has /, 'have ')
    return `${tables.join(', ')} ${verb}`
  })
}
