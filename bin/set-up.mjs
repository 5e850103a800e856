// Makes a fresh clone ready: installs the locked packages and compiles, each only when something
// changed since the last time. Plain JavaScript without imports of packages, because it runs first.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sourceFolders = [
  'bin',
  'config',
  'contracts',
  'examples',
  'kernels',
  'lake',
  'pipelines',
  'query',
  'sinks',
  'sources',
  'tests',
  'transforms',
]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`safelanding needs Node 20.19 or later; this is ${process.version}\n`)
  process.exit(2)
}

const digest = (text) => createHash('sha256').update(text).digest('hex')

function run(label, command, args) {
  process.stderr.write(`${label}\n`)
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (result.status !== 0) {
    process.stderr.write(`set-up: "${command} ${args.join(' ')}" failed\n`)
    process.exit(1)
  }
}

function newestSources() {
  const lines = []
  for (const folder of sourceFolders.filter((name) => existsSync(join(root, name)))) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
      const path = join(entry.parentPath, entry.name)
      const { mtimeMs, size } = statSync(path)
      lines.push(`${path} ${mtimeMs} ${size}`)
    }
  }
  for (const name of [
    'tsconfig.json',
    join('bin', 'bundle.mjs'),
    join('bin', 'build-kernels.mjs'),
  ]) {
    lines.push(digest(readFileSync(join(root, name), 'utf8')))
  }
  return digest(lines.sort().join('\n'))
}

const stamp = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

const lockDigest = digest(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const packages = join(root, 'node_modules')
const installStamp = join(packages, '.safelanding-set-up')
// A linked node_modules belongs to another checkout: `npm ci` would empty it under whoever uses it.
const isLinked = lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink() === true
if (!isLinked && stamp(installStamp) !== lockDigest) {
  run('set-up: installing the locked packages (once)', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  writeFileSync(installStamp, lockDigest)
}

const sourcesDigest = newestSources()
const buildStamp = join(root, 'dist', '.safelanding-build')
if (process.argv.includes('--rebuild') || stamp(buildStamp) !== sourcesDigest) {
  // A deleted .ts would otherwise leave its .js behind, and a deleted test would go on running.
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run('set-up: compiling', process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc')])
  run('set-up: compiling kernels', process.execPath, [join('bin', 'build-kernels.mjs')])
  run('set-up: joining modules', process.execPath, [join('bin', 'bundle.mjs')])
  writeFileSync(buildStamp, sourcesDigest)
}
