// Rows of which one in ten is refused, every rule in its turn, and the same rows without a fault. Three
// rules of records are missing, because no engine goes on behind them as another does: a quote that
// never closes, and a field or record over the limit.
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import type { RuleName } from '../../../contracts/rules.ts'
import { rowsPerPatient } from './event-rows.ts'
import { dayTexts, snomedTexts, valueTexts } from './made-texts.ts'
import type { WriteRow } from './row-bytes.ts'

/** patient_id, date, snomedct_code, numeric_value, status, recorded_on, visits, practice, setting. */
type Fields = [string, string, string, string, string, string, string, string, string]

interface Fault {
  readonly rule: RuleName
  readonly apply: (fields: Fields) => readonly string[]
}

const set =
  (column: number, text: string): Fault['apply'] =>
  (fields) => {
    fields[column] = text
    return fields
  }

/** Faults in the order in which they come; U+00FF becomes a byte that UTF-8 never holds. */
const faults: readonly Fault[] = [
  { rule: 'type', apply: set(0, 'p-1') },
  { rule: 'too_few_fields', apply: (fields) => fields.slice(0, 7) },
  { rule: 'type', apply: set(1, '2021-02-30') },
  { rule: 'too_many_fields', apply: (fields) => [...fields, 'more'] },
  { rule: 'type', apply: set(1, '31/01/2021') },
  { rule: 'text_after_quote', apply: set(4, '"F"x') },
  { rule: 'type', apply: set(2, '0123456') },
  { rule: 'invalid_utf8', apply: set(7, 'E\u00ff1234') },
  { rule: 'type', apply: set(3, 'high') },
  { rule: 'not_null', apply: set(0, '') },
  { rule: 'not_null', apply: set(1, '') },
  { rule: 'unmapped_value', apply: set(4, 'Q') },
  { rule: 'categorical', apply: set(8, 'school') },
  { rule: 'nul_byte', apply: set(7, 'E1\x00345') },
  { rule: 'first_of_month', apply: set(5, '2031-01-15') },
  { rule: 'regex', apply: set(7, 'E1234') },
  { rule: 'closed_range', apply: set(6, '101') },
  { rule: 'general_range', apply: set(1, '1899-12-31') },
  { rule: 'general_range', apply: set(3, '1000.5') },
  { rule: 'date_after', apply: set(5, '1999-12-01') },
  { rule: 'type', apply: set(6, 'two') },
]

/** The rules under which rows of `dirtyRows` are refused. */
export const dirtyRules: ReadonlySet<RuleName> = new Set(faults.map(({ rule }) => rule))

export const statusMap = { F: 'final', A: 'amended' } as const
export const settings = ['practice', 'hospital'] as const

/** `isClean` leaves the faults out and all else as it is. */
export function dirtyRows(rows: number, seed: number, isClean: boolean): WriteRow {
  const random = seededRandom(seed)
  const codes = snomedTexts(seed + 1)
  const patients = Math.max(1, Math.floor(rows / rowsPerPatient))
  return (target, index) => {
    const day = random.pick(dayTexts)
    const fields: Fields = [
      String(1 + random.below(patients)),
      day,
      random.pick(codes),
      random.chance(0.4) ? '' : random.pick(valueTexts),
      random.chance(0.2) ? 'A' : 'F',
      `${Number(day.slice(0, 4)) + 1}${day.slice(4, 8)}01`,
      String(1 + random.below(100)),
      `E${10_000 + random.below(1_000)}`,
      random.pick(settings),
    ]
    const isBad = index % 10 === 3 && !isClean
    const fault = isBad ? faults[Math.floor(index / 10) % faults.length] : undefined
    const line = `${(fault?.apply(fields) ?? fields).join(',')}\n`
    target.at += target.bytes.write(line, target.at, 'latin1')
  }
}
