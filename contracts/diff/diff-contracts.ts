// The difference between two contracts, or two sets of them, as a list of changes with their
// class; and whether the version was raised as far as they demand. Pure: contracts in, changes out.
import type { TableContract } from '../table-contract.ts'
import {
  type Bump,
  breaks,
  bumpOf,
  type ChangeClass,
  type ContractChange,
  classOf,
  type Effects,
  fits,
  isRaisedEnough,
  nothing,
  worstClass,
} from './contract-change.ts'
import { diffChecks } from './diff-checks.ts'
import { diffColumns, prose } from './diff-columns.ts'

const renamed: Effects = {
  readers: breaks('Queries that name the table fail.'),
  providers: fits('The data may stay as it is; the project file names the table anew.'),
}
const tableAdded: Effects = {
  readers: fits('No query names it yet.'),
  providers: fits('Nobody has to provide a table that the project file does not name.'),
}
const tableRemoved: Effects = {
  readers: breaks('Queries that name the table fail.'),
  providers: nothing('There is nothing left to satisfy.'),
}

function wholeTable(contract: TableContract, effects: Effects, isAdded: boolean): ContractChange {
  const words = `${contract.id} ${contract.version}`
  return {
    ...{ table: contract.id, path: 'contract', class: classOf(effects), ...effects },
    ...{ before: isAdded ? null : words, after: isAdded ? words : null },
  }
}

/**
 * Every change from one contract to another, both with what they extend; null: there is none.
 * Breaking for readers is what makes an existing query fail or mean something else: a column or
 * table gone or renamed, a type changed, a promise (constraint, key, coverage, share of nulls)
 * dropped, loosened or only warned about. Breaking for providers is what may refuse data, or drop a
 * value, that landed before: a demand added, tightened or made more severe. The rest is compatible,
 * or documentation where neither queries nor data can tell.
 */
export function diffContracts(
  before: TableContract | null,
  after: TableContract | null,
): ContractChange[] {
  if (before === null) return after === null ? [] : [wholeTable(after, tableAdded, true)]
  if (after === null) return [wholeTable(before, tableRemoved, false)]
  const changes: ContractChange[] = []
  const { id } = before
  if (id !== after.id) {
    const change = { table: id, path: 'contract', class: classOf(renamed), ...renamed }
    changes.push({ ...change, before: id, after: after.id })
  }
  for (const key of ['title', 'description'] as const) {
    if (before[key] !== after[key]) changes.push(prose(id, key, before[key], after[key]))
  }
  if (before.extends !== after.extends) {
    changes.push(prose(id, 'extends', before.extends ?? '', after.extends ?? ''))
  }
  return [...changes, ...diffColumns(before, after), ...diffChecks(before, after)]
}

export interface ContractDiff {
  /** `namespace/table`, of after where there is one. */
  readonly table: string
  /** Versions; null: there is no such contract. */
  readonly before: string | null
  readonly after: string | null
  /** null: nothing changed. */
  readonly class: ChangeClass | null
  /** What the changes demand of the version. */
  readonly bump: Bump
  /** The version moved at least so far; true where there are no two versions to compare. */
  readonly raised: boolean
  readonly changes: readonly ContractChange[]
}

function diffOf(before: TableContract | null, after: TableContract | null): ContractDiff {
  const changes = diffContracts(before, after)
  const worst = worstClass(changes)
  const bump = bumpOf(worst)
  const raised =
    before === null || after === null || isRaisedEnough(before.version, after.version, bump)
  return {
    table: after?.id ?? before?.id ?? '',
    ...{ before: before?.version ?? null, after: after?.version ?? null },
    ...{ class: worst, bump, raised, changes },
  }
}

type Contracts = readonly TableContract[]

/** The other side of a contract: of the same id, else the only one of the same table. */
function partnerOf(contract: TableContract, own: Contracts, others: Contracts) {
  const same = others.find(({ id }) => id === contract.id)
  if (same !== undefined) return same
  const free = (list: Contracts, rest: Contracts) =>
    list.filter(({ table, id }) => table === contract.table && !rest.some((one) => one.id === id))
  const [candidates, rivals] = [free(others, own), free(own, others)]
  return candidates.length === 1 && rivals.length === 1 ? (candidates[0] ?? null) : null
}

/**
 * The differences between two sets of contracts, table by table; a table is known by its id, else
 * by its bare name. Two single contracts are compared whatever their names.
 */
export function diffCatalogues(before: Contracts, after: Contracts): ContractDiff[] {
  const [left, right] = [before[0], after[0]]
  if (before.length === 1 && after.length === 1 && left !== undefined && right !== undefined) {
    return [diffOf(left, right)]
  }
  const kept = before.map((contract) => diffOf(contract, partnerOf(contract, before, after)))
  const added = after
    .filter((contract) => partnerOf(contract, after, before) === null)
    .map((contract) => diffOf(null, contract))
  return [...kept, ...added]
}
