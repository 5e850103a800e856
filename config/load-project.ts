// The project file becomes a frozen Project with the contracts it implements. Everything that is
// wrong with the file is told at once, by line and column; nothing in it is ignored.
import { readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import {
  type Catalogue,
  loadCatalogue,
  namespaceOf,
  specifierProblem,
} from '../contracts/catalogue.ts'
import type { Deviation } from '../contracts/deviation.ts'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import type { Project, TableMapping } from '../contracts/extract.ts'
import { type Complain, complainInto } from '../contracts/load-contract.ts'
import { expectedContracts, nearestContract } from '../contracts/nearest-word.ts'
import { type Problem, problemsError } from '../contracts/problems.ts'
import { readDeviations } from '../contracts/read-deviations.ts'
import { validateDocument } from '../contracts/validate-document.ts'
import { parseYaml, type YamlDocument } from '../contracts/yaml-document.ts'
import { limits } from './limits.ts'
import { unsupportedKey } from './not-supported-yet.ts'
import { type ProjectText, projectSchema } from './project-schema.ts'
import { readMapping } from './read-mapping.ts'
import { redact, referenceResolver } from './references.ts'

export interface LoadedProject {
  readonly project: Project
  /** Every contract of the namespaces of the project, those without an extract too. */
  readonly catalogue: Catalogue
  /** What references resolved to: to be kept out of every message. */
  readonly secrets: ReadonlySet<string>
}

type Environment = Readonly<Record<string, string | undefined>>

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') {
      throw new LandingError('project_missing', `no project file ${name}`, { cause })
    }
    if (code === 'EISDIR') {
      throw new LandingError('project_invalid', `"${name}" is a folder; expected a file`, {
        remedy: `Name the file in it, such as ${join(file, 'safelanding.yaml')}.`,
        cause,
      })
    }
    const denied = code === 'EACCES' || code === 'EPERM'
    const why = denied ? 'permission denied' : `cannot be read (${code ?? 'unknown'})`
    throw new LandingError('project_invalid', `project file ${name}: ${why}`, {
      remedy: 'Correct its permissions, or name another file with --project.',
      cause,
    })
  }
}

/** Keys that the design knows and this version does not honour are told as such. */
function notSupported(path: readonly (string | number)[], key: string): Partial<Problem> | null {
  const entry = unsupportedKey(path, key)
  if (entry === null) return null
  return {
    what: `key "${key}" is not supported yet; if it were ignored, ${entry.reason}`,
    errorName: 'not_supported_yet',
  }
}

function loadContracts(text: ProjectText, folder: string, complain: Complain): Catalogue | null {
  let usable = true
  const seen = new Set<string>()
  for (const [index, specifier] of text.contracts.entries()) {
    const namespace = namespaceOf(specifier, folder)
    const wrong = seen.has(namespace)
      ? { what: `namespace "${namespace}" twice`, expected: 'each namespace once' }
      : specifierProblem(specifier, folder)
    seen.add(namespace)
    if (wrong === null) continue
    usable = false
    const { what, ...more } = wrong
    complain(['contracts', index], what, more)
  }
  if (!usable) return null
  return loadCatalogue(text.contracts, { folder, bytesMax: limits.contractFileBytesMax })
}

function readTables(
  text: ProjectText,
  catalogue: Catalogue,
  document: YamlDocument,
  folder: string,
  deviations: readonly Deviation[],
  complain: Complain,
): TableMapping[] {
  const ids = [...catalogue.contracts.keys()]
  return Object.entries(text.tables).flatMap(([id, table]) => {
    const path = ['tables', id]
    const contract = catalogue.contracts.get(id)
    if (contract === undefined) {
      const more = { expected: expectedContracts(id, ids), suggestion: nearestContract(id, ids) }
      complain(path, `no contract "${id}"`, more, 'key')
      return []
    }
    const where = `${document.file}:${document.keyPosition(path).line}`
    const own = deviations.filter((entry) => entry.contract === id)
    const place = { folder, where, path }
    return [readMapping(table, contract, text.patient_id, place, complain, own)]
  })
}

/** The register of deviations that the project names; empty where it names none. */
function readRegister(
  text: ProjectText,
  catalogue: Catalogue | null,
  folder: string,
  complain: Complain,
): Deviation[] {
  if (text.deviations === undefined || catalogue === null) return []
  const path = resolve(folder, text.deviations)
  let source: string
  try {
    source = readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const what = `deviations: "${text.deviations}" cannot be read (${code ?? 'unknown'})`
    complain(['deviations'], what, { expected: 'the register of deviations, a YAML file' })
    return []
  }
  return readDeviations(source, relative(folder, path), {
    bytesMax: limits.deviationFileBytesMax,
    contracts: catalogue.contracts,
  })
}

function readProject(
  file: string,
  text: ProjectText,
  document: YamlDocument,
): { project: Project; catalogue: Catalogue } {
  const folder = dirname(file)
  const problems: Problem[] = []
  // A value that came from a secret is named by its key alone.
  const collect = complainInto(document, problems)
  const complain: Complain = (path, what, more, where) =>
    document.isSecret(path)
      ? collect(path, `${path.at(-1)} (from a secret) is not usable`, {
          ...(more?.expected === undefined ? {} : { expected: more.expected }),
        })
      : collect(path, what, more, where)
  if (Object.keys(text.tables).length === 0) {
    complain(['tables'], 'no tables', { expected: 'at least one table' }, 'key')
  }
  const catalogue = loadContracts(text, folder, complain)
  const deviations = readRegister(text, catalogue, folder, complain)
  const tables =
    catalogue === null ? [] : readTables(text, catalogue, document, folder, deviations, complain)
  if (problems.length > 0 || catalogue === null) throw problemsError('project_invalid', problems)
  const project: Project = {
    file,
    folder,
    backend: text.backend,
    lake: resolve(folder, text.lake),
    namespaces: catalogue.namespaces,
    patientIdType: text.patient_id,
    tables,
    deviations,
    compression: text.compression ?? 'snappy',
    dictionary: text.dictionary ?? 'auto',
  }
  return { project, catalogue }
}

/**
 * Loads a project file. `file` may be relative to the working folder; messages call it by its base
 * name or as given. Throws `project_missing` (exit 4); `project_invalid`, `mapping_invalid`,
 * `contract_invalid`, `deviation_invalid`, `deviation_forbidden`, `secret_missing` or
 * `not_supported_yet` (exit 10) with all problems, a line each.
 */
export function loadProject(
  file: string,
  environment: Environment = {},
  workingFolder: string = process.cwd(),
): LoadedProject {
  const path = resolve(workingFolder, file)
  const name = file === path ? basename(file) : file
  const resolver = referenceResolver(dirname(path), environment)
  const document = parseYaml(readText(path, name), name, {
    bytesMax: limits.projectFileBytesMax,
    resolveText: resolver.resolve,
  })
  try {
    const { value, problems } = validateDocument(document, projectSchema, { notSupported })
    if (value === null) throw problemsError('project_invalid', problems)
    const { project, catalogue } = readProject(path, value, document)
    return { project: Object.freeze(project), catalogue, secrets: resolver.secrets }
  } catch (error) {
    // A secret may also be part of a key or a path: a last look before anybody sees the message.
    if (!isLandingError(error)) throw error
    const message = redact(error.message, resolver.secrets)
    throw new LandingError(error.errorName, message, { remedy: error.remedy })
  }
}
