// Is the code in order? Only what no linter knows: import arrows, sizes, opening comments, banned
// calls, names, packages. A file that breaks a rule for a reason is listed below with it; the lists
// may only shrink, and an entry that is no longer needed fails.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { repositoryRoot } from './support/paths.ts'
import {
  banned,
  bansEverywhere,
  bansInKernels,
  bansOfTime,
  functionLengths,
  openingCommentLines,
  relativeImports,
} from './support/tidy-rules.ts'

const mayImport: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  config: ['contracts'],
  lake: ['contracts', 'config'],
  kernels: ['contracts'],
  sources: ['contracts', 'config', 'lake', 'kernels'],
  transforms: ['contracts', 'config', 'kernels'],
  sinks: ['contracts', 'config', 'lake', 'kernels'],
  query: ['contracts', 'config', 'lake'],
  pipelines: ['contracts', 'config', 'lake', 'kernels', 'sources', 'transforms', 'sinks'],
  // The demo is the example, walked through.
  bin: [
    ...['contracts', 'config', 'lake', 'sources', 'transforms', 'sinks', 'query', 'pipelines'],
    'examples',
  ],
}

const fileLinesMax = 400
const functionLinesMax = 70
const lineLengthMax = 100
/** A comment broken for the sake of a few letters reads worse than a line that is a little long. */
const commentLengthMax = 108
const openingCommentLinesMax = 6
const medianLinesMax = 150

/** Functions longer than the rule, with their length and the reason. May only shrink. */
const longFunctions: Readonly<Record<string, { length: number; reason: string }>> = {
  'kernels/assembly/sources/scan-records.ts scanRecords': {
    length: 100,
    reason: 'kernels take addresses, not objects: a third of the lines are parameters',
  },
  'query/trino/cursor.ts openCursor': {
    length: 91,
    reason: 'one closure over position, depth and parameters, each of its functions a few lines',
  },
  'bin/output.ts createOutput': { length: 76, reason: 'one closure over the state of two streams' },
}

/** Lines that a ban matches and that are right all the same: `file: what`, with the reason. */
const permitted: Readonly<Record<string, string>> = {
  'contracts/lint-contract.ts: a note to oneself': 'the linter looks for the word',
}

/** Packages that may be depended on, whether or not they are yet. */
const agreedPackages = {
  dependencies: [
    ...['@duckdb/node-api', 'apache-arrow', 'commander', 'croner', 'mssql', 'p-queue'],
    ...['winston', 'yaml', 'zod'],
  ],
  devDependencies: [
    ...[
      '@biomejs/biome',
      '@jest/globals',
      '@types/node',
      'ajv',
      'assemblyscript',
      'csv-parse',
      'esbuild',
      'fast-check',
      'hyparquet',
      'jest',
    ],
    // Peers of the benchmark.
    ...['csv-parse', 'nodejs-polars'],
    ...['parquet-wasm', 'parquetjs-lite', 'snappy', 'typescript'],
  ],
}

interface SourceFile {
  readonly path: string
  readonly folder: string
  readonly text: string
}

const skippedFolders = [
  'node_modules',
  'dist',
  '.git',
  'coverage',
  'bench-data',
  'lake',
  'extracts',
]

