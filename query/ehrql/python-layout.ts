// Expressions laid out as black and ruff do it: on one line where they fit, else opened, an item a
// line with a trailing comma, which both formatters keep open. Strings that no line holds become
// several in parentheses.
import { pythonString, pythonStringPieces, pythonWidth, textWidth } from './python-text.ts'

export type Python =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | {
      readonly kind: 'group'
      /** With its bracket: `Series(`, `[`, `{`. */
      readonly open: string
      readonly items: readonly PythonItem[]
      readonly close: string
      /** An item a line even where all of them would fit on one. */
      readonly opened: boolean
    }

export interface PythonItem {
  /** What stands before the value: `description=`, `"sex": `. */
  readonly prefix: string
  readonly value: Python
}

export const atom = (text: string): Python => ({ kind: 'atom', text })
export const text = (value: string): Python => ({ kind: 'string', text: value })
export const item = (value: Python, prefix = ''): PythonItem => ({ prefix, value })

/** A call: positional values first, then those with a name. */
export function call(
  name: string,
  values: readonly Python[],
  named: Readonly<Record<string, Python>> = {},
): Python {
  const items = [
    ...values.map((value) => item(value)),
    ...Object.entries(named).map(([key, value]) => item(value, `${key}=`)),
  ]
  return { kind: 'group', open: `${name}(`, items, close: ')', opened: false }
}

export function list(values: readonly Python[], opened = false): Python {
  return { kind: 'group', open: '[', items: values.map((value) => item(value)), close: ']', opened }
}

export function dictionary(entries: readonly (readonly [string, Python])[]): Python {
  const items = entries.map(([key, value]) => item(value, `${pythonString(key)}: `))
  return { kind: 'group', open: '{', items, close: '}', opened: items.length > 0 }
}

function isOpened(node: Python): boolean {
  return node.kind === 'group' && (node.opened || node.items.some(({ value }) => isOpened(value)))
}

/** The expression on one line. */
export function flat(node: Python): string {
  if (node.kind === 'atom') return node.text
  if (node.kind === 'string') return pythonString(node.text)
  const items = node.items.map(({ prefix, value }) => prefix + flat(value))
  return `${node.open}${items.join(', ')}${node.close}`
}

/** The lines of an expression between a prefix and a suffix, which stay on its first and last. */
export function layOut(node: Python, indent: string, prefix = '', suffix = ''): string[] {
  const oneLine = `${indent}${prefix}${flat(node)}${suffix}`
  if (!isOpened(node) && textWidth(oneLine) <= pythonWidth) return [oneLine]
  const deeper = `${indent}    `
  if (node.kind === 'string') {
    const pieces = pythonStringPieces(node.text, pythonWidth - deeper.length)
    if (pieces.length === 1 && prefix === '') return [oneLine]
    return [`${indent}${prefix}(`, ...pieces.map((piece) => deeper + piece), `${indent})${suffix}`]
  }
  if (node.kind === 'atom' || node.items.length === 0) return [oneLine]
  return [
    `${indent}${prefix}${node.open}`,
    ...node.items.flatMap((one) => layOut(one.value, deeper, one.prefix, ',')),
    `${indent}${node.close}${suffix}`,
  ]
}
