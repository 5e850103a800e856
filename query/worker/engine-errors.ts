// What the engine throws, as Trino's errors. The engine's messages quote values and internal names,
// so each becomes a sentence of our own; only errors that compiled SQL raised on purpose pass.
import { isTrinoError, TrinoError, type TrinoErrorName, trinoErrors } from '../trino/trino-error.ts'

const raised = /trino:([A-Z_]+):([^\n]*)/

interface Sentence {
  readonly pattern: RegExp
  readonly errorName: TrinoErrorName
  readonly message: string
}

// Clients look for some of these words (ehrQL: "Out of range for integer").
const sentences: readonly Sentence[] = [
  {
    // A sum is as wide as the engine can make it until it becomes a bigint.
    pattern: /^Conversion Error: Type INT128 .*out of range .*INT64/s,
    errorName: 'NUMERIC_VALUE_OUT_OF_RANGE',
    message: 'bigint addition overflow',
  },
  {
    // From one whole number to another; from other numbers it is the cast that fails.
    pattern: /^Conversion Error: Type INT\d+ .*out of range .*INT32/s,
    errorName: 'NUMERIC_VALUE_OUT_OF_RANGE',
    message: 'Out of range for integer',
  },
  {
    pattern: /^Conversion Error: Type INT\d+ .*out of range .*INT/s,
    errorName: 'NUMERIC_VALUE_OUT_OF_RANGE',
    message: 'Out of range for a whole number',
  },
  {
    pattern: /^Conversion Error: .*out of range .*INT32/s,
    errorName: 'INVALID_CAST_ARGUMENT',
    message: 'Out of range for integer',
  },
  {
    pattern: /^Conversion Error: .*out of range/s,
    errorName: 'INVALID_CAST_ARGUMENT',
    message: 'Out of range for the type of a cast',
  },
  {
    pattern: /^Conversion Error/,
    errorName: 'INVALID_CAST_ARGUMENT',
    message: 'A value cannot be cast to the type that the statement asks for',
  },
  {
    pattern: /^Out of Range Error: .*INT32/s,
    errorName: 'NUMERIC_VALUE_OUT_OF_RANGE',
    message: 'Out of range for integer: integer addition, subtraction or multiplication overflow',
  },
  {
    pattern: /^Out of Range Error/,
    errorName: 'NUMERIC_VALUE_OUT_OF_RANGE',
    message: 'A number or date is out of the range of its type',
  },
  {
    pattern: /^Out of Memory Error/,
    errorName: 'EXCEEDED_LOCAL_MEMORY_LIMIT',
    message: 'Query exceeded per-user memory limit',
  },
  {
    pattern: /^Binder Error: GROUPING|GROUP BY clause|must appear in the GROUP BY|aggregate/,
    errorName: 'EXPRESSION_NOT_AGGREGATE',
    message: 'an expression must be an aggregate expression or appear in GROUP BY clause',
  },
  {
    pattern: /^(Parser Error|Binder Error): .*(depth|nested|Maximum)/s,
    errorName: 'COMPILER_ERROR',
    message: 'Compiler failed: the query may have too many or too complex expressions',
  },
  {
    // The compiler itself ran out of room.
    pattern: /^(Invalid string length|Maximum call stack size exceeded)/,
    errorName: 'COMPILER_ERROR',
    message: 'Compiler failed: the query may have too many or too complex expressions',
  },
  {
    // A native allocation that the engine does not speak of itself.
    pattern: /bad_alloc|^Failed to allocate|Array buffer allocation failed/,
    errorName: 'EXCEEDED_LOCAL_MEMORY_LIMIT',
    message: 'Query exceeded per-user memory limit',
  },
  {
    pattern: /^Invalid Input Error/,
    errorName: 'INVALID_FUNCTION_ARGUMENT',
    message: 'A function was given a value that it does not accept',
  },
  {
    pattern: /^Not implemented Error/,
    errorName: 'NOT_SUPPORTED',
    message: 'The statement uses something that the engine does not have',
  },
  {
    pattern: /^INTERRUPT Error/,
    errorName: 'USER_CANCELED',
    message: 'Query was canceled',
  },
]

/** The TrinoError for whatever running a statement threw. */
export function engineError(error: unknown): TrinoError {
  if (isTrinoError(error)) return error
  const text = String((error as { message?: unknown } | null)?.message ?? '')
  const [, name = '', message = ''] = raised.exec(text) ?? []
  if (Object.hasOwn(trinoErrors, name)) return new TrinoError(name as TrinoErrorName, message)
  const sentence = sentences.find(({ pattern }) => pattern.test(text))
  if (sentence !== undefined) return new TrinoError(sentence.errorName, sentence.message)
  return new TrinoError('GENERIC_INTERNAL_ERROR', 'the engine could not run the statement')
}
