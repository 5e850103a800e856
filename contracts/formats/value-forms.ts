// The forms of values as patterns of other tools: what the types of ours ask of a text, and
// patterns that must match a whole text, with and without anchors.
import {
  codeSystemForms,
  isCodeSystem,
  isMultiCodeSystem,
  multiCodeForms,
} from '../code-systems.ts'
import type { ColumnType } from '../table-contract.ts'

/** The pattern that the whole text of a type matches; null where the type has none. */
export function typePattern(type: ColumnType): string | null {
  if (isCodeSystem(type)) return codeSystemForms[type].pattern
  if (!isMultiCodeSystem(type)) return null
  const { system, separators } = multiCodeForms[type]
  const code = `(?:${codeSystemForms[system].pattern})`
  return `[${separators}]*${code}(?:[${separators}]+${code})*[${separators}]*`
}

/** A pattern of the whole text, for tools that search in it. */
export const anchored = (pattern: string): string => `^(?:${pattern})$`

export const firstOfMonthPattern = '^[0-9]{4}-[0-9]{2}-01$'

const compiles = (pattern: string): boolean => {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}

/** True where `|` stands outside of groups and classes. */
function hasChoice(pattern: string): boolean {
  const bare = pattern.replace(/\\./gsu, '').replace(/\[[^\]]*\]/gu, '')
  let depth = 0
  for (const character of bare) {
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === '|' && depth === 0) return true
  }
  return false
}

/** The pattern of the whole text that an anchored pattern means; null where it is not anchored. */
export function unanchored(pattern: string): string | null {
  const [, grouped] = /^\^\(\?:(.+)\)\$$/su.exec(pattern) ?? []
  if (grouped !== undefined && compiles(grouped)) return grouped
  const [, inner] = /^\^(.+)\$$/su.exec(pattern) ?? []
  if (inner === undefined || !compiles(inner) || hasChoice(inner)) return null
  // A backslash before the last sign makes it a sign like any other.
  return /(?<!\\)(?:\\\\)*\\$/su.test(inner) ? null : inner
}
