// YAML text as plain values that remember where they stand, so that whatever is wrong with them
// can be told by line and column. YAML 1.2 core, one document, duplicate keys refused, aliases
// and depth bounded. Keys and unusual spellings of numbers (01, 1.50, 2^53 and beyond) stay the
// text that was written: codes and header names never pass through a JavaScript number.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Problem } from './problems.ts'

export type YamlPath = readonly (string | number)[]

/** What a text of the file stands for: the same text, or what a reference in it resolved to. */
export interface ResolvedText {
  readonly text: string
  /** True: the text must not be shown in any message. */
  readonly secret: boolean
}

export interface YamlLimits {
  readonly bytesMax: number
  /** Values in all, each use of an alias counted again. */
  readonly nodesMax?: number
  readonly depthMax?: number
}

export interface YamlOptions extends YamlLimits {
  /** Resolves references in string values; a string answer is what is wrong with the text. */
  readonly resolveText?: (text: string) => ResolvedText | Pick<Problem, 'what' | 'errorName'>
}

export interface YamlDocument {
  /** The file as the operator knows it. */
  readonly file: string
  readonly value: unknown
  /** Filled while parsing; a document with problems has no meaningful value. */
  readonly problems: readonly Problem[]
  /** Position of the value at a path, or of the nearest ancestor that exists. */
  position(path: YamlPath): { line: number; column: number }
  /** Position of the key that names the last step of a path. */
  keyPosition(path: YamlPath): { line: number; column: number }
  /** True where the value at the path came from a secret. */
  isSecret(path: YamlPath): boolean
}

const pathKey = (path: YamlPath): string => JSON.stringify(path.map(String))

/** What one walk over the syntax tree collects: values and keys by path, with their offsets. */
interface Walk {
  readonly file: string
  readonly lines: LineCounter
  readonly options: YamlOptions
  readonly problems: Problem[]
  readonly values: Map<string, number>
  readonly keys: Map<string, number>
  readonly secrets: Set<string>
  readonly anchors: Map<string, Node>
  nodes: number
}

const nodesMaxDefault = 200_000
const depthMaxDefault = 32

function at(walk: Walk, offset: number): { line: number; column: number } {
  const { line, col } = walk.lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function report(
  walk: Walk,
  offset: number,
  problem: Pick<Problem, 'what' | 'expected' | 'errorName'>,
): void {
  walk.problems.push({ file: walk.file, ...at(walk, offset), ...problem })
}

/** The value of a node; `offset` is where its place is, also where the node is empty. */
function nodeValue(walk: Walk, node: unknown, path: YamlPath, offset: number): unknown {
  const from = nodeOffset(node) ?? offset
  const nodesMax = walk.options.nodesMax ?? nodesMaxDefault
  const depthMax = walk.options.depthMax ?? depthMaxDefault
  walk.values.set(pathKey(path), from)
  walk.nodes += 1
  if (walk.nodes > nodesMax) {
    const expected = `at most ${nodesMax} values, each use of an alias counted`
    if (walk.nodes === nodesMax + 1) report(walk, from, { what: 'too many values', expected })
    return null
  }
  if (path.length > depthMax) {
    report(walk, from, { what: 'nested too deeply', expected: `at most ${depthMax} levels` })
    return null
  }
  if (isAlias(node)) {
    const target = walk.anchors.get(node.source)
    if (target !== undefined) return nodeValue(walk, target, path, from)
    report(walk, from, { what: 'an alias without an anchor before it' })
    return null
  }
  const anchor = (node as { anchor?: string } | null)?.anchor
  if (anchor !== undefined) walk.anchors.set(anchor, node as Node)
  if (isMap(node)) return mapValue(walk, node.items, path, from)
  if (isSeq(node)) {
    return node.items.map((item, index) => nodeValue(walk, item, [...path, index], from))
  }
  return isScalar(node) ? scalarValue(walk, node, path, from) : null
}

function mapValue(
  walk: Walk,
  items: readonly { key: unknown; value: unknown }[],
  path: YamlPath,
  from: number,
): unknown {
  const result: Record<string, unknown> = {}
  for (const { key, value } of items) {
    const offset = nodeOffset(key) ?? from
    const name = isScalar(key) ? (plainSource(key) ?? String(key.value)) : null
    // An assignment to __proto__ would vanish, and with it a rule that somebody relies on.
    if (name === null || name === '__proto__') {
      report(walk, offset, { what: 'a key that cannot be used', expected: 'a plain name' })
      continue
    }
    if (Object.hasOwn(result, name)) {
      report(walk, offset, { what: `duplicate key "${name}"`, expected: 'each key once' })
      continue
    }
    walk.keys.set(pathKey([...path, name]), offset)
    result[name] = nodeValue(walk, value, [...path, name], offset)
  }
  return result
}

function scalarValue(walk: Walk, node: { value: unknown }, path: YamlPath, from: number): unknown {
  const source = plainSource(node)
  if (node.value === null) return source === 'Null' || source === 'NULL' ? source : null
  // A number or boolean that is not spelled the usual way is kept as it was written.
  if (typeof node.value !== 'string') {
    const usual = String(node.value)
    // 1.0e-7 is how 1e-7 is spelled for readers of YAML 1.1.
    const isUsual = source === usual || source === usual.replace(/^(-?\d)e/, '$1.0e')
    return source === undefined || isUsual ? node.value : source
  }
  const resolved = walk.options.resolveText?.(node.value)
  if (resolved === undefined) return node.value
  if ('what' in resolved) {
    report(walk, from, resolved)
    return node.value
  }
  if (resolved.secret) walk.secrets.add(pathKey(path))
  return resolved.text
}

/** Source text of an unquoted scalar; undefined for quoted and block scalars. */
function plainSource(node: unknown): string | undefined {
  const { type, source } = node as { type?: string; source?: string }
  return type === 'PLAIN' ? source : undefined
}

function nodeOffset(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0]
}

