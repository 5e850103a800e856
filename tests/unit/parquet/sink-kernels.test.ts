// The list of kernels that JavaScript calls against the module that was compiled.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { kernels } from '../../../kernels/kernels.ts'
import { repositoryRoot } from '../../support/paths.ts'

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8')

/** Names and numbers of arguments, of methods and of members whose type is a function type below. */
function listedKernels(text: string): Map<string, number> {
  const countOf = (parameters = ''): number => parameters.split(':').length - 1
  const types = new Map(
    [...text.matchAll(/^type (\w+) = \(([^)]*)\) =>/gm)].map(([, name = '', parameters]) => [
      name,
      countOf(parameters),
    ]),
  )
  const listed = new Map<string, number>()
  for (const [, name = '', parameters] of text.matchAll(/^ {2}(\w+)\(([^)]*)\)/gm)) {
    listed.set(name, countOf(parameters))
  }
  for (const [, name = '', type = ''] of text.matchAll(/^ {2}(\w+): (\w+)$/gm)) {
    if (types.has(type)) listed.set(name, types.get(type) ?? 0)
  }
  return listed
}

test('the kernels of the sinks are exported with the arguments that are listed', () => {
  const listed = listedKernels(textOf('kernels/sink-kernels.ts'))
  const source = textOf('kernels/assembly/sinks/index.ts')
  const exported = [...source.matchAll(/export \{ (\w+) \}/g)].map(([, name]) => name)
  expect([...listed.keys()].sort()).toEqual(exported.sort())
  const compiled = [...listed.keys()].map((name) => [name, Reflect.get(kernels, name).length])
  expect(compiled).toEqual([...listed])
})
