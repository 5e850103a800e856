// The texts that made rows are put together from: dates, codes in the form of their systems, notes.
// All follow from a seed; none of the codes means anything.
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import { type TextTable, textTable } from './row-bytes.ts'

const dayMs = 86_400_000
const firstDay = Date.UTC(2000, 0, 1) / dayMs

/** 9,000 days from 2000-01-01. */
export const dayTexts: readonly string[] = Array.from({ length: 9_000 }, (_, index) =>
  new Date((firstDay + index) * dayMs).toISOString().slice(0, 10),
)

export const days: TextTable = textTable(dayTexts)

/** The first of the month of each of the days. */
export const monthsOfDays: TextTable = textTable(dayTexts.map((day) => `${day.slice(0, 8)}01`))

export function snomedTexts(seed: number): string[] {
  const random = seededRandom(seed)
  return Array.from({ length: 5_000 }, () => {
    const digits = 6 + random.below(13)
    let code = String(1 + random.below(9))
    while (code.length < digits) code += String(random.below(10))
    return code
  })
}

export function icd10Texts(seed: number): string[] {
  const random = seededRandom(seed)
  return Array.from({ length: 2_000 }, () => {
    const letter = String.fromCharCode(65 + random.below(26))
    const three = letter + String(10 + random.below(90))
    return random.chance(0.1) ? `${three}X` : three + String(random.below(10))
  })
}

/** Measured values, 0.0 to 199.9. */
export const valueTexts: readonly string[] = Array.from({ length: 2_000 }, (_, index) =>
  (index / 10).toFixed(1),
)

/** Notes as they stand in an extract, between quotes: one in fifty has a line end or a quote. */
export const noteTexts: readonly string[] = Array.from({ length: 1_000 }, (_, index) => {
  if (index % 100 === 7) return `seen twice\nthen sent on to clinic ${index}`
  if (index % 100 === 57) return `said to be ""better"", ${index} days`
  return `follow-up in ${index} days, by telephone`
})
