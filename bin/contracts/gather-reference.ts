// What the reference is made of, gathered from contracts, project files and the lakes they name:
// reading only, and nothing that is counted is more exact than what may leave.
import type { LoadedProject } from '../../config/load-project.ts'
import { isLandingError, LandingError } from '../../contracts/errors.ts'
import { judgeDeviations } from '../../contracts/judge-deviations.ts'
import type {
  BackendDeviations,
  BackendSnapshot,
  Reference,
  ReferenceBackend,
} from '../../contracts/reference-pages/reference.ts'
import type { TableContract } from '../../contracts/table-contract.ts'
import { systemErrorCode } from '../../lake/durable-files.ts'
import { openLake } from '../../lake/lake-layout.ts'
import { currentSnapshot } from '../../lake/manifest.ts'
import { statedDeviation } from '../deviation-lines.ts'

/** What the last snapshot of a lake states; null where nothing was published yet. */
async function snapshotOf(root: string): Promise<BackendSnapshot | null> {
  let current: Awaited<ReturnType<typeof currentSnapshot>>
  try {
    current = await currentSnapshot(await openLake(root))
  } catch (error) {
    const isMissing = isLandingError(error) && error.errorName === 'lake_missing'
    if (isMissing || systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
  if (current === null) return null
  const { snapshot, published_at: publishedAt, tables } = current.manifest
  return {
    snapshot,
    publishedOn: publishedAt.slice(0, 10),
    tables: Object.fromEntries(
      Object.entries(tables).map(([id, { version, rows }]) => [id, { version, rows }]),
    ),
  }
}

async function backendOf({ project }: LoadedProject): Promise<ReferenceBackend> {
  const tables = project.tables.map(({ table, columns }) => {
    const absent = columns.filter(({ origin }) => origin.kind === 'absent')
    return [table, { absentColumns: absent.map(({ column }) => column) }] as const
  })
  return {
    name: project.backend,
    tables: Object.fromEntries(tables),
    snapshot: await snapshotOf(project.lake),
  }
}

/** The register of a backend, as it stands on a day. */
function deviationsOf({ project, catalogue }: LoadedProject, today: string): BackendDeviations {
  const judged = judgeDeviations(project.deviations, catalogue.contracts, today)
  const kept = judged.filter(({ state }) => state !== 'withdrawn')
  return { backend: project.backend, entries: kept.map(statedDeviation) }
}

function refuseTwins(projects: readonly LoadedProject[]): void {
  const names = projects.map(({ project }) => project.backend)
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin === undefined) return
  throw new LandingError('usage', `two project files are of the backend "${twin}"`, {
    remedy: 'Name each backend once.',
  })
}

/** Contracts by id: those that were named first, then those that only backends have. */
function contractsOf(
  named: readonly TableContract[],
  projects: readonly LoadedProject[],
  isWholeCatalogue: boolean,
): TableContract[] {
  const contracts = new Map(named.map((contract) => [contract.id, contract]))
  for (const { catalogue: own } of projects) {
    for (const [id, contract] of own.contracts) {
      const known = contracts.get(id)
      if (known !== undefined && known.digest !== contract.digest) {
        throw new LandingError('contract_invalid', `two different contracts are called ${id}`, {
          remedy: 'Give one of them a namespace of its own.',
        })
      }
      if (isWholeCatalogue) contracts.set(id, contract)
    }
  }
  return [...contracts.values()]
}

/** The reference of contracts and backends. Throws what reading them throws. */
export async function gatherReference(
  named: readonly TableContract[],
  projects: readonly LoadedProject[],
  isWholeCatalogue: boolean,
  today: string,
): Promise<Reference> {
  refuseTwins(projects)
  return {
    contracts: contractsOf(named, projects, isWholeCatalogue),
    backends: await Promise.all(projects.map(backendOf)),
    deviations: projects.map((project) => deviationsOf(project, today)),
  }
}
