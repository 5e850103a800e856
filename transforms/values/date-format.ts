// Compiles a date format of strftime words to parts that the byte matcher walks, and to a layout
// where the format is nothing but digits at fixed places, which the fast kernel reads. Words of
// varying width must not run into digits: greedy reading would guess where one ends.

/** One word or literal byte of a format. Codes are small numbers so that the matcher can switch. */
export const datePart = {
  literal: 0,
  year: 1,
  shortYear: 2,
  month: 3,
  day: 4,
  looseMonth: 5,
  looseDay: 6,
  spacedDay: 7,
  shortMonthName: 8,
  longMonthName: 9,
  dayOfYear: 10,
  hour: 11,
  minute: 12,
  second: 13,
  fraction: 14,
  zone: 15,
  zoneName: 16,
} as const

const words: Readonly<Record<string, number>> = {
  Y: datePart.year,
  y: datePart.shortYear,
  m: datePart.month,
  d: datePart.day,
  '-m': datePart.looseMonth,
  '-d': datePart.looseDay,
  e: datePart.spacedDay,
  b: datePart.shortMonthName,
  B: datePart.longMonthName,
  j: datePart.dayOfYear,
  H: datePart.hour,
  M: datePart.minute,
  S: datePart.second,
  f: datePart.fraction,
  z: datePart.zone,
  Z: datePart.zoneName,
}

export interface DateFormat {
  readonly parts: Uint8Array
  /** The byte of a literal, 0 elsewhere. */
  readonly literals: Uint8Array
  readonly hasTime: boolean
  readonly hasDay: boolean
  readonly hasShortYear: boolean
  readonly layout: DateLayout | null
}

/** Digits at fixed places and at most two literal bytes: %Y-%m-%d, %d/%m/%Y, %Y%m%d. */
export interface DateLayout {
  readonly width: number
  readonly yearAt: number
  readonly monthAt: number
  readonly dayAt: number
  /** Where there are fewer than two literals the place is -1. */
  readonly literalAt: number
  readonly literal: number
  readonly secondLiteralAt: number
  readonly secondLiteral: number
}

const digitParts: readonly number[] = [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14]
const timeParts: readonly number[] = [11, 12, 13, 14, 15, 16]
const widths = [1, 4, 2, 2, 2]

function layoutOf(parts: readonly number[], literals: readonly number[]): DateLayout | null {
  const places = [-1, -1, -1, -1, -1]
  const literalPlaces: number[] = []
  const literalBytes: number[] = []
  let width = 0
  for (const [index, part] of parts.entries()) {
    if (part > datePart.day || part === datePart.shortYear) return null
    if (part === datePart.literal) {
      literalPlaces.push(width)
      literalBytes.push(literals[index] ?? 0)
    } else {
      places[part] = width
    }
    width += widths[part] ?? 0
  }
  const [, yearAt = -1, , monthAt = -1, dayAt = -1] = places
  if (yearAt < 0 || monthAt < 0 || dayAt < 0 || literalPlaces.length > 2) return null
  return {
    width,
    yearAt,
    monthAt,
    dayAt,
    literalAt: literalPlaces[0] ?? -1,
    literal: literalBytes[0] ?? 0,
    secondLiteralAt: literalPlaces[1] ?? -1,
    secondLiteral: literalBytes[1] ?? 0,
  }
}

/** What is wrong with the parts together, in words; null: nothing. */
function faultOf(
  parts: readonly number[],
  literals: readonly number[],
  isCoarser: boolean,
): string | null {
  const count = (...kinds: number[]) => parts.filter((part) => kinds.includes(part)).length
  const { year, shortYear, month, looseMonth, shortMonthName, longMonthName } = datePart
  const { day, looseDay, spacedDay, dayOfYear } = datePart
  if (count(year, shortYear) !== 1) return 'needs one of %Y and %y'
  const months = count(month, looseMonth, shortMonthName, longMonthName)
  const days = count(day, looseDay, spacedDay)
  if (count(dayOfYear) > 0) {
    if (count(dayOfYear) > 1 || months + days > 0) return 'has %j beside a month or day'
  } else if (months !== 1 && !(isCoarser && months + days === 0))
    return 'needs one of %m, %-m, %b and %B'
  else if (days > 1) return 'has more than one day of the month'
  for (const part of timeParts) if (count(part) > 1) return 'names a part of the time twice'
  const varying: readonly number[] = [looseMonth, looseDay, spacedDay, datePart.fraction]
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1]
    if (next === undefined) break
    const literal = literals[index + 1] ?? 0
    const digitNext = digitParts.includes(next) || (next === 0 && literal >= 48 && literal <= 57)
    if (varying.includes(part) && (digitNext || next === spacedDay)) {
      return 'has a word of varying width right before digits'
    }
    if (part === datePart.zone && (digitNext || next === spacedDay || literal === 58)) {
      return 'has %z right before digits'
    }
    if (part === datePart.zoneName && next !== 0) return 'has %Z right before another word'
    if (part === datePart.zoneName && literal >= 65 && literal <= 90) {
      return 'has %Z right before a letter'
    }
  }
  return null
}

const wordList = '%Y %y %m %-m %b %B %d %-d %e %j %H %M %S %f %z %Z or %%'

/** The compiled format, or in words what is wrong with it. */
export function compileDateFormat(format: string): DateFormat | string {
  return compile(format, false)
}

/** The format of a date without a day, or without day and month; or what is wrong with it. */
export function compileCoarserFormat(format: string): DateFormat | string {
  const compiled = compile(format, true)
  if (typeof compiled === 'string') return compiled
  if (compiled.hasDay) return 'has a day, and so is not coarser'
  if (compiled.hasTime) return 'has a time'
  return compiled.hasShortYear ? 'has a year of two digits' : compiled
}

function compile(format: string, isCoarser: boolean): DateFormat | string {
  const parts: number[] = []
  const literals: number[] = []
  const encoder = new TextEncoder()
  let rest = format
  while (rest.length > 0) {
    const word = /^%(-[md]|.)/su.exec(rest)
    const text = word === null ? (/^./su.exec(rest)?.[0] ?? rest) : word[0]
    const part = word === null || word[1] === '%' ? datePart.literal : words[word[1] ?? '']
    if (part === undefined) return `has the word ${text}; expected ${wordList}`
    if (word === null && text === '%') return 'ends with a single %'
    if (part === datePart.literal) {
      for (const byte of encoder.encode(word === null ? text : '%')) {
        parts.push(part)
        literals.push(byte)
      }
    } else {
      parts.push(part)
      literals.push(0)
    }
    rest = rest.slice(text.length)
  }
  const fault = faultOf(parts, literals, isCoarser)
  if (fault !== null) return fault
  return {
    parts: Uint8Array.from(parts),
    literals: Uint8Array.from(literals),
    hasTime: parts.some((part) => timeParts.includes(part)),
    hasDay: parts.some((part) => [4, 6, 7, 10].includes(part)),
    hasShortYear: parts.includes(datePart.shortYear),
    layout: layoutOf(parts, literals),
  }
}
