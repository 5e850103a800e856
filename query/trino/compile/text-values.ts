// What a text is read as by a cast. Each type has the form that both engines read alike; forms that
// Trino reads and the engine does not are read in two steps, or refused where versions of Trino are
// apart. TRY_CAST gives null only where Trino gives null: what is refused fails there too.
import { type TrinoType, typeText } from '../types.ts'
import { failing, quoted } from './typed.ts'

interface Reading {
  /** Texts of this form ... */
  readonly form: string
  /** ... are read from this SQL by a cast of the engine. */
  readonly from: (text: string) => string
}

interface Reader {
  readonly readings: readonly Reading[]
  /** Texts that Trino may read and this layer does not. */
  readonly refused?: string
  /** What is done to what was read. */
  readonly finish?: (value: string, text: string, type: TrinoType) => string
}

const asIs = (text: string): string => text

const wholeNumber: Reader = {
  readings: [{ form: '[+-]?[0-9]+', from: asIs }],
  // Newer versions pass over blanks around a whole number, older ones do not.
  refused: '[\\x00-\\x20]*[+-]?[0-9]+[\\x00-\\x20]*',
}

const digits = '([0-9]+\\.?[0-9]*|\\.[0-9]+)'

/** Double.parseDouble: blanks around it, a sign before anything, a letter for the type behind it. */
const floating: Reader = {
  readings: [
    { form: `[+-]?${digits}([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity`, from: asIs },
    {
      form: `[\\x00-\\x20]*[+-]?(${digits}([eE][+-]?[0-9]+)?[fFdD]?|NaN|Infinity)[\\x00-\\x20]*`,
      from: (text) =>
        `regexp_extract(${text}, '[+-]?(?:Infinity|[0-9.]+(?:[eE][+-]?[0-9]+)?)|NaN')`,
    },
  ],
  refused: '[\\x00-\\x20]*[+-]?0[xX].*',
}

const dayForm = '[0-9]{1,2}-[0-9]{1,2}'
const clockForm = '([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\\.[0-9]{1,12})?)?'
const timestampForm = `\\s*[+-]?[0-9]{4,6}-${dayForm}( (${clockForm})?)?\\s*`
const utcForm = `\\s*[+-]?[0-9]{4,6}-${dayForm} (${clockForm})?\\s*(UTC|Z|GMT|[+-]00:00)\\s*`

/** The local part, to microseconds; the rest of the fraction is for `rounded`. */
const localText = (text: string): string =>
  `rtrim(regexp_extract(${text}, '^\\s*\\+?(-?[0-9]+-[0-9-]+(?: [0-9:]+(?:\\.[0-9]{1,6})?)?)', 1))`

const precisionOf = (type: TrinoType): number =>
  type.kind === 'timestamp' || type.kind === 'time' ? type.precision : 6

/** Microseconds for a seventh digit that rounds up. */
const seventhDigit = (text: string): string =>
  `(CASE WHEN regexp_matches(${text}, '\\.[0-9]{6}[5-9]') THEN 1 ELSE 0 END)`

/** A timestamp that was cut at microseconds, in the precision of its type: halves up. */
function roundedText(value: string, text: string, type: TrinoType): string {
  const precision = precisionOf(type)
  if (precision < 6) return roundedTimestamp(value, 6, precision)
  return `make_timestamp(epoch_us(${value}) + ${seventhDigit(text)})`
}

/** Fewer digits of the second, halves up, as Trino rounds timestamps. */
export function roundedTimestamp(sql: string, from: number, to: number): string {
  if (to >= from) return sql
  const unit = 10 ** (6 - to)
  const units = `floor((epoch_us(${sql}) + ${unit / 2}) / ${unit})`
  return `make_timestamp(CAST(${units} AS BIGINT) * ${unit})`
}

/** Fewer digits of a time of day; what rounds up to midnight is the start of the day. */
export function roundedTime(sql: string, from: number, to: number): string {
  if (to >= from) return sql
  const unit = 10 ** (6 - to)
  return timeOfMicroseconds(`((epoch_us(${sql}) + ${unit / 2}) // ${unit} * ${unit})`)
}

