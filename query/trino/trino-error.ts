// Refusals of the query layer as Trino's clients know them: name, number and type of Trino's own
// list (io.trino.spi.StandardErrorCode). Clients branch on type and name; messages never hold a
// value of a row, nor a literal of the statement, which may have been one.

export type TrinoErrorType = 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES' | 'EXTERNAL'

const define = (code: number, type: TrinoErrorType) => Object.freeze({ code, type })

/** Numbers from 65,536 are internal errors, from 131,072 short resources, from 16,777,216 external. */
export const trinoErrors = {
  GENERIC_USER_ERROR: define(0, 'USER_ERROR'),
  SYNTAX_ERROR: define(1, 'USER_ERROR'),
  USER_CANCELED: define(3, 'USER_ERROR'),
  PERMISSION_DENIED: define(4, 'USER_ERROR'),
  NOT_FOUND: define(5, 'USER_ERROR'),
  FUNCTION_NOT_FOUND: define(6, 'USER_ERROR'),
  INVALID_FUNCTION_ARGUMENT: define(7, 'USER_ERROR'),
  DIVISION_BY_ZERO: define(8, 'USER_ERROR'),
  INVALID_CAST_ARGUMENT: define(9, 'USER_ERROR'),
  NOT_SUPPORTED: define(13, 'USER_ERROR'),
  INVALID_SESSION_PROPERTY: define(14, 'USER_ERROR'),
  ALREADY_EXISTS: define(18, 'USER_ERROR'),
  NUMERIC_VALUE_OUT_OF_RANGE: define(19, 'USER_ERROR'),
  READ_ONLY_VIOLATION: define(23, 'USER_ERROR'),
  MULTIPLE_ROWS_FROM_SUBQUERY: define(28, 'USER_ERROR'),
  QUERY_TEXT_TOO_LARGE: define(35, 'USER_ERROR'),
  ADMINISTRATIVELY_KILLED: define(38, 'USER_ERROR'),
  CATALOG_NOT_FOUND: define(44, 'USER_ERROR'),
  SCHEMA_NOT_FOUND: define(45, 'USER_ERROR'),
  TABLE_NOT_FOUND: define(46, 'USER_ERROR'),
  COLUMN_NOT_FOUND: define(47, 'USER_ERROR'),
  SCHEMA_ALREADY_EXISTS: define(49, 'USER_ERROR'),
  TABLE_ALREADY_EXISTS: define(50, 'USER_ERROR'),
  DUPLICATE_NAMED_QUERY: define(54, 'USER_ERROR'),
  DUPLICATE_COLUMN_NAME: define(55, 'USER_ERROR'),
  MISSING_COLUMN_NAME: define(56, 'USER_ERROR'),
  TYPE_MISMATCH: define(58, 'USER_ERROR'),
  INVALID_LITERAL: define(59, 'USER_ERROR'),
  COLUMN_TYPE_UNKNOWN: define(60, 'USER_ERROR'),
  MISMATCHED_COLUMN_ALIASES: define(61, 'USER_ERROR'),
  INVALID_COLUMN_REFERENCE: define(63, 'USER_ERROR'),
  INVALID_PARAMETER_USAGE: define(70, 'USER_ERROR'),
  AMBIGUOUS_NAME: define(75, 'USER_ERROR'),
  INVALID_ARGUMENTS: define(77, 'USER_ERROR'),
  EXPRESSION_NOT_AGGREGATE: define(79, 'USER_ERROR'),
  EXPRESSION_NOT_SCALAR: define(80, 'USER_ERROR'),
  NESTED_AGGREGATION: define(85, 'USER_ERROR'),
  INVALID_LIMIT_CLAUSE: define(88, 'USER_ERROR'),
  NESTED_WINDOW: define(96, 'USER_ERROR'),
  TYPE_NOT_FOUND: define(92, 'USER_ERROR'),
  GENERIC_INTERNAL_ERROR: define(65_536, 'INTERNAL_ERROR'),
  SERVER_SHUTTING_DOWN: define(65_544, 'INTERNAL_ERROR'),
  COMPILER_ERROR: define(65_543, 'INTERNAL_ERROR'),
  ABANDONED_QUERY: define(2, 'USER_ERROR'),
  GENERIC_INSUFFICIENT_RESOURCES: define(131_072, 'INSUFFICIENT_RESOURCES'),
  EXCEEDED_GLOBAL_MEMORY_LIMIT: define(131_073, 'INSUFFICIENT_RESOURCES'),
  QUERY_QUEUE_FULL: define(131_074, 'INSUFFICIENT_RESOURCES'),
  EXCEEDED_TIME_LIMIT: define(131_075, 'INSUFFICIENT_RESOURCES'),
  EXCEEDED_LOCAL_MEMORY_LIMIT: define(131_079, 'INSUFFICIENT_RESOURCES'),
} as const satisfies Record<string, { readonly code: number; readonly type: TrinoErrorType }>

export type TrinoErrorName = keyof typeof trinoErrors

/** A place in the text of a statement; lines and columns from 1. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

export class TrinoError extends Error {
  readonly errorName: TrinoErrorName
  readonly place: TextPlace | null

  constructor(errorName: TrinoErrorName, message: string, place: TextPlace | null = null) {
    super(message)
    this.name = 'TrinoError'
    this.errorName = errorName
    this.place = place
  }
}

/** Runs a compilation: COMPILER_ERROR where it is nested deeper than the stack. */
export function withinStack<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if ((error as { name?: unknown } | null)?.name !== 'RangeError') throw error
    const message = 'the query may have too many or too complex expressions: it is too large'
    throw new TrinoError('COMPILER_ERROR', message)
  }
}

/** True for a TrinoError, also for one of another realm. */
export function isTrinoError(error: unknown): error is TrinoError {
  return (error as { name?: unknown } | null)?.name === 'TrinoError'
}
