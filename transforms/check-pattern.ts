// Refuses patterns of contracts that could take very long on some text. JavaScript matches by
// backtracking, so what makes it explode is kept out: a repeat or a choice inside a repeat, more
// than one repeat without an upper bound, back references and looking around.

interface Group {
  /** A repeat or a choice inside. */
  varies: boolean
}

const escapeExpression = /^\\(?:[1-9]|k)/u

/** The repeat at the start of `text`: its length, and whether it has no upper bound. */
function repeatAt(text: string): { length: number; unbounded: boolean; optional: boolean } | null {
  const match = /^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??/u.exec(text)
  if (match === null) return null
  const repeat = match[0]
  return {
    length: repeat.length,
    unbounded: /^(?:[*+]|\{[0-9]+,\})/u.test(repeat),
    optional: repeat.startsWith('?'),
  }
}

/** Length of the character or class at the start of `text`, never 0. */
function atomLength(text: string): number {
  if (text.startsWith('\\')) {
    return /^\\(?:[pPu]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/su.exec(text)?.[0].length ?? 2
  }
  if (text.startsWith('[')) return /^\[(?:\\.|[^\]\\])*\]/su.exec(text)?.[0].length ?? text.length
  return 1
}

/** What is wrong with a pattern, in words; null: nothing. */
export function patternFault(pattern: string): string | null {
  try {
    new RegExp(`^(?:${pattern})$`, 'u')
    new RegExp(pattern, 'u')
  } catch {
    return 'is not a regular expression'
  }
  const groups: Group[] = [{ varies: false }]
  let unboundedCount = 0
  let rest = pattern
  let closed: Group | null = null
  while (rest.length > 0) {
    const repeat = repeatAt(rest)
    const open = groups.at(-1) ?? { varies: false }
    if (repeat !== null) {
      if (closed?.varies && !repeat.optional) return 'repeats a group that itself varies'
      if (repeat.unbounded) unboundedCount++
      if (unboundedCount > 1) return 'has more than one repeat without an upper bound'
      open.varies = true
      rest = rest.slice(repeat.length)
      closed = null
      continue
    }
    closed = null
    if (/^\(\?(?:[=!]|<[=!])/u.test(rest)) return 'looks ahead or behind'
    if (escapeExpression.test(rest)) return 'refers back to a group'
    if (rest.startsWith('(')) {
      groups.push({ varies: false })
      rest = rest.slice(/^\((?:\?:|\?<[^>]*>)?/u.exec(rest)?.[0].length ?? 1)
    } else if (rest.startsWith(')')) {
      closed = groups.pop() ?? null
      const outer = groups.at(-1)
      if (closed?.varies && outer !== undefined) outer.varies = true
      rest = rest.slice(1)
    } else {
      if (rest.startsWith('|')) open.varies = true
      rest = rest.slice(atomLength(rest))
    }
  }
  return null
}
