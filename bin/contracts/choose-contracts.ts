// The contracts that `--tables` names: all of a namespace or folder, or one by its id or path.
import { basename, dirname } from 'node:path'
import { limits } from '../../config/limits.ts'
import {
  builtInNamespaces,
  type Catalogue,
  isContractPath,
  loadCatalogue,
  specifierProblem,
} from '../../contracts/catalogue.ts'
import { contractIdPattern } from '../../contracts/contract-schema.ts'
import { LandingError } from '../../contracts/errors.ts'
import { listWords, nearestContract } from '../../contracts/nearest-word.ts'
import type { TableContract } from '../../contracts/table-contract.ts'

export interface ChosenContracts {
  /** Entries of `contracts:` of a project file: namespaces, and folders as they were named. */
  readonly specifiers: readonly string[]
  /** Patients first in each namespace, which others link up with; then by id. */
  readonly contracts: readonly TableContract[]
}

interface Named {
  readonly specifier: string
  /** Id of the one contract; null: all of them. */
  readonly id: string | null
}

function readName(name: string, folder: string): Named {
  const [namespace = ''] = name.split('/')
  if (contractIdPattern.test(name) && builtInNamespaces().includes(namespace)) {
    return { specifier: namespace, id: name }
  }
  if (isContractPath(name) && specifierProblem(name, folder) !== null) {
    const parent = dirname(name)
    const id = `${basename(parent)}/${basename(name).replace(/\.yaml$/, '')}`
    if (isContractPath(parent) && specifierProblem(parent, folder) === null) {
      return { specifier: parent, id }
    }
  }
  const problem = specifierProblem(name, folder)
  if (problem === null) return { specifier: name, id: null }
  const { what, expected, suggestion = null } = problem
  const hint = suggestion === null ? '' : `; did you mean "${suggestion}"?`
  throw new LandingError('unknown_name', `${what}; expected ${expected}${hint}`)
}

function refuseUnknown(id: string, { contracts }: Catalogue): never {
  const ids = [...contracts.keys()]
  const nearest = nearestContract(id, ids)
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
  throw new LandingError('unknown_name', `no contract "${id}"; expected ${listWords(ids)}${hint}`)
}

function byPlace(left: TableContract, right: TableContract): number {
  if (left.namespace !== right.namespace) return left.namespace < right.namespace ? -1 : 1
  const [isFirst, isLast] = [left.table === 'patients', right.table === 'patients']
  if (isFirst !== isLast) return isFirst ? -1 : 1
  return left.table < right.table ? -1 : left.table > right.table ? 1 : 0
}

/** Loads what the names stand for. Throws `unknown_name` where one stands for nothing. */
export async function chooseContracts(
  names: readonly string[],
  folder: string,
): Promise<ChosenContracts> {
  if (names.length === 0) throw new LandingError('usage', '--tables names no table')
  const named = names.map((name) => readName(name, folder))
  const specifiers = [...new Set(named.map(({ specifier }) => specifier))]
  const bytesMax = limits.contractFileBytesMax
  const chosen = new Map<string, TableContract>()
  const catalogue = loadCatalogue(specifiers, { folder, bytesMax })
  for (const { specifier, id } of named) {
    if (id !== null) {
      chosen.set(id, catalogue.contracts.get(id) ?? refuseUnknown(id, catalogue))
      continue
    }
    const { contracts } = loadCatalogue([specifier], { folder, bytesMax })
    for (const contract of contracts.values()) chosen.set(contract.id, contract)
  }
  return { specifiers, contracts: [...chosen.values()].sort(byPlace) }
}
