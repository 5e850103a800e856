// What `doctor` looks at, each look a function that gives findings: what is wrong, and the
// command that mends it. No look changes anything.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isLandingError } from '../contracts/errors.ts'
import { packageRoot } from '../contracts/package-root.ts'
import type { CommandContext } from './command-context.ts'

export interface Finding {
  readonly what: string
  /** A command, or an act where no command does it. */
  readonly mend: string
}

export interface Look {
  readonly name: string
  look(context: CommandContext): Promise<readonly Finding[]>
}

const moduleLoadMsMax = 60_000

/** The oldest Node that the package runs on, as package.json says. */
export function nodeFindings(version: string): Finding[] {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return []
  return [{ what: `Node ${version} is older than 20.19`, mend: 'nvm install 20 && nvm use 20' }]
}

/** Loads a module in a process of its own: a damaged library ends the process that loads it. */
function loadFault(name: string): string | null {
  const script = `import(${JSON.stringify(name)}).catch((error) => {
    process.stdout.write(String(error.code ?? error.name))
    process.exitCode = 1
  })`
  const { status, signal, stdout } = spawnSync(process.execPath, ['--eval', script], {
    cwd: packageRoot,
    encoding: 'utf8',
    timeout: moduleLoadMsMax,
  })
  return status === 0 ? null : (signal ?? stdout ?? 'unknown reason')
}

/** Modules with a part in machine code, which have to fit this machine. */
export function moduleFindings(names: readonly string[]): Finding[] {
  return names.flatMap((name) => {
    const fault = loadFault(name)
    if (fault === null) return []
    return {
      what: `native module ${name} does not load on ${process.platform} ${process.arch}: ${fault}`,
      mend: 'npm install --force   # in the folder of the project: fetches what fits this machine',
    }
  })
}

async function installationFindings(): Promise<Finding[]> {
  const missing = ['contracts/core/patients.yaml'].filter(
    (file) => !existsSync(join(packageRoot, file)),
  )
  return missing.map((file) => ({
    what: `the installation has no ${file}`,
    mend: 'npm install safelanding --force',
  }))
}

async function projectFindings(context: CommandContext): Promise<Finding[]> {
  try {
    const { project } = await context.loadProject()
    return await lakeFindings(project.lake)
  } catch (error) {
    if (!isLandingError(error)) throw error
    return error.message
      .split('\n')
      .map((what) => ({ what: `${error.code}: ${what}`, mend: error.remedy }))
  }
}

async function lakeFindings(lake: string): Promise<Finding[]> {
  const { lakeFaults } = await import('./lake-faults.ts')
  const faults = await lakeFaults(lake)
  const found = faults.map((what) => ({
    ...{ what, mend: `put the lake on a local disk, or repair ${lake}` },
  }))
  return faults.length > 0 ? found : await pruneFindings(lake)
}

/** Snapshots that a prune marked and did not end with. */
async function pruneFindings(folder: string): Promise<Finding[]> {
  if (!existsSync(join(folder, 'format.json'))) return []
  const { openLake } = await import('../lake/lake-layout.ts')
  const { snapshotFacts } = await import('../lake/prune-snapshot.ts')
  const facts = await snapshotFacts(await openLake(folder))
  const half = facts.filter(({ data }) => data === 'marked' || data === 'partial')
  return half.map(({ snapshot }) => ({
    what: `snapshot ${snapshot} is marked as pruned, and some of its data files are left`,
    mend: `safelanding snapshots prune --keep ${facts.length}   # ends what was begun, no more`,
  }))
}

export const looks: readonly Look[] = [
  { name: 'Node', look: async () => nodeFindings(process.version) },
  { name: 'native modules', look: async () => moduleFindings(['@duckdb/node-api']) },
  { name: 'installation', look: installationFindings },
  { name: 'project and lake', look: projectFindings },
]
