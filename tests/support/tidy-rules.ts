// What the tidy test looks for in the text of a source file, as pure functions that return findings
// `line: what`. They lean on the formatter: a block ends at the indentation at which it began.

export interface FunctionLength {
  readonly name: string
  readonly line: number
  readonly length: number
}

const openings = [
  /^(\s*)(?:export )?(?:async )?function\*? (\w+)/,
  /^(\s*)(?:export )?const (\w+) = (?:async )?(?:<.*>)?\(/,
  /^(\s+)(?:readonly )?(?:async )?#?(\w+)\(.*\).*\{$/,
]
const statements = [
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'return',
  'function',
  'await',
  'expect',
]

/** Functions, arrow functions with a name and methods, with their lengths in lines. */
export function functionLengths(text: string): FunctionLength[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const match = openings.map((opening) => opening.exec(line)).find((found) => found !== null)
    const [, indent = '', name = ''] = match ?? []
    if (name === '' || statements.includes(name)) return []
    const end = lines.findIndex(
      (other, at) => at > index && other.startsWith(`${indent}}`) && !other.endsWith('{'),
    )
    // A function without a block ends where the next statement of its indentation begins.
    const next = lines.findIndex(
      (other, at) =>
        at > index && other.startsWith(indent) && /^[^\s)\]}]/.test(other.slice(indent.length)),
    )
    const isBlock = end >= 0 && (next < 0 || next > end)
    return isBlock ? [{ name, line: index + 1, length: end - index + 1 }] : []
  })
}

export interface Ban {
  readonly pattern: RegExp
  readonly what: string
}

const arrays = '(?:Array|(?:Int|Uint|Float|BigInt|BigUint)\\d+(?:Clamped)?Array|ArrayBuffer|Buffer)'

/** Banned in everything that ships. */
export const bansEverywhere: readonly Ban[] = [
  { pattern: /\bconsole\s*\./, what: 'console' },
  { pattern: new RegExp(`\\binstanceof ${arrays}\\b`), what: 'instanceof of an array' },
  { pattern: /\binstanceof LandingError\b/, what: 'instanceof LandingError' },
  { pattern: /^export default\b/, what: 'default export' },
  { pattern: /^\s*(?:export )?(?:const )?enum\s/, what: 'enum' },
  { pattern: /@ts-(?:ignore|nocheck|expect-error)/, what: 'a silenced compiler' },
  { pattern: /(?:\bas|:) any\b/, what: 'any' },
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b(?!\|)/, what: 'a note to oneself' },
]

/** Banned outside the folders that know about time and chance. */
export const bansOfTime: readonly Ban[] = [
  { pattern: /\bDate\.now\b|\bperformance\.now\b|\bprocess\.hrtime\b/, what: 'a clock' },
  { pattern: /\bnew Date\(\s*\)/, what: 'a clock' },
  { pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, what: 'chance' },
  { pattern: /\bset(?:Timeout|Interval|Immediate)\b/, what: 'a timer' },
]

/** Banned inside kernels: whatever makes an object for a cell. */
export const bansInKernels: readonly Ban[] = [
  { pattern: /\bnew (?!Error\b)\w+/, what: 'new' },
  { pattern: /\bBigInt\(|\b\d+n\b/, what: 'BigInt' },
  { pattern: /\bthis\./, what: 'this' },
  { pattern: /\bJSON\.|\bString\(|\.toString\(|\.map\(|\.forEach\(/, what: 'an object for a cell' },
]

/** Lines of code (comments cut off) that a ban matches. */
export function banned(text: string, bans: readonly Ban[]): string[] {
  return text.split('\n').flatMap((line, index) => {
    const isComment = /^\s*(?:\/\/|\/?\*)/.test(line)
    const code = isComment ? '' : line.replace(/\s\/\/ .*$/, '')
    return bans
      .filter(({ pattern }) => pattern.test(code))
      .map(({ what }) => `${index + 1}: ${what}`)
  })
}

/** Lines of the comment that a file opens with, after a `#!` line, to its first empty line. */
export function openingCommentLines(text: string): number {
  const lines = text.split('\n')
  const start = lines[0]?.startsWith('#!') ? 1 : 0
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('// '))
  return (end < 0 ? lines.length : end) - start
}

/** Relative imports of a module, static and dynamic, types included. */
export function relativeImports(text: string): { line: number; target: string }[] {
  return text.split('\n').flatMap((line, index) => {
    const found = [...line.matchAll(/(?:from|import|import\()\s*\(?['"](\.{1,2}\/[^'"]+)['"]/g)]
    return found.map(([, target = '']) => ({ line: index + 1, target }))
  })
}
