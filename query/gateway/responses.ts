// Answers of the client protocol, as bytes: QueryResults with what clients need in it. Rows come as
// JSON from the worker and are put in unread.
import type { ResultColumn } from '../protocol/type-signature.ts'
import { type TextPlace, type TrinoErrorName, trinoErrors } from '../trino/trino-error.ts'
import type { StatementState } from './statement-state.ts'

export interface ResponseParts {
  readonly id: string
  readonly state: StatementState
  readonly infoUri: string
  readonly nextUri: string | null
  readonly columns: readonly ResultColumn[] | null
  /** `[row,row,…]`; null: no rows in this answer. */
  readonly rows: Uint8Array | null
  readonly updateType: string | null
  readonly updateCount: number | null
  readonly error: StatementError | null
  readonly queuedMs: number
  readonly elapsedMs: number
  readonly rowCount: number
}

export interface StatementError {
  readonly errorName: TrinoErrorName
  readonly message: string
  readonly place: TextPlace | null
}

function errorObject({ errorName, message, place }: StatementError): Record<string, unknown> {
  const { code, type } = trinoErrors[errorName]
  const location =
    place === null ? {} : { errorLocation: { lineNumber: place.line, columnNumber: place.column } }
  const text = place === null ? message : `line ${place.line}:${place.column}: ${message}`
  return {
    message: text,
    errorCode: code,
    errorName,
    errorType: type,
    ...location,
    failureInfo: {
      type: 'io.trino.spi.TrinoException',
      message: text,
      suppressed: [],
      stack: [],
      ...location,
      errorInfo: { code, name: errorName, type },
    },
  }
}

function statsObject(parts: ResponseParts): Record<string, unknown> {
  const { state, elapsedMs, queuedMs, rowCount } = parts
  const isDone = state === 'FINISHED' || state === 'FAILED'
  return {
    state,
    queued: state === 'QUEUED',
    scheduled: state !== 'QUEUED',
    progressPercentage: isDone ? 100 : 0,
    runningPercentage: state === 'RUNNING' ? 100 : 0,
    nodes: 1,
    totalSplits: 1,
    queuedSplits: state === 'QUEUED' ? 1 : 0,
    runningSplits: state === 'RUNNING' ? 1 : 0,
    completedSplits: isDone ? 1 : 0,
    cpuTimeMillis: 0,
    wallTimeMillis: elapsedMs,
    queuedTimeMillis: queuedMs,
    elapsedTimeMillis: elapsedMs,
    processedRows: rowCount,
    processedBytes: 0,
    physicalInputBytes: 0,
    physicalWrittenBytes: 0,
    peakMemoryBytes: 0,
    spilledBytes: 0,
  }
}

/** The bytes of an answer. */
export function responseBytes(parts: ResponseParts): Buffer {
  const head: Record<string, unknown> = { id: parts.id, infoUri: parts.infoUri }
  if (parts.nextUri !== null) head['nextUri'] = parts.nextUri
  if (parts.columns !== null) head['columns'] = parts.columns
  const tail: Record<string, unknown> = { stats: statsObject(parts), warnings: [] }
  if (parts.error !== null) tail['error'] = errorObject(parts.error)
  if (parts.updateType !== null) tail['updateType'] = parts.updateType
  if (parts.updateCount !== null) tail['updateCount'] = parts.updateCount
  const before = JSON.stringify(head).slice(0, -1)
  const after = JSON.stringify(tail).slice(1)
  if (parts.rows === null) return Buffer.from(`${before},${after}`)
  return Buffer.concat([Buffer.from(`${before},"data":`), parts.rows, Buffer.from(`,${after}`)])
}
