// Values of the session that are written without parentheses: CURRENT_DATE, LOCALTIME and their kin.
import { timestampPrecisionOf } from '../functions/signature.ts'
import { dateType, varcharType } from '../types.ts'
import type { Compiler } from './compiler.ts'
import { roundedTime, roundedTimestamp } from './text-values.ts'
import { quoted, type Typed } from './typed.ts'

/** `precision`: digits of the second that are asked for; null: those that Trino gives. */
export function compileSpecial(
  name: string,
  precision: number | null,
  at: number,
  compiler: Compiler,
): Typed {
  const { session } = compiler
  const digits = precision ?? 3
  if (digits > 6) {
    compiler.fail('NOT_SUPPORTED', 'times finer than microseconds are not supported', at)
  }
  const started = `TIMESTAMP ${quoted(session.startedAt)}`
  const timestamp = roundedTimestamp(started, 3, digits)
  switch (name) {
    case 'current_date':
      return { sql: `CAST(${started} AS DATE)`, type: dateType }
    case 'localtimestamp':
      return { sql: timestamp, type: timestampPrecisionOf(digits, false) }
    case 'current_timestamp':
      return { sql: `timezone('UTC', ${timestamp})`, type: timestampPrecisionOf(digits, true) }
    case 'localtime': {
      const type = { kind: 'time', precision: digits, withTimeZone: false } as const
      return { sql: roundedTime(`CAST(${started} AS TIME)`, 3, digits), type }
    }
    case 'current_user':
      return { sql: quoted(session.user), type: varcharType }
    case 'current_catalog':
    case 'current_schema': {
      const value = name === 'current_catalog' ? session.catalog : session.schema
      return value === null
        ? { sql: 'CAST(NULL AS VARCHAR)', type: varcharType }
        : { sql: quoted(value), type: varcharType }
    }
    default:
      return compiler.fail('NOT_SUPPORTED', `${name.toUpperCase()} is not supported`, at)
  }
}
