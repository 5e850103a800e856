// What every conversion between contracts and other formats gives back: the text or the contracts,
// and a notice for each thing that the other side cannot hold. Nothing is left out silently.
import type { Problem } from '../problems.ts'
import type { PatientIdType, TableContract } from '../table-contract.ts'

/** Something that the target of a conversion cannot hold, or holds where only we look. */
export interface Notice {
  /** Id of the contract. */
  readonly contract: string
  /** Column of the contract, null: the table as a whole. */
  readonly column: string | null
  /** The constraint, check or key that is meant: `unique`, `step`, `extends`, `support`. */
  readonly what: string
  /** What becomes of it, in words behind `what`: `is left out`. */
  readonly text: string
  /** Where it stands in a file that is read: 1-based line and column. */
  readonly at?: { readonly line: number; readonly column: number }
}

export interface ExportOptions {
  /** Type that the implied column patient_id has in the target. */
  readonly patientId: PatientIdType
}

export interface Exported {
  readonly text: string
  readonly notices: readonly Notice[]
}

export interface ImportOptions {
  /** Bytes of the text at most. */
  readonly bytesMax: number
  /** Namespace of contracts whose text does not name one; null: as the format has it. */
  readonly namespace: string | null
  /** Finds what a contract extended when it was exported; without it, all comes back written out. */
  readonly resolve?: (id: string) => TableContract | null
}

/** With problems there are no contracts. */
export interface Imported {
  readonly contracts: readonly TableContract[]
  readonly notices: readonly Notice[]
  readonly problems: readonly Problem[]
}

/** A collector of notices about one contract; each is kept once. */
export function noticesOf(contract: string): {
  readonly list: Notice[]
  add(column: string | null, what: string, text: string, at?: Notice['at']): void
} {
  const list: Notice[] = []
  return {
    list,
    add: (column, what, text, at) => {
      const isKnown = list.some((one) => one.column === column && one.what === what)
      if (isKnown) return
      list.push({ contract, column, what, text, ...(at === undefined ? {} : { at }) })
    },
  }
}

/**
 * Notices as lines for people: one for each thing, with all the columns that it is about.
 * `file` is named where a notice has a position.
 */
export function noticeLines(notices: readonly Notice[], file: string | null = null): string[] {
  const groups = new Map<string, { first: Notice; columns: string[] }>()
  for (const notice of notices) {
    const key = JSON.stringify([notice.contract, notice.what, notice.text])
    const group = groups.get(key) ?? { first: notice, columns: [] }
    if (notice.column !== null) group.columns.push(notice.column)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ first, columns }) => {
    const { contract, what, text, at } = first
    const place = file === null || at === undefined ? '' : `${file}:${at.line}:${at.column}: `
    const where = columns.length === 0 ? contract : `${contract} ${columns.join(', ')}`
    return `${place}${where}: ${what} ${text}`.replace(/\p{Cc}/gu, '·')
  })
}

/** True for plain data of equal shape; the order of keys does not count. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (typeof left !== 'object' || typeof right !== 'object') return left === right
  if (left === null || right === null || Array.isArray(left) !== Array.isArray(right)) return false
  const [a, b] = [left as Record<string, unknown>, right as Record<string, unknown>]
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  )
}
