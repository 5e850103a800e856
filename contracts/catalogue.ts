// The catalogue: contracts that come with the package, by namespace, and those of folders of a
// backend's own. A contract is found by its path: <namespace>/<table>.yaml.
import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { LandingError } from './errors.ts'
import { readContractText } from './load-contract.ts'
import { listWords, nearestWord } from './nearest-word.ts'
import { packageRoot } from './package-root.ts'
import { type Problem, problemsError } from './problems.ts'
import type { TableContract } from './table-contract.ts'

export interface CatalogueOptions {
  /** Folder at which relative paths start. */
  readonly folder: string
  /** Bytes of one contract file at most. */
  readonly bytesMax: number
}

export interface ContractFile {
  readonly id: string
  readonly namespace: string
  /** Absolute path. */
  readonly path: string
  /** The file in messages: relative to the package or to the folder of the caller. */
  readonly name: string
}

export interface Catalogue {
  readonly namespaces: readonly string[]
  /** By id, in order of namespaces, then of names. */
  readonly contracts: ReadonlyMap<string, TableContract>
  readonly files: ReadonlyMap<string, ContractFile>
}

const builtInFolder = join(packageRoot, 'contracts')

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((left, right) =>
    left.name < right.name ? -1 : 1,
  )
}

function hasContracts(folder: string): boolean {
  return entriesOf(folder).some((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
}

/** Namespaces that come with the package, sorted. */
export function builtInNamespaces(): string[] {
  return entriesOf(builtInFolder)
    .filter((entry) => entry.isDirectory() && hasContracts(join(builtInFolder, entry.name)))
    .map((entry) => entry.name)
}

/** A path has a separator or a leading dot; anything else is the name of a namespace. */
export function isContractPath(specifier: string): boolean {
  return /[\\/]/.test(specifier) || specifier.startsWith('.')
}

/** The namespace that a specifier names: itself, or the name of the folder. */
export function namespaceOf(specifier: string, folder: string): string {
  return isContractPath(specifier) ? basename(resolve(folder, specifier)) : specifier
}

/** What is wrong with a specifier, or null: said by the project loader with a position. */
export function specifierProblem(
  specifier: string,
  folder: string,
): Pick<Problem, 'what' | 'expected' | 'suggestion'> | null {
  if (!isContractPath(specifier)) {
    const known = builtInNamespaces()
    if (known.includes(specifier)) return null
    return {
      what: `no contracts with the namespace "${specifier}"`,
      expected: `${listWords(known)}, or a path such as ./contracts/${specifier}`,
      suggestion: nearestWord(specifier, known),
    }
  }
  try {
    if (hasContracts(resolve(folder, specifier))) return null
    return { what: `no contract in the folder "${specifier}"`, expected: 'files <table>.yaml' }
  } catch {
    return { what: `no readable folder "${specifier}"`, expected: 'a folder of contracts' }
  }
}

/** The contract files of a namespace or folder, sorted by name. */
export function contractFiles(specifier: string, folder: string): ContractFile[] {
  const own = isContractPath(specifier)
  const path = own ? resolve(folder, specifier) : join(builtInFolder, specifier)
  const namespace = namespaceOf(specifier, folder)
  return entriesOf(path)
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => ({
      id: `${namespace}/${entry.name.slice(0, -'.yaml'.length)}`,
      namespace,
      path: join(path, entry.name),
      name: relative(own ? folder : packageRoot, join(path, entry.name)),
    }))
}

/**
 * Finds the contracts that others extend: those of `files`, then those of the package. A contract
 * that cannot be used, or that extends itself, is none; what is wrong with it is told where it is
 * loaded itself.
 */
export function contractResolver(
  files: ReadonlyMap<string, ContractFile>,
  bytesMax: number,
): (id: string) => TableContract | null {
  const resolved = new Map<string, TableContract | null>()
  const find = (id: string): ContractFile | null => {
    const own = files.get(id)
    if (own !== undefined) return own
    const [namespace = ''] = id.split('/')
    if (!builtInNamespaces().includes(namespace)) return null
    return contractFiles(namespace, packageRoot).find((file) => file.id === id) ?? null
  }
  const resolveId = (id: string): TableContract | null => {
    const known = resolved.get(id)
    if (known !== undefined) return known
    // Asked for again while it is read, it is none.
    resolved.set(id, null)
    const file = find(id)
    if (file === null) return null
    const text = readFileSync(file.path, 'utf8')
    const { contract } = readContractText(text, file.name, { bytesMax, id, resolve: resolveId })
    resolved.set(id, contract)
    return contract
  }
  return resolveId
}

/**
 * Loads the contracts of namespaces and folders. Throws `contract_invalid` with every problem of
 * every file, or where two of them define one table.
 */
export function loadCatalogue(specifiers: readonly string[], options: CatalogueOptions): Catalogue {
  const contracts = new Map<string, TableContract>()
  const files = new Map<string, ContractFile>()
  const problems: Problem[] = []
  for (const specifier of specifiers) {
    const wrong = specifierProblem(specifier, options.folder)
    if (wrong !== null) {
      const { what, expected, suggestion } = wrong
      const hint =
        suggestion === null || suggestion === undefined ? '' : `; did you mean "${suggestion}"?`
      throw new LandingError('contract_invalid', `${what}; expected ${expected}${hint}`)
    }
    for (const file of contractFiles(specifier, options.folder)) {
      if (files.has(file.id)) {
        problems.push({
          ...{ file: file.name, line: 1, column: 1, what: `contract ${file.id} a second time` },
          expected: `another namespace than that of ${files.get(file.id)?.name}`,
        })
        continue
      }
      files.set(file.id, file)
    }
  }
  const resolve = contractResolver(files, options.bytesMax)
  for (const { id, path, name } of files.values()) {
    const reading = readContractText(readFileSync(path, 'utf8'), name, { ...options, id, resolve })
    if (reading.contract === null) problems.push(...reading.problems)
    else contracts.set(id, reading.contract)
  }
  if (problems.length > 0) throw problemsError('contract_invalid', problems)
  const namespaces = specifiers.map((specifier) => namespaceOf(specifier, options.folder))
  return { namespaces: [...new Set(namespaces)], contracts, files }
}

/** Namespaces of a catalogue whose contracts are not those of the package, whatever their names. */
export function ownNamespaces({ files }: Catalogue): Set<string> {
  const others = [...files.values()].filter(
    ({ path }) => !path.startsWith(join(builtInFolder, '/')),
  )
  return new Set(others.map(({ namespace }) => namespace))
}
