// All that is wrong with a file, told at once: problems are collected with their position, sorted,
// and thrown as one LandingError of one line each: `file:line:column: what; expected …; did you
// mean …`. Texts of problems never hold what a secret resolved to.
import { type ErrorName, LandingError } from './errors.ts'

export interface Problem {
  readonly file: string
  /** 1-based; column in UTF-16 units. */
  readonly line: number
  readonly column: number
  readonly what: string
  readonly expected?: string
  /** A word that was likely meant. */
  readonly suggestion?: string | null
  /** Where the code of this problem is not that of its file. */
  readonly errorName?: ErrorName
  readonly remedy?: string
}

/** One problem as the line that an operator reads. */
export function problemLine(problem: Problem): string {
  const parts = [problem.what]
  if (problem.expected !== undefined) parts.push(`expected ${problem.expected}`)
  if (problem.suggestion !== undefined && problem.suggestion !== null) {
    parts.push(`did you mean "${problem.suggestion}"?`)
  }
  // A key may hold a line end; a problem is one line.
  const text = parts.join('; ').replace(/\p{Cc}/gu, '·')
  return `${problem.file}:${problem.line}:${problem.column}: ${text}`
}

function sorted(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (left, right) =>
      (left.file < right.file ? -1 : left.file > right.file ? 1 : 0) ||
      left.line - right.line ||
      left.column - right.column,
  )
}

/**
 * The error that tells all problems, one a line. Its code is that of the problems where they agree,
 * otherwise `errorName`; all of them end with exit 10.
 */
export function problemsError(errorName: ErrorName, problems: readonly Problem[]): LandingError {
  const lines: string[] = []
  for (const problem of sorted(problems)) {
    const line = problemLine(problem)
    if (lines.at(-1) !== line) lines.push(line)
  }
  const names = new Set(problems.map((problem) => problem.errorName ?? errorName))
  const [only = errorName] = names
  const remedies = new Set(problems.map((problem) => problem.remedy))
  const [remedy] = remedies
  return new LandingError(
    names.size === 1 ? only : errorName,
    lines.join('\n'),
    remedies.size === 1 && remedy !== undefined ? { remedy } : {},
  )
}
