// Generated pages are those on disk, and the schemas that editors use agree with what the program
// accepts, judged by an implementation of JSON Schema that shares no code with zod.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { generatedPages } from '../../bin/generated-pages.ts'
import { emptyProjectText } from '../../bin/init/project-text.ts'
import { errorDefinitions } from '../../contracts/errors.ts'
import { ruleDefinitions } from '../../contracts/rules.ts'
import { repositoryRoot } from '../support/paths.ts'
import { violations } from '../support/validate-json-schema.ts'

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8')
const schema = (name: string) => JSON.parse(read(`docs/generated/${name}.schema.json`))

test('no generated page is stale (npm run docs writes them)', () => {
  for (const [path, text] of generatedPages()) expect([path, read(path)]).toEqual([path, text])
})

test('docs/errors.md and the registries have the same codes and rules', () => {
  const page = read('docs/errors.md')
  const codes = [...page.matchAll(/^\| (SL\d{4}) \|/gm)].map(([, code]) => code)
  const defined = Object.values(errorDefinitions).map(({ code }) => code)
  expect(codes).toEqual([...defined].sort())
  expect(new Set(codes).size).toBe(codes.length)
  const rules = [...page.matchAll(/^\| (\d+) \| `(\w+)` \|/gm)].map(([, number, name]) => [
    ...[name, Number(number)],
  ])
  const definedRules = Object.entries(ruleDefinitions).map(([name, { number }]) => [name, number])
  expect(rules).toEqual(definedRules)
  expect(new Set(rules.map(([, number]) => number)).size).toBe(rules.length)
})

test('every contract of the catalogue is valid by the schema', () => {
  const folder = join(repositoryRoot, 'contracts')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  )
  expect(files.length).toBeGreaterThanOrEqual(5)
  for (const file of files) {
    const value = parse(read(`contracts/${file}`))
    expect([file, violations(schema('contract'), value)]).toEqual([file, []])
  }
})

test('the project file that init writes is valid by the schema, and mistakes are not', () => {
  const good = parse(emptyProjectText())
  const table = good.tables['core/patients']
  expect(violations(schema('project'), good)).toEqual([])
  const withTable = (changes: object) => ({
    ...good,
    tables: { 'core/patients': { ...table, ...changes } },
  })
  const wrong: [unknown, string][] = [
    [{ ...good, opt_outs: {} }, '/opt_outs: additional property'],
    [{ ...good, patient_id: 'integer' }, '/patient_id: enum'],
    [{ ...good, lake: undefined, backend: 'A B' }, '/backend: pattern'],
    [withTable({ columns: { patient_id: { form: 'x' } } }), '/columns/patient_id: anyOf'],
    [withTable({ source: { csv: 'a', header: 'yes' } }), '/source/header: type boolean'],
    [withTable({ duplicates: 'keep' }), '/duplicates: enum'],
  ]
  for (const [value, violation] of wrong) {
    expect(violations(schema('project'), value).join('\n')).toContain(violation)
  }
})
