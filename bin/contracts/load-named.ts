// The contracts that a command names: namespaces of the package, and folders of one's own.
import type { Catalogue } from '../../contracts/catalogue.ts'
import type { CommandContext } from '../command-context.ts'

/**
 * Loads the named namespaces and folders, or all that come with the package. Throws `unknown_name`
 * with the nearest name, or `contract_invalid`.
 */
export async function loadNamed(
  names: readonly string[],
  context: CommandContext,
): Promise<Catalogue> {
  const { builtInNamespaces, loadCatalogue, specifierProblem } = await import(
    '../../contracts/catalogue.ts'
  )
  for (const name of names) {
    const problem = specifierProblem(name, context.workingFolder)
    if (problem === null) continue
    const { LandingError } = await import('../../contracts/errors.ts')
    const { what, expected, suggestion = null } = problem
    const hint = suggestion === null ? '' : `; did you mean "${suggestion}"?`
    throw new LandingError('unknown_name', `${what}; expected ${expected}${hint}`)
  }
  const { limits } = await import('../../config/limits.ts')
  return loadCatalogue(names.length === 0 ? builtInNamespaces() : names, {
    folder: context.workingFolder,
    bytesMax: limits.contractFileBytesMax,
  })
}
