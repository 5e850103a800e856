// A bound on rows as people write it, `0.5%` of the rows in or `25` rows: of refused rows for a
// table, of rows that use a permitted deviation for an entry of the register.

/** A share of the rows in, or a count. */
export type Ceiling =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'count'; readonly count: number }

/** `0.1%` as a share of the rows in, a whole number as a count. */
export function readCeiling(text: string): Ceiling {
  if (!text.endsWith('%')) return { kind: 'count', count: Number(text) }
  return { kind: 'share', share: Number(text.slice(0, -1)) / 100 }
}

/** Rows that a ceiling permits among `rows`; a share is rounded down. */
export function rowsBelow(ceiling: Ceiling, rows: number): number {
  // 0.07 * 100 is 7.000000000000001, and 0.29 * 100 is 28.999999999999996: a share is what was typed.
  return ceiling.kind === 'count'
    ? ceiling.count
    : Math.floor(Number((ceiling.share * rows).toPrecision(12)))
}

/** `0.1%` or `25 rows`. */
export function describeCeiling(ceiling: Ceiling): string {
  if (ceiling.kind === 'count') return `${ceiling.count} ${ceiling.count === 1 ? 'row' : 'rows'}`
  return `${Number((ceiling.share * 100).toPrecision(12))}%`
}

/** As the register writes it: `0.1%` or `25`. */
export function ceilingText(ceiling: Ceiling): string {
  return ceiling.kind === 'count' ? String(ceiling.count) : describeCeiling(ceiling)
}
