// What a change of a contract does, and to whom. "Breaking" is meant literally:
// for readers, an existing query may fail or mean something else (a row, value or absence of rows
// may appear that the contract of before ruled out, or a name or type is another); for providers,
// data that landed before may be refused, or lose a value. A change has the class of the worse.

export type ChangeClass = 'breaking' | 'compatible' | 'documentation-only'

/** The part of a semantic version that a change has to raise. */
export type Bump = 'major' | 'minor' | 'patch' | 'none'

export interface Effect {
  readonly class: 'breaking' | 'compatible' | 'none'
  /** A sentence that says why. */
  readonly why: string
}

export interface Effects {
  /** On whoever queries the table. */
  readonly readers: Effect
  /** On whoever has to satisfy the contract. */
  readonly providers: Effect
}

export interface ContractChange extends Effects {
  /** `namespace/table`; of the contract of before where the name itself changed. */
  readonly table: string
  /** What changed: `columns.sex.constraints.categorical`, `checks.coverage date`, `rows`. */
  readonly path: string
  readonly class: ChangeClass
  /** In words; null: it was not there, or is not there any more. */
  readonly before: string | null
  readonly after: string | null
}

export const breaks = (why: string): Effect => ({ class: 'breaking', why })
export const fits = (why: string): Effect => ({ class: 'compatible', why })
export const nothing = (why: string): Effect => ({ class: 'none', why })

export const documentation: Effects = {
  readers: nothing('Queries do not see it.'),
  providers: nothing('No data is judged by it.'),
}

/** The class of a change by what it does to either side. */
export function classOf({ readers, providers }: Effects): ChangeClass {
  const classes = [readers.class, providers.class]
  if (classes.includes('breaking')) return 'breaking'
  return classes.includes('compatible') ? 'compatible' : 'documentation-only'
}

const bumps: Readonly<Record<ChangeClass, Bump>> = {
  breaking: 'major',
  compatible: 'minor',
  'documentation-only': 'patch',
}
const order: readonly Bump[] = ['none', 'patch', 'minor', 'major']

/** The bump that a class demands; none where nothing changed. */
export const bumpOf = (worst: ChangeClass | null): Bump => (worst === null ? 'none' : bumps[worst])

/** The worst class among changes; null where there is none. */
export function worstClass(
  changes: readonly { readonly class: ChangeClass }[],
): ChangeClass | null {
  const ranked: readonly ChangeClass[] = ['breaking', 'compatible', 'documentation-only']
  return ranked.find((one) => changes.some((change) => change.class === one)) ?? null
}

const numbersOf = (version: string): number[] => version.split('.').map(Number)

/** How far a version moved; `back` where it became smaller. */
export function versionMove(before: string, after: string): Bump | 'back' {
  const [from, to] = [numbersOf(before), numbersOf(after)]
  const names = ['major', 'minor', 'patch'] as const
  const place = names.findIndex((_, index) => from[index] !== to[index])
  if (place < 0) return 'none'
  return (to[place] ?? 0) > (from[place] ?? 0) ? (names[place] ?? 'none') : 'back'
}

/** True where a version moved at least as far as a bump demands. */
export function isRaisedEnough(before: string, after: string, bump: Bump): boolean {
  const move = versionMove(before, after)
  return move !== 'back' && order.indexOf(move) >= order.indexOf(bump)
}

/** The smallest version that a bump permits. */
export function nextVersion(version: string, bump: Bump): string {
  const [major = 0, minor = 0, patch = 0] = numbersOf(version)
  if (bump === 'major') return `${major + 1}.0.0`
  if (bump === 'minor') return `${major}.${minor + 1}.0`
  return bump === 'patch' ? `${major}.${minor}.${patch + 1}` : version
}