const timeOfMicroseconds = (sql: string): string =>
  `(TIME '00:00:00' + to_microseconds(${sql} % 86400000000))`

const readers: Readonly<Record<string, Reader>> = {
  tinyint: wholeNumber,
  smallint: wholeNumber,
  integer: wholeNumber,
  bigint: wholeNumber,
  real: floating,
  double: floating,
  decimal: {
    readings: [{ form: `[+-]?${digits}`, from: asIs }],
    refused: `[\\x00-\\x20]*[+-]?${digits}([eE][+-]?[0-9]+)?[\\x00-\\x20]*`,
  },
  date: {
    readings: [
      { form: `\\s*[0-9]{4}-${dayForm}\\s*`, from: asIs },
      {
        form: `\\s*[+-]?[0-9]{1,9}-${dayForm}\\s*`,
        from: (text) => `regexp_extract(${text}, '-?[0-9]+-[0-9-]+')`,
      },
    ],
  },
  timestamp: { readings: [{ form: timestampForm, from: localText }], finish: roundedText },
  'timestamp with time zone': {
    readings: [
      { form: timestampForm, from: localText },
      { form: utcForm, from: localText },
    ],
    // Of another zone: it would be lost.
    refused: `\\s*[+-]?[0-9]{4,6}-${dayForm} (${clockForm})?.+`,
    finish: (value, text, type) => `timezone('UTC', ${roundedText(value, text, type)})`,
  },
  time: {
    readings: [
      {
        form: clockForm,
        from: (text) => `regexp_extract(${text}, '^[0-9:]+(?:\\.[0-9]{1,6})?')`,
      },
    ],
    finish: (value, text, type) => {
      const precision = precisionOf(type)
      if (precision < 6) return roundedTime(value, 6, precision)
      return timeOfMicroseconds(`(epoch_us(${value}) + ${seventhDigit(text)})`)
    },
  },
  boolean: {
    readings: [{ form: '[tT]|[fF]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|1|0', from: asIs }],
  },
  uuid: {
    readings: [{ form: '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}', from: asIs }],
  },
}

function readerOf(type: TrinoType): Reader | undefined {
  const isZoned = type.kind === 'timestamp' && type.withTimeZone
  return readers[isZoned ? 'timestamp with time zone' : type.kind]
}

/** The engine's type that a text is read as before it is finished. */
function readAs(type: TrinoType, engine: string): string {
  return type.kind === 'timestamp' ? 'TIMESTAMP' : engine
}

/**
 * SQL for a text as a value of a type, `engine` in the engine; null where no text is read as that.
 * `safe`: null for texts that Trino does not read.
 */
export function textAsValue(
  text: string,
  type: TrinoType,
  engine: string,
  safe: boolean,
): string | null {
  const reader = readerOf(type)
  if (reader === undefined) return null
  const matches = (form: string): string => `regexp_full_match(${text}, ${quoted(form)})`
  const cast = safe ? 'TRY_CAST' : 'CAST'
  const branches = reader.readings.map(({ form, from }) => {
    const value = `${cast}(${from(text)} AS ${readAs(type, engine)})`
    const finished = reader.finish === undefined ? value : reader.finish(value, text, type)
    return `WHEN ${matches(form)} THEN ${finished}`
  })
  const message = `Cannot cast value to ${typeText(type)}`
  if (reader.refused !== undefined) {
    const isPlain = safe || reader.finish !== undefined
    const why = `a text of this form is not supported as ${typeText(type)}`
    const error = isPlain
      ? failing('NOT_SUPPORTED', why, type)
      : failing('INVALID_CAST_ARGUMENT', message, type)
    branches.push(`WHEN ${matches(reader.refused)} THEN ${error}`)
  }
  if (!safe) {
    const error = failing('INVALID_CAST_ARGUMENT', message, type)
    branches.push(`WHEN ${text} IS NOT NULL THEN ${error}`)
  }
  return `(CASE ${branches.join(' ')} END)`
}
