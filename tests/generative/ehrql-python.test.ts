// Whatever a description says, Python reads it back as that text and nothing else; whatever a pattern
// is, Python's has the same matches or there is none. Python itself is asked, many examples at a time.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import fc from 'fast-check'
import { call, layOut, text } from '../../query/ehrql/python-layout.ts'
import { pythonPattern } from '../../query/ehrql/python-pattern.ts'
import { commentLines, docstringLines } from '../../query/ehrql/python-text.ts'
import { generativeParameters } from '../support/generative.ts'
import { python, testWithPython } from '../support/python.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))

/** Runs a script over a JSON file; what it prints is JSON. */
function ask<Answer>(script: string, question: unknown): Answer {
  const file = join(folder, 'question.json')
  writeFileSync(file, JSON.stringify(question))
  return JSON.parse(python(['-c', script, file], { PYTHONUTF8: '1' }))
}

const unit = fc.constantFrom(
  ...[
    'a',
    'words of some length',
    ' ',
    '  ',
    '"',
    '""',
    '"""',
    "'",
    "'''",
    '\\',
    '\\"',
    '\\N{',
    '#',
  ],
  ...['\n', '\r', '\r\n', '\n\n', '\t', '\0', '\x1a', '\x7f', '\x85', '\u2028', '\u2029', '\u202e'],
  ...[
    '{x}',
    '%s',
    '- ',
    '\n- ',
    '1. ',
    'é',
    '漢字',
    '😀',
    '\ud800',
    '\ufeff',
    'import os',
    ')',
    '\n@',
  ],
  ...['https://example.org/a/very/long/address/that/no/line/of/a/module/can/hold/without/a/break'],
)
const anyText = fc.array(unit, { maxLength: 30 }).map((parts) => parts.join(''))

const readBack = `
import ast, json, sys
found = []
for source in json.load(open(sys.argv[1], encoding="utf8")):
    tree = ast.parse(source)
    shape = [type(node).__name__ for node in tree.body]
    values = [ast.literal_eval(node.value.keywords[0].value) for node in tree.body[1:2]]
    found.append([shape, ast.get_docstring(tree, clean=False), *values])
print(json.dumps(found))
`

const words = (value: string): string[] =>
  value.split(/[ \t\r\n\u2028\u2029]+/u).filter((w) => w !== '')

testWithPython('any text is a literal, a docstring and a comment that mean that text', () => {
  const texts = fc.array(anyText, { minLength: 30, maxLength: 60 })
  fc.assert(
    fc.property(texts, (examples) => {
      const sources = examples.map((example) =>
        [
          ...docstringLines([example], ''),
          ...layOut(call('f', [], { description: text(example) }), '', 'x = '),
          ...commentLines(example, ''),
          'last',
          '',
        ].join('\n'),
      )
      const found = ask<[string[], string, string][]>(readBack, sources)
      for (const [index, example] of examples.entries()) {
        const [shape, docstring = '', value] = found[index] ?? []
        expect(shape).toEqual(['Expr', 'Assign', 'Expr'])
        expect(value).toBe(example)
        expect(words(docstring)).toEqual(words(example))
        const long = (sources[index] ?? '').split('\n').filter((line) => line.length > 88)
        // Only a word that has no break in it: an address, or a run of signs.
        expect(
          long.filter((line) => /\S\s+\S.{70}/.test(line.replace(/^(# |- |1\. )+/, ''))),
        ).toEqual([])
      }
    }),
    { ...generativeParameters<[string[]]>(5), endOnFailure: true },
  )
})

const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    '1',
    '-',
    '_',
    '\\d',
    '\\w',
    '\\.',
    '\\-',
    '\\/',
    '\\s',
    '\\b',
    '.',
    '^',
    '$',
    '(?:',
    '(',
  ],
  ...[
    ')',
    '|',
    '?',
    '*',
    '+',
    '{2}',
    '{1,2}',
    '{1,}',
    '[ab]',
    '[a-c1]',
    '[^a]',
    '[\\d_]',
    '[\\w-]',
    '[',
  ],
  ...[']', '[-a]', '[a.]', '(?=a)', '(?<n>', '}', '{', '[[a]', '[a&&b]', '\\u{61}', 'é', '\\p{L}'],
)
const anyPattern = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''))
  .filter((pattern) => {
    try {
      // Both, as a contract is asked: `)|(?:a` is a pattern only within parentheses.
      return new RegExp(pattern, 'u') && new RegExp(`^(?:${pattern})$`, 'u').source !== ''
    } catch {
      return false
    }
  })
const anyValue = fc.array(fc.constantFrom(...'ab1-_./c9 &[', 'é'), { maxLength: 4 })

const match = `
import json, re, sys
print(json.dumps([
    [re.fullmatch(pattern, value) is not None for value in values]
    for pattern, values in json.load(open(sys.argv[1], encoding="utf8"))
]))
`

testWithPython('a translated pattern has the same matches, and can be generated from', () => {
  const values = fc.array(anyValue, { minLength: 8, maxLength: 8 })
  const examples = fc.array(fc.tuple(anyPattern, values), { minLength: 60, maxLength: 100 })
  let translated = 0
  fc.assert(
    fc.property(examples, (drawn) => {
      const asked = drawn.flatMap(([pattern, parts]) => {
        const own = pythonPattern(pattern)
        const texts = parts.map((part) => part.join(''))
        return own === null ? [] : [{ pattern, own, texts }]
      })
      translated += asked.length
      const found = ask<boolean[][]>(
        match,
        asked.map(({ own, texts }) => [own, texts]),
      )
      for (const [index, { pattern, own, texts }] of asked.entries()) {
        const expected = texts.map((value) => new RegExp(`^(?:${pattern})$`, 'u').test(value))
        expect([pattern, own, found[index]]).toEqual([pattern, own, expected])
        // Nothing that ehrQL cannot generate values for: anchors, look-around, classes, flags.
        expect(own.replace(/\\[^a-z]|\[(\\.|[^\]])*\]/g, '')).not.toMatch(/[.^$]|\\|\(\?[^:]/)
      }
    }),
    { ...generativeParameters<[[string, string[][]][]]>(6), endOnFailure: true },
  )
  expect(translated).toBeGreaterThan(50)
})
