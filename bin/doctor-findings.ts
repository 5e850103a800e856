// What `doctor` looks at, each look a function that gives findings: what is wrong, and the command that
// mends it. No look changes anything.
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

/** The oldest Node that the package runs on, as package.json says. */
export function nodeFindings(version: string): Finding[] {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return []
  return [{ what: `Node ${version} is older than 20.19`, mend: 'nvm install 20 && nvm use 20' }]
}

async function moduleFindings(): Promise<Finding[]> {
  const findings: Finding[] = []
  const modules: Record<string, () => Promise<unknown>> = {
    '@duckdb/node-api': () => import('@duckdb/node-api'),
  }
  for (const [name, load] of Object.entries(modules)) {
    try {
      await load()
    } catch (error) {
      const code = (error as { code?: unknown }).code
      findings.push({
        what: `the native module ${name} does not load (${String(code ?? 'unknown reason')})`,
        mend: `npm install --include=optional ${name}   # for ${process.platform} ${process.arch}`,
      })
    }
  }
  return findings
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
  return faults.map((what) => ({ what, mend: `put the lake on a local disk, or repair ${lake}` }))
}

export const looks: readonly Look[] = [
  { name: 'Node', look: async () => nodeFindings(process.version) },
  { name: 'native modules', look: moduleFindings },
  { name: 'installation', look: installationFindings },
  { name: 'project and lake', look: projectFindings },
]
