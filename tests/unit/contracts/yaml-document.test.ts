// What a text of YAML becomes: numbers and booleans spelled the usual way, and the written text of
// everything else; positions of keys and values, also behind aliases. Answers are made by hand.
import { expect, test } from '@jest/globals'
import { parseYaml } from '../../../contracts/yaml-document.ts'
import { parseTable } from '../../support/parse-table.ts'

const parse = (text: string) => parseYaml(text, 'a.yaml', { bytesMax: 10_000 })

test('values as they are taken', () => {
  const rows = parseTable(`
    yaml                        | value
    ----------------------------+------------------------------
    a: 1                        | {"a":1}
    a: 01                       | {"a":"01"}
    a: 1.50                     | {"a":"1.50"}
    a: 1e3                      | {"a":"1e3"}
    a: 0x10                     | {"a":"0x10"}
    a: -0                       | {"a":"-0"}
    a: .inf                     | {"a":".inf"}
    a: 9007199254740993         | {"a":"9007199254740993"}
    a: "1"                      | {"a":"1"}
    a: true                     | {"a":true}
    a: True                     | {"a":"True"}
    a: yes                      | {"a":"yes"}
    a: NULL                     | {"a":"NULL"}
    a: null                     | {"a":null}
    a:                          | {"a":null}
    a: 2020-01-01               | {"a":"2020-01-01"}
    {01: a, 1: b, true: c}      | {"01":"a","1":"b","true":"c"}
    {a: &x [1, 02], b: *x}      | {"a":[1,"02"],"b":[1,"02"]}
    {<<: {a: 1}}                | {"<<":{"a":1}}
  `)
  for (const { yaml = '', value = '' } of rows) {
    const document = parse(yaml)
    expect([yaml, document.problems]).toEqual([yaml, []])
    expect([yaml, document.value]).toEqual([yaml, JSON.parse(value)])
  }
})

test('positions of keys and values, and of the nearest that there is', () => {
  const document = parse(
    '# top\ntables:\n  one:\n    list: [a,\n      b]\n  two: &t {x: 1}\n  three: *t\n',
  )
  const at = ({ line, column }: { line: number; column: number }) => `${line}:${column}`
  expect(at(document.keyPosition(['tables', 'one']))).toBe('3:3')
  expect(at(document.position(['tables', 'one', 'list', 1]))).toBe('5:7')
  expect(at(document.position(['tables', 'one', 'list', 7]))).toBe('4:5')
  expect(at(document.keyPosition(['tables', 'one', 'none']))).toBe('3:3')
  expect(at(document.position(['tables', 'two', 'x']))).toBe('6:15')
  // What an alias stands for is told where it is written.
  expect(at(document.position(['tables', 'three', 'x']))).toBe('6:15')
  expect(at(document.position(['none']))).toBe('2:1')
})

test('keys that are the same text, however spelled, are duplicates', () => {
  const problems = parse('{a: 1, "a": 2, 1: x, "1": y}').problems
  expect(problems.map(({ line, column, what }) => `${line}:${column} ${what}`)).toEqual([
    '1:8 duplicate key "a"',
    '1:22 duplicate key "1"',
  ])
})

test('an alias to itself ends in a problem and not in a loop', () => {
  const { problems } = parse('&a [*a]')
  expect(problems[0]?.what).toBe('nested too deeply')
})