/**
 * Parses YAML text. Never throws for what the text holds: everything wrong is in `problems`.
 * Source: YAML 1.2.2, core schema (section 10.3).
 */
export function parseYaml(text: string, file: string, options: YamlOptions): YamlDocument {
  const walk: Walk = {
    file,
    lines: new LineCounter(),
    options,
    problems: [],
    values: new Map(),
    keys: new Map(),
    secrets: new Set(),
    anchors: new Map(),
    nodes: 0,
  }
  let value: unknown = null
  if (Buffer.byteLength(text) > options.bytesMax) {
    const expected = `at most ${options.bytesMax} bytes`
    report(walk, 0, { what: 'the file is too large', expected })
  } else {
    try {
      value = parseInto(walk, text)
    } catch {
      // The parser is recursive: text made to break it ends here and not in a stack trace.
      report(walk, 0, { what: 'not readable as YAML', expected: 'a simpler document' })
    }
  }
  const offsetOf = (own: ReadonlyMap<string, number>, path: YamlPath): number => {
    const offset = own.get(pathKey(path))
    if (offset !== undefined || path.length === 0) return offset ?? 0
    const parent = path.slice(0, -1)
    return walk.keys.get(pathKey(parent)) ?? offsetOf(walk.values, parent)
  }
  return {
    file,
    value,
    problems: walk.problems,
    position: (path) => at(walk, offsetOf(walk.values, path)),
    // An item of a list has no key: its own place stands for it.
    keyPosition: (path) =>
      at(walk, offsetOf(typeof path.at(-1) === 'number' ? walk.values : walk.keys, path)),
    isSecret: (path) => walk.secrets.has(pathKey(path)),
  }
}

function parseInto(walk: Walk, text: string): unknown {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: walk.lines,
  })
  for (const fault of [...document.errors, ...document.warnings]) {
    const sentence = fault.message.replace(/\s+/g, ' ').replace(/\.$/, '')
    report(walk, fault.pos[0], { what: `not valid YAML: ${sentence}` })
  }
  if (document.directives?.yaml.version !== '1.2') {
    report(walk, 0, { what: 'an older version of YAML', expected: 'YAML 1.2' })
  }
  if (document.errors.length > 0) return null
  return nodeValue(walk, document.contents, [], 0)
}
