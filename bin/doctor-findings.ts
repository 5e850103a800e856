// What `doctor` looks at, each look a function that gives findings: what is wrong, and the
// command that mends it. No look changes anything.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
    return lakeFindings(project.lake)
  } catch (error) {
    if (!isLandingError(error)) throw error
    return error.message
      .split('\n')
      .map((what) => ({ what: `${error.code}: ${what}`, mend: error.remedy }))
  }
}

/** SEAM. The lake's own probe (rename, link, flush, format) joins here. */
function lakeFindings(lake: string): Finding[] {
  let folder = lake
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return []
  } catch {
    return [{ what: `the lake ${lake} cannot be written`, mend: `chmod u+w ${folder}` }]
  }
}

export const looks: readonly Look[] = [
  { name: 'Node', look: async () => nodeFindings(process.version) },
  { name: 'native modules', look: async () => moduleFindings(['snappy', '@duckdb/node-api']) },
  { name: 'installation', look: installationFindings },
  { name: 'project and lake', look: projectFindings },
]
