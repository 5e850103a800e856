// What a person names on the command line as contracts: a file, a folder, an id or namespace of the
// catalogue, a git revision of a file or folder. All come out as contracts, with what they extend.
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { limits } from '../../config/limits.ts'
import {
  builtInNamespaces,
  contractFiles,
  contractResolver,
  loadCatalogue,
  specifierProblem,
} from '../../contracts/catalogue.ts'
import { isLandingError, LandingError } from '../../contracts/errors.ts'
import { loadContract } from '../../contracts/load-contract.ts'
import { listWords, nearestContract, nearestWord } from '../../contracts/nearest-word.ts'
import type { TableContract } from '../../contracts/table-contract.ts'
import { type RevisionPath, readRevision, splitRevision } from './git-revision.ts'

export interface Operand {
  readonly contracts: readonly TableContract[]
  /** One contract was named, and not a set of them. */
  readonly isSingle: boolean
}

const bytesMax = limits.contractFileBytesMax

const single = (contract: TableContract): Operand => ({ contracts: [contract], isSingle: true })

/** The contract of one file; what it extends is looked for beside it, then in the catalogue. */
function fileOperand(path: string, shown: string): Operand {
  const beside = contractFiles(dirname(path), '/')
  const resolveId = contractResolver(new Map(beside.map((file) => [file.id, file])), bytesMax)
  const text = readFileSync(path, 'utf8')
  return single(loadContract(text, shown, { bytesMax, id: null, resolve: resolveId }))
}

/** `core/patients` of a path `…/core/patients.yaml`. */
function idOfPath(path: string): string {
  return `${basename(dirname(path))}/${basename(path).replace(/\.yaml$/, '')}`
}

/** A file of a revision by its path from the root of the repository; null where there is none. */
function revisionFile(
  revision: string,
  path: string,
  folder: string,
): readonly [path: string, text: string] | null {
  try {
    const { files } = readRevision({ revision, path }, folder)
    return [...files][0] ?? null
  } catch (error) {
    if (isLandingError(error) && error.errorName === 'unknown_name') return null
    throw error
  }
}

function revisionOperand(named: RevisionPath, folder: string): Operand {
  const { revision } = named
  const { isFolder, files } = readRevision(named, folder)
  const fromCatalogue = contractResolver(new Map(), bytesMax)
  const known = new Map<string, TableContract | null>()
  const [first = ''] = files.keys()
  // What a file extends is that of the same revision, where its namespace or one beside it has it.
  const parent = first.split('/').slice(0, -2).join('/').replace(/.$/, '$&/')
  const load = (path: string, text: string): TableContract => {
    const shown = `${revision}:${path}`
    return loadContract(text, shown, { bytesMax, id: null, resolve: resolveId })
  }
  const resolveId = (id: string): TableContract | null => {
    const found = known.get(id)
    if (found !== undefined) return found
    // Asked for again while it is read, it is none.
    known.set(id, null)
    const own = [...files].find(([path]) => idOfPath(path) === id)
    const other = own ?? revisionFile(revision, `${parent}${id}.yaml`, folder)
    const contract = other === null ? fromCatalogue(id) : load(other[0], other[1])
    known.set(id, contract)
    return contract
  }
  const contracts = [...files].map(([path, text]) => load(path, text))
  return { contracts, isSingle: !isFolder }
}

function catalogueOperand(name: string): Operand {
  const namespaces = builtInNamespaces()
  const options = { folder: '/', bytesMax }
  if (namespaces.includes(name)) {
    return { contracts: [...loadCatalogue([name], options).contracts.values()], isSingle: false }
  }
  const [namespace = ''] = name.split('/')
  const isKnown = namespaces.includes(namespace)
  const { contracts } = loadCatalogue(isKnown ? [namespace] : namespaces, options)
  const contract = contracts.get(name)
  if (contract !== undefined) return single(contract)
  const ids = [...contracts.keys()]
  const nearest = name.includes('/') ? nearestContract(name, ids) : nearestWord(name, namespaces)
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
  const expected = `a file, a folder, ${listWords([...namespaces, ...ids], 8)}`
  throw new LandingError('unknown_name', `no contracts "${name}"; expected ${expected}${hint}`)
}

/**
 * The contracts that a name stands for. A path that exists goes first, then `REVISION:PATH`, then
 * the catalogue. Throws `unknown_name`, `contract_invalid`, or `usage` where git is missing.
 */
export function readOperand(name: string, folder: string): Operand {
  const path = resolve(folder, name)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() === true) return fileOperand(path, name)
  const isBuiltIn = builtInNamespaces().includes(name)
  if (stats?.isDirectory() === true && !isBuiltIn) {
    const specifier = name.startsWith('.') || name.startsWith('/') ? name : `./${name}`
    const wrong = specifierProblem(specifier, folder)
    if (wrong !== null) {
      throw new LandingError('unknown_name', `${wrong.what}; expected ${wrong.expected}`)
    }
    const { contracts } = loadCatalogue([specifier], { folder, bytesMax })
    return { contracts: [...contracts.values()], isSingle: false }
  }
  const revision = splitRevision(name)
  if (revision !== null) return revisionOperand(revision, folder)
  if (name.startsWith('.') || name.startsWith('/') || name.endsWith('.yaml')) {
    throw new LandingError('unknown_name', `no file or folder "${name}"`, {
      remedy: 'Name a file, a folder, an id of the catalogue or a git revision (HEAD~1:path).',
    })
  }
  return catalogueOperand(name)
}
