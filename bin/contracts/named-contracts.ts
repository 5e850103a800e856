// The contracts that words of a command stand for: a namespace, a folder of contracts of one's own, or
// one contract of either, by its id or its path.
import { basename, dirname } from 'node:path'
import { limits } from '../../config/limits.ts'
import {
  builtInNamespaces,
  type Catalogue,
  isContractPath,
  loadCatalogue,
  namespaceOf,
  specifierProblem,
} from '../../contracts/catalogue.ts'
import { contractIdPattern } from '../../contracts/contract-schema.ts'
import { LandingError } from '../../contracts/errors.ts'
import { expectedContracts, nearestContract } from '../../contracts/nearest-word.ts'
import type { TableContract } from '../../contracts/table-contract.ts'

export interface NamedContracts {
  /** Entries of `contracts:` of a project file: namespaces, and folders as they were named. */
  readonly specifiers: readonly string[]
  /** All contracts of the specifiers. */
  readonly catalogue: Catalogue
  /** Those that were named, each once: in the order of the words, then of the catalogue. */
  readonly contracts: readonly TableContract[]
}

interface Named {
  readonly word: string
  readonly specifier: string
  /** Id of the one contract; null: all of them. */
  readonly id: string | null
}

function refuseUnknown(word: string, id: string, ids: readonly string[]): never {
  const nearest = nearestContract(id, ids)
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
  const expected = expectedContracts(id, ids)
  throw new LandingError('unknown_name', `no contract "${word}"; expected ${expected}${hint}`)
}

/** Ids of everything that comes with the package. */
function builtInIds(folder: string): string[] {
  const options = { folder, bytesMax: limits.contractFileBytesMax }
  return [...loadCatalogue(builtInNamespaces(), options).contracts.keys()]
}

function readWord(word: string, folder: string): Named {
  if (contractIdPattern.test(word)) {
    const [namespace = ''] = word.split('/')
    if (builtInNamespaces().includes(namespace)) return { word, specifier: namespace, id: word }
    // `contracts/own`, as a shell completes it, is the folder, as for `lint`.
    const path = `./${word}`
    if (specifierProblem(path, folder) === null) return { word, specifier: path, id: null }
    refuseUnknown(word, word, builtInIds(folder))
  }
  const problem = specifierProblem(word, folder)
  if (problem === null) return { word, specifier: word, id: null }
  const parent = dirname(word)
  const isOfFolder = isContractPath(word) && parent !== '.'
  // `./contracts/own/visits` is a contract of one's own: folder and table.
  const specifier = isContractPath(parent) ? parent : `./${parent}`
  if (isOfFolder && specifierProblem(specifier, folder) === null) {
    const table = basename(word).replace(/\.yaml$/, '')
    return { word, specifier, id: `${namespaceOf(specifier, folder)}/${table}` }
  }
  const { what, expected, suggestion = null } = problem
  const nearest = isContractPath(word) ? null : nearestContract(word, builtInIds(folder))
  const meant = suggestion ?? nearest
  const hint = meant === null ? '' : `; did you mean "${meant}"?`
  throw new LandingError('unknown_name', `${what}; expected ${expected}${hint}`)
}

/**
 * Loads what the words stand for, all that comes with the package where there are none. Throws
 * `unknown_name` with the nearest name, or `contract_invalid`.
 */
export function namedContracts(words: readonly string[], folder: string): NamedContracts {
  const named = (words.length === 0 ? builtInNamespaces() : words).map((word) =>
    readWord(word, folder),
  )
  const specifiers = [...new Set(named.map(({ specifier }) => specifier))]
  const catalogue = loadCatalogue(specifiers, { folder, bytesMax: limits.contractFileBytesMax })
  const chosen = new Map<string, TableContract>()
  for (const { word, specifier, id } of named) {
    const namespace = namespaceOf(specifier, folder)
    const wanted = [...catalogue.contracts.values()].filter((contract) =>
      id === null ? contract.namespace === namespace : contract.id === id,
    )
    if (wanted.length === 0) refuseUnknown(word, id ?? word, [...catalogue.contracts.keys()])
    for (const contract of wanted) chosen.set(contract.id, contract)
  }
  return { specifiers, catalogue, contracts: [...chosen.values()] }
}
