// YAML for readers of version 1.1, such as PyYAML: what they would take for something else.
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { yamlText } from '../../../contracts/formats/yaml-text.ts'
import { hasPythonModule, python } from '../../support/python.ts'

const texts = [
  ...['=', '<<', '<', '>=', 'yes', 'No', 'on', 'y', '~', 'null', '010', '1:30', '1_000', '0x1F'],
  ...['2020-01-01', '1e3', '1.0e-7', '.inf', '.NaN', '0b11', '#', '- a', 'a: b', '%', '@', '`'],
]
const numbers = [1e-7, -1e-7, 1.5e-7, 1e21, -2e300, 5e-324, 0.1, -0.25, 32800, 9007199254740991, 0]
const value = { texts, numbers, '=': { '<<': '=' } }
const text = yamlText(value, { forOldReaders: true })

test('keys and numbers of YAML 1.1 are written so that both versions agree', () => {
  expect(parse(text)).toEqual(value)
  expect(yamlText({ a: ['=', '<<', '<='] }, { forOldReaders: true })).toBe('a: ["=", "<<", <=]\n')
  expect(yamlText({ a: [1e-7, -1e21, 2.5e-8, 7] }, { forOldReaders: true })).toBe(
    'a: [1.0e-7, -1.0e+21, 2.5e-8, 7]\n',
  )
})

const testWithPyYaml = hasPythonModule('yaml') ? test : test.skip
testWithPyYaml('PyYAML reads the same', () => {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))'
  expect(JSON.parse(python(['-c', script, text]))).toEqual(value)
})
