// Refuses patterns of contracts that could take very long on some text. JavaScript matches by
// backtracking, so every way a pattern could try is counted beforehand: what is left takes at most
// a fixed number of steps a character. At most one repeat without an upper bound; a repeat of more
// than one time only over what matches in one way; choices and bounded repeats together in at most
// `waysMax` ways; no back references, no looking around.

/** Ways in which a pattern may match, beside the one repeat without an upper bound. */
export const waysMax = 256
/** Characters that a pattern may ask for, repeats written out. */
export const charactersMax = 4096

interface Cost {
  /** Ways in which a text may be matched: paths that backtracking could try. */
  ways: number
  /** Most characters that are asked for, a repeat without an upper bound counted once. */
  characters: number
  /** Repeats without an upper bound. */
  unbounded: number
}

interface Group {
  /** Of the choices before the last `|`. */
  before: Cost | null
  /** Of the choice that is being read. */
  current: Cost
}

const newCost = (): Cost => ({ ways: 1, characters: 0, unbounded: 0 })
const newGroup = (): Group => ({ before: null, current: newCost() })

/** One after the other. */
function follow(target: Cost, next: Cost): void {
  target.ways *= next.ways
  target.characters += next.characters
  target.unbounded += next.unbounded
}

/** One or the other; `null`: none yet. */
function either(left: Cost | null, right: Cost): Cost {
  if (left === null) return right
  return {
    ways: left.ways + right.ways,
    characters: Math.max(left.characters, right.characters),
    // Only one of them is tried at a time, and each may have its repeat.
    unbounded: Math.max(left.unbounded, right.unbounded),
  }
}

interface Repeat {
  readonly length: number
  readonly minimum: number
  readonly maximum: number
}

/** The repeat at the start of `text`; null: none. */
function repeatAt(text: string): Repeat | null {
  const match = /^(?:([*+?])|\{([0-9]+)(,([0-9]*))?\})\??/u.exec(text)
  if (match === null) return null
  const [{ length }, sign, least = '0', comma, most = ''] = match
  if (sign === '?') return { length, minimum: 0, maximum: 1 }
  if (sign === '*') return { length, minimum: 0, maximum: Number.POSITIVE_INFINITY }
  if (sign === '+') return { length, minimum: 1, maximum: Number.POSITIVE_INFINITY }
  const minimum = Number(least)
  if (comma === undefined) return { length, minimum, maximum: minimum }
  return { length, minimum, maximum: most === '' ? Number.POSITIVE_INFINITY : Number(most) }
}

/** Cost of a repeat of something; a text where that is what no pattern may do. */
function repeated(cost: Cost, { minimum, maximum }: Repeat): Cost | string {
  const isMany = maximum > 1
  if (isMany && (cost.ways > 1 || cost.unbounded > 0)) return 'repeats a group that itself varies'
  if (isMany && cost.characters === 0) return 'repeats what may be empty'
  if (maximum === Number.POSITIVE_INFINITY) {
    return { ways: 1, characters: cost.characters * (minimum + 1), unbounded: 1 }
  }
  const ways = maximum === 1 && minimum === 0 ? cost.ways + 1 : (maximum - minimum + 1) * cost.ways
  return { ways, characters: cost.characters * maximum, unbounded: cost.unbounded }
}

/** Length of the character or class at the start of `text`, never 0. */
function atomLength(text: string): number {
  if (text.startsWith('\\')) {
    return /^\\(?:[pPu]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/su.exec(text)?.[0].length ?? 2
  }
  if (text.startsWith('[')) return /^\[(?:\\.|[^\]\\])*\]/su.exec(text)?.[0].length ?? text.length
  return String.fromCodePoint(text.codePointAt(0) ?? 0).length
}

function faultOf(cost: Cost): string | null {
  if (cost.unbounded > 1) return 'has more than one repeat without an upper bound'
  if (cost.ways > waysMax) return `may match in more than ${waysMax} ways`
  if (cost.characters > charactersMax) return `asks for more than ${charactersMax} characters`
  return null
}

/** Reads the pattern from the left; a group that was closed is what a repeat behind it repeats. */
function readCost(pattern: string): Cost | string {
  const groups: Group[] = [newGroup()]
  let rest = pattern
  while (rest.length > 0) {
    const open = groups.at(-1) ?? newGroup()
    let atom: Cost = { ways: 1, characters: 1, unbounded: 0 }
    if (/^\(\?(?:[=!]|<[=!])/u.test(rest)) return 'looks ahead or behind'
    if (/^\\(?:[1-9]|k)/u.test(rest)) return 'refers back to a group'
    if (rest.startsWith('(')) {
      groups.push(newGroup())
      rest = rest.slice(/^\((?:\?:|\?<[^>]*>)?/u.exec(rest)?.[0].length ?? 1)
      continue
    }
    if (rest.startsWith('|')) {
      open.before = either(open.before, open.current)
      open.current = newCost()
      rest = rest.slice(1)
      continue
    }
    if (rest.startsWith(')')) {
      groups.pop()
      atom = either(open.before, open.current)
      rest = rest.slice(1)
    } else {
      if (/^(?:[\^$]|\\[bB])/u.test(rest)) atom.characters = 0
      rest = rest.slice(atomLength(rest))
    }
    const repeat = repeatAt(rest)
    if (repeat !== null) {
      const cost = repeated(atom, repeat)
      if (typeof cost === 'string') return cost
      atom = cost
      rest = rest.slice(repeat.length)
    }
    const target = groups.at(-1)?.current
    if (target === undefined) return 'is not a regular expression'
    follow(target, atom)
    const fault = faultOf(target)
    if (fault !== null) return fault
  }
  const [whole = newGroup()] = groups
  return either(whole.before, whole.current)
}

/** What is wrong with a pattern, in words; null: nothing. */
export function patternFault(pattern: string): string | null {
  try {
    new RegExp(`^(?:${pattern})$`, 'u')
    new RegExp(pattern, 'u')
  } catch {
    return 'is not a regular expression'
  }
  const cost = readCost(pattern)
  return typeof cost === 'string' ? cost : faultOf(cost)
}
