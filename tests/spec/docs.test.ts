// What the pages say is true of the code: links resolve, command lines parse, files exist, the keys
// of the project file are all there and no others, codes are in the registry.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import type { CommandContext } from '../../bin/command-context.ts'
import { registerVerbs } from '../../bin/verbs.ts'
import { loadProject } from '../../config/load-project.ts'
import { notSupportedYet } from '../../config/not-supported-yet.ts'
import { projectSchema } from '../../config/project-schema.ts'
import { errorDefinitions } from '../../contracts/errors.ts'
import { jsonSchemaOf } from '../../contracts/yaml-scalars.ts'
import {
  anchorsOf,
  codesOf,
  commandLinesOf,
  fencesOf,
  firstCellsBelow,
  linksOf,
  shellWords,
} from '../support/markdown.ts'
import { repositoryRoot } from '../support/paths.ts'

const pagesBelow = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)

const names = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/northshire/README.md'],
  ...pagesBelow('docs'),
]
const pages = new Map(
  names.map((name) => [name, readFileSync(join(repositoryRoot, name), 'utf8')] as const),
)
const pageOf = (name: string): string => pages.get(name) ?? ''

test('the walk found the pages', () => {
  expect(names.length).toBeGreaterThan(15)
})

test('links inside the documentation resolve, with their anchors', () => {
  const wrong = [...pages].flatMap(([name, page]) =>
    linksOf(page).flatMap((link) => {
      if (/^https?:/.test(link)) return []
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? name : relative('.', join(dirname(name), path))
      if (!existsSync(join(repositoryRoot, target))) {
        return [`${name}: ${link}`]
      }
      if (anchor === undefined || anchorsOf(pageOf(target)).includes(anchor)) return []
      return [`${name}: no heading for ${link}`]
    }),
  )
  expect(wrong).toEqual([])
})

/** Parses the words as the program would, doing nothing; the complaint, or null. */
async function complaintAbout(words: readonly string[]): Promise<string | null> {
  const program = new Command('safelanding').exitOverride().option('--project <file>')
  program.option('--json').option('-q, --quiet').option('-v, --verbose').option('--version')
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  const context = { action: () => async () => undefined } as unknown as CommandContext
  try {
    await registerVerbs(program, context, words)
    await program.parseAsync([...words], { from: 'user' })
    return null
  } catch (error) {
    return (error as Error).message
  }
}

test('a wrong command line is noticed', async () => {
  expect(await complaintAbout(['load', '--tables', 'core/patients'])).toMatch(/unknown option/)
  expect(await complaintAbout(['lod'])).toMatch(/unknown command/)
  expect(await complaintAbout(['load', '--table', 'core/patients'])).toBeNull()
})

test('every command line shown parses', async () => {
  const wrong: string[] = []
  let count = 0
  for (const [name, page] of pages) {
    for (const line of commandLinesOf(page)) {
      const shown = /(?:^|[\s/])safelanding ((?:-|[a-z]).*)$/.exec(line)?.[1]
      if (shown === undefined || shown.includes('…')) continue
      const complaint = await complaintAbout(shellWords(shown))
      if (complaint !== null) wrong.push(`${name}: ${line}: ${complaint}`)
      count++
    }
  }
  expect(wrong).toEqual([])
  expect(count).toBeGreaterThan(40)
})

test('every npm script shown exists', () => {
  const text = readFileSync(join(repositoryRoot, 'package.json'), 'utf8')
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> }
  const shown = [...pages.values()]
    .flatMap(commandLinesOf)
    .flatMap((line) => [...line.matchAll(/npm run ([a-z-]+)/g)].map(([, script = '']) => script))
  expect(new Set(shown).size).toBeGreaterThan(3)
  expect([...new Set(shown)].filter((script) => !Object.hasOwn(scripts, script))).toEqual([])
})

test('files named in the documentation exist', () => {
  const folders =
    'bin|config|contracts|docs|examples|lake|pipelines|query|sinks|sources|tests|transforms'
  const inRepository = new RegExp(`^(?:${folders})/[\\w./-]+\\.[a-z]+$`)
  const inLake = /^lake\/(?:current|locks|quarantine|runs|snapshots|staging)\//
  const wrong = [...pages].flatMap(([name, page]) =>
    codesOf(page)
      .filter((code) => inRepository.test(code) && !inLake.test(code))
      .filter((code) => !existsSync(join(repositoryRoot, code)))
      .map((code) => `${name}: ${code}`),
  )
  expect(wrong).toEqual([])
})

test('codes of errors are in the registry', () => {
  const known = new Set(Object.values(errorDefinitions).map(({ code }) => code as string))
  const wrong = [...pages].flatMap(([name, page]) =>
    [...page.matchAll(/\bSL\d{4}\b/g)]
      .filter(([code]) => !known.has(code))
      .map(([code]) => `${name}: ${code}`),
  )
  expect(wrong).toEqual([])
})

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly anyOf?: readonly Schema[]
}

const keysOf = (schema: Schema | undefined): string[] => Object.keys(schema?.properties ?? {})

test('the page of the project file has the keys of the schema, and no others', () => {
  const page = pageOf('docs/project-file.md')
  const file = jsonSchemaOf(projectSchema, 'project') as Schema
  const table = file.properties?.['tables']?.additionalProperties
  const source = table?.properties?.['source']
  const column = table?.properties?.['columns']?.additionalProperties?.anyOf?.find(
    ({ properties }) => properties !== undefined,
  )
  const sections: readonly (readonly [string, Schema | undefined])[] = [
    ['The file', file],
    ['A table', table],
    ['The source', source],
    ['Control totals', source?.properties?.['control']],
    ['A column', column],
    ['Booleans', column?.properties?.['booleans']],
  ]
  for (const [heading, schema] of sections) {
    expect(keysOf(schema).length).toBeGreaterThan(1)
    expect([heading, ...firstCellsBelow(page, heading).sort()]).toEqual([
      heading,
      ...keysOf(schema).sort(),
    ])
  }
})

test('keys that are refused are named as such', () => {
  const refused = pageOf('docs/project-file.md').split('## Refused in this version')[1] ?? ''
  for (const { key } of notSupportedYet) expect(refused).toContain(`\`${key}\``)
})

test('the project file of the README is valid', () => {
  const yaml = fencesOf(pageOf('README.md')).find(({ language }) => language === 'yaml')?.text ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
  const file = join(folder, 'safelanding.yaml')
  writeFileSync(file, yaml)
  expect(loadProject(file, {}).project.tables.map(({ table }) => table)).toEqual(['core/patients'])
})

test('every page of decisions is in their list', () => {
  const folder = join(repositoryRoot, 'docs', 'decisions')
  const listed = linksOf(pageOf('docs/decisions/README.md'))
  const found = readdirSync(folder).filter((name) => name !== 'README.md')
  expect(listed.sort()).toEqual(found.sort())
})
