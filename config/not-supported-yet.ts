// Keys of the project file that the design knows and this version does not act on. They are
// refused, never ignored: an `opt_outs:` that nobody honours would publish people who opted out.
// Work that honours a key takes it off this list.

export interface UnsupportedKey {
  /** Keys above it; `*` stands for the name of any table. */
  readonly path: readonly string[]
  readonly key: string
  /** What would go wrong: `if it were ignored, …`. */
  readonly reason: string
}

export const notSupportedYet: readonly UnsupportedKey[] = [
  { path: [], key: 'opt_outs', reason: 'nobody would be withheld' },
  { path: [], key: 'pseudonymise', reason: 'identifiers would land as they are' },
  { path: [], key: 'schedule', reason: 'nothing would start the load' },
  { path: [], key: 'notify', reason: 'nobody would be told' },
  { path: ['tables', '*', 'source'], key: 'mssql', reason: 'nothing would be read' },
]

/** The entry for a key at a path of the project file, or null. */
export function unsupportedKey(
  path: readonly (string | number)[],
  key: string,
): UnsupportedKey | null {
  const found = notSupportedYet.find(
    (entry) =>
      entry.key === key &&
      entry.path.length === path.length &&
      entry.path.every((step, index) => step === '*' || step === path[index]),
  )
  return found ?? null
}
