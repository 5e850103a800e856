// Contracts by what an operator types: namespaces, folders of contracts of one's own, and single
// contracts of either.
import type { TableContract } from '../../contracts/table-contract.ts'
import type { CommandContext } from '../command-context.ts'

/** `./contracts/own/visits` or `core/patients` as folder or namespace, and table. */
function splitName(name: string): { specifier: string; table: string } | null {
  const [, folder = '', table = ''] = /^(.+)[\\/]([^\\/]+?)(?:\.yaml)?$/.exec(name) ?? []
  return folder === '' || folder === '.' ? null : { specifier: folder, table }
}

/** The contracts named, each once, in the order of the words; all built-in ones without words. */
export async function selectContracts(
  names: readonly string[],
  context: CommandContext,
): Promise<TableContract[]> {
  const { builtInNamespaces, loadCatalogue, namespaceOf, specifierProblem } = await import(
    '../../contracts/catalogue.ts'
  )
  const { LandingError } = await import('../../contracts/errors.ts')
  const { listWords, nearestContract } = await import('../../contracts/nearest-word.ts')
  const { limits } = await import('../../config/limits.ts')
  const options = { folder: context.workingFolder, bytesMax: limits.contractFileBytesMax }
  const selected = new Map<string, TableContract>()
  for (const name of names.length === 0 ? builtInNamespaces() : names) {
    const problem = specifierProblem(name, context.workingFolder)
    const single = problem === null ? null : splitName(name)
    const isSingle =
      single !== null && specifierProblem(single.specifier, context.workingFolder) === null
    if (problem !== null && !isSingle) {
      const { what, expected, suggestion = null } = problem
      const near = single === null ? suggestion : nearestContract(name, allIds())
      const hint = near === null ? '' : `; did you mean "${near}"?`
      throw new LandingError('unknown_name', `${what}; expected ${expected}${hint}`)
    }
    const specifier = single?.specifier ?? name
    const { contracts } = loadCatalogue([specifier], options)
    const wanted = [...contracts.values()].filter(
      ({ table }) => single === null || table === single.table,
    )
    if (wanted.length === 0) {
      const ids = [...contracts.keys()]
      const id = `${namespaceOf(specifier, context.workingFolder)}/${single?.table}`
      const near = nearestContract(id, ids)
      const hint = near === null ? '' : `; did you mean "${near}"?`
      throw new LandingError(
        'unknown_name',
        `no contract "${name}"; expected ${listWords(ids)}${hint}`,
      )
    }
    for (const contract of wanted) selected.set(contract.id, contract)
  }
  return [...selected.values()]

  function allIds(): string[] {
    return [...loadCatalogue(builtInNamespaces(), options).contracts.keys()]
  }
}
