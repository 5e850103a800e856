// The rows of one table that table checks refuse, packed: eight bytes a row, whatever their number. A row
// that several checks name is held once, under the rule with the lowest number and the first check of it.
import assert from 'node:assert'
import type { RefusalReason, TableRefusals } from '../contracts/batch-task.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'

/** A packed row is its number in the part and, below, the code of its reason: codes order as rules do. */
const codesMax = 2 ** 20
const rowsMax = 2 ** 32
const checksMax = 2 ** 14

export interface NamedRows {
  /** The code of a reason; `check`: place of the check among those of the table. */
  codeOf(reason: RefusalReason, check: number): number
  /** Notes a row: index into the table's parts, and row in that part from 0. */
  add(part: number, row: number, code: number): void
  /** Rows that were named, each once. Settles what was added. */
  count(): number
  /** Calls with every row named, in the order of parts and rows. */
  each(use: (part: number, row: number, reason: RefusalReason) => void): void
  /** Rows of a part as a worker is told them; null: none. */
  refusals(part: number): TableRefusals | null
}

interface Packed {
  rows: Float64Array
  length: number
  /** So many of the front are sorted, each row once. */
  settled: number
}

function settle(packed: Packed): void {
  if (packed.settled === packed.length) return
  const rows = packed.rows.subarray(0, packed.length).sort()
  let kept = 0
  let before = -1
  for (const one of rows) {
    const row = Math.floor(one / codesMax)
    if (row === before) continue
    rows[kept++] = one
    before = row
  }
  packed.rows = packed.rows.slice(0, kept)
  packed.length = kept
  packed.settled = kept
}

const codeNumber = (rule: RuleName, check: number, isCascade: boolean): number =>
  (ruleDefinitions[rule].number * checksMax + check) * 2 + (isCascade ? 1 : 0)

/** No rows yet of a table with so many parts. */
export function openNamedRows(parts: number): NamedRows {
  const packed = Array.from({ length: parts }, (): Packed => {
    return { rows: new Float64Array(0), length: 0, settled: 0 }
  })
  const reasons = new Map<number, RefusalReason>()
  const reasonOf = (code: number): RefusalReason => {
    const reason = reasons.get(code)
    if (reason === undefined) throw new Error('a named row has a reason')
    return reason
  }
  return {
    codeOf(reason, check) {
      assert(check < checksMax, 'the checks of a table can be told apart')
      const code = codeNumber(reason.rule, check, reason.patientRefused === true)
      reasons.set(code, reason)
      return code
    },
    add(part, row, code) {
      const place = packed[part]
      assert(place !== undefined, 'a table check names rows of the parts')
      assert(row >= 0 && row < rowsMax, 'a row of a part is a 32-bit number')
      if (place.length === place.rows.length) {
        const grown = new Float64Array(Math.max(64, place.length * 2))
        grown.set(place.rows)
        place.rows = grown
      }
      place.rows[place.length++] = row * codesMax + code
    },
    count() {
      for (const one of packed) settle(one)
      return packed.reduce((total, { length }) => total + length, 0)
    },
    each(use) {
      for (const [part, one] of packed.entries()) {
        settle(one)
        for (const row of one.rows) {
          use(part, Math.floor(row / codesMax), reasonOf(row % codesMax))
        }
      }
    },
    refusals(part) {
      const one = packed[part]
      if (one === undefined || one.length === 0) return null
      settle(one)
      const ordinals = Uint32Array.from(one.rows, (row) => Math.floor(row / codesMax))
      const codes = [...new Set(one.rows.map((row) => row % codesMax))].sort((a, b) => a - b)
      const placeOf = new Map(codes.map((code, place) => [code, place]))
      const places = Uint16Array.from(one.rows, (row) => placeOf.get(row % codesMax) ?? 0)
      return { ordinals, places, reasons: codes.map(reasonOf) }
    },
  }
}