/** Files below the root that belong to the repository; data that commands made is left out. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isFile()) return [path]
    const isMade = skippedFolders.includes(entry.name) && !(path === join(repositoryRoot, 'lake'))
    return entry.isDirectory() && !isMade ? filesBelow(path) : []
  })
}

const allFiles = filesBelow(repositoryRoot).map((path) => relative(repositoryRoot, path))
const sources: SourceFile[] = allFiles
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({
    path,
    folder: path.split('/')[0] ?? '',
    text: readFileSync(join(repositoryRoot, path), 'utf8'),
  }))
const shipped = sources.filter(({ folder }) => Object.hasOwn(mayImport, folder))

test('the walk found the code', () => {
  expect(shipped.length).toBeGreaterThan(30)
  expect(new Set(shipped.map(({ folder }) => folder)).size).toBeGreaterThanOrEqual(3)
})

test('imports follow the arrows', () => {
  const wrong = shipped.flatMap(({ path, folder, text }) =>
    relativeImports(text).flatMap(({ line, target }) => {
      const imported = relative(repositoryRoot, resolve(repositoryRoot, dirname(path), target))
      const other = imported.split('/')[0] ?? ''
      const isAllowed = other === folder || mayImport[folder]?.includes(other) === true
      return isAllowed ? [] : [`${path}:${line}: imports ${imported}`]
    }),
  )
  expect(wrong).toEqual([])
})

test('files are small, even, and open with why they exist', () => {
  const lengths = shipped.map(({ text }) => text.split('\n').length).sort((a, b) => a - b)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(medianLinesMax)
  const wrong = sources.flatMap(({ path, text }) => {
    const lines = text.split('\n')
    const comment = openingCommentLines(text)
    const long = lines.flatMap((line, index) =>
      line.length > (/^\s*(?:\/\/|\/?\*)/.test(line) ? commentLengthMax : lineLengthMax) &&
      !path.startsWith('tests/')
        ? [index + 1]
        : [],
    )
    return [
      ...(lines.length > fileLinesMax ? [`${path}: ${lines.length} lines`] : []),
      ...(comment < 1 || comment > openingCommentLinesMax
        ? [`${path}: opens with ${comment} lines of comment`]
        : []),
      ...long.map((line) => `${path}:${line}: a long line`),
    ]
  })
  expect(wrong).toEqual([])
})

test('functions are short, but for those listed, which may only shrink', () => {
  const long = shipped.flatMap(({ path, text }) =>
    functionLengths(text)
      .filter(({ length }) => length > functionLinesMax)
      .map(({ name, length }) => ({ name: `${path} ${name}`, length })),
  )
  const listed = Object.entries(longFunctions).map(([name, { length }]) => ({ name, length }))
  const wrong = long.filter(({ name, length }) => length > (longFunctions[name]?.length ?? 0))
  expect(wrong).toEqual([])
  const slack = listed.filter(
    ({ name, length }) => (long.find((one) => one.name === name)?.length ?? 0) < length,
  )
  expect(slack).toEqual([])
})

test('nothing banned is called, but for what is permitted by name', () => {
  const found = shipped.flatMap(({ path, folder, text }) => {
    const knowsTime = ['pipelines', 'query', 'bin'].includes(folder)
    const bans = [
      ...bansEverywhere,
      ...(knowsTime ? [] : bansOfTime),
      ...(path.includes('/kernels/') ? bansInKernels : []),
    ]
    return banned(text, bans).map((finding) => ({
      name: `${path}: ${finding.replace(/^\d+: /, '')}`,
      at: `${path}:${finding}`,
    }))
  })
  expect(found.filter(({ name }) => permitted[name] === undefined).map(({ at }) => at)).toEqual([])
  const needed = new Set(found.map(({ name }) => name))
  expect(Object.keys(permitted).filter((name) => !needed.has(name))).toEqual([])
})

// A function that says how large the target must be (`…Max`) belongs beside the loop that fills it.
test('a kernel file exports one loop at most', () => {
  const kernels = shipped.filter(({ path }) => path.includes('/kernels/'))
  const wrong = kernels.flatMap(({ path, text }) => {
    const count = [...text.matchAll(/^export (?:async )?function (?!\w+Max\b)/gm)].length
    return count <= 1 ? [] : [`${path}: ${count} exported functions`]
  })
  expect(wrong).toEqual([])
})

test('files have names of whole words, tests are never switched off', () => {
  const misnamed = sources
    .map(({ path }) => path)
    .filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/.test(basename(path)))
  expect(misnamed).toEqual([])
  const off = sources
    .filter(({ path }) => path.endsWith('.test.ts'))
    .flatMap(({ path, text }) =>
      /\b(?:test|describe|it)\.(?:only|todo)\b/.test(text) ? [path] : [],
    )
  expect(off).toEqual([])
})

test('no file names a path of a machine, a package registry or how the work was organised', () => {
  const machine = /(?:^|[\s'"`(=])\/(?:home|work|root|Users)\/|\b[A-Z]:\\\\?Users\b/
  const host = new RegExp(['npmjs', 'yarnpkg', 'verdaccio', 'artifactory'].join('|'), 'i')
  const words = /\.\.\/shared\b|\bsub-?agents?\b|\bworktrees?\b/i
  const texts = ['.ts', '.mjs', '.json', '.md', '.yaml', '.yml', '']
  const self = ['tests/tidy.test.ts', 'tests/support/paths.ts']
  const wrong = allFiles
    .filter((path) => texts.includes(extname(path)) && !self.includes(path))
    .filter((path) => !path.startsWith('tests/fixtures/') && path !== '.git')
    .flatMap((path) => {
      const lines = readFileSync(join(repositoryRoot, path), 'utf8').split('\n')
      return lines.flatMap((line, index) =>
        machine.test(line) || host.test(line) || words.test(line) ? [`${path}:${index + 1}`] : [],
      )
    })
  expect(wrong).toEqual([])
})

test('packages are the agreed ones, at exact versions', () => {
  const read = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'))
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    const entries = Object.entries<string>(read[kind])
    const unknown = entries.filter(([name]) => !agreedPackages[kind].includes(name))
    expect([kind, unknown]).toEqual([kind, []])
    const ranges = entries.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    expect([kind, ranges]).toEqual([kind, []])
  }
  for (const kind of ['peerDependencies', 'optionalDependencies', 'bundleDependencies']) {
    expect(read[kind]).toBeUndefined()
  }
  const own = Object.keys(read.dependencies)
  const imported = shipped.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:from |import\()['"]((?:@[\w-]+\/)?[\w-]+)(?:\/[^'"]*)?['"]/g)]
      .map(([, name = '']) => name)
      .filter((name) => !own.includes(name))
      .map((name) => `${path}: ${name}`),
  )
  expect(imported).toEqual([])
})

test('the package ships the joined modules and every folder is in the arrow table', () => {
  const read = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'))
  const compiled = (read.files as string[]).filter((file) => file.startsWith('dist/'))
  expect(compiled).toEqual([
    ...['dist/bin/safelanding.js', 'dist/bin/commands/*.js', 'dist/chunks'],
    ...['dist/kernels/kernels.wasm', 'dist/pipelines/worker.js'],
    'dist/query/worker/worker-main.js',
  ])
  const missing = Object.keys(mayImport).filter((name) => !existsSync(join(repositoryRoot, name)))
  expect(missing).toEqual([])
})

test('the rules find what they look for', () => {
  const body = Array.from({ length: 80 }, () => '  x()').join('\n')
  const text = `// Why.\nexport function f(\n  a: number,\n): number {\n${body}\n}\nconst g = () => 1\n`
  expect(functionLengths(text)).toEqual([{ name: 'f', line: 2, length: 84 }])
  expect(openingCommentLines(text)).toBe(1)
  const code = [
    'console.log(1)',
    '// console.log(1)',
    'if (a instanceof Uint8Array) b()',
    'const now = Date.now()',
    'const value = BigInt(3)',
    'const array = new Int32Array(3)',
  ].join('\n')
  expect(banned(code, [...bansEverywhere, ...bansOfTime, ...bansInKernels])).toEqual([
    '1: console',
    '3: instanceof of an array',
    '4: a clock',
    '5: BigInt',
    '6: new',
  ])
  const imports = "import { a } from '../x/y.ts'\nimport './z.ts'\nawait import('../q/r.ts')\n"
  expect(relativeImports(imports).map(({ target }) => target)).toEqual([
    ...['../x/y.ts', './z.ts', '../q/r.ts'],
  ])
})
