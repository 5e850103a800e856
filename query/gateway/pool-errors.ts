// What the pool says to whoever asked when a statement ends and the engine did not say why.
import type { StatementError } from './responses.ts'

const error = (errorName: StatementError['errorName'], message: string): StatementError => ({
  errorName,
  message,
  place: null,
})

export const poolErrors = {
  queueFull: error('QUERY_QUEUE_FULL', 'Too many queued queries: try again later'),
  shuttingDown: error('SERVER_SHUTTING_DOWN', 'Server is shutting down'),
  canceled: error('USER_CANCELED', 'Query was canceled'),
  notStarted: error('GENERIC_INTERNAL_ERROR', 'no process could be started'),
  replaced: error(
    'GENERIC_INTERNAL_ERROR',
    'the process of the query was replaced because another query did not stop',
  ),
} as const

/** Why a process that nobody killed is gone. */
export function exitReason(signal: NodeJS.Signals | null): StatementError {
  if (signal === null) return error('GENERIC_INTERNAL_ERROR', 'the process of the query ended')
  const message = 'Query exceeded per-user memory limit: its process ended'
  return error('EXCEEDED_LOCAL_MEMORY_LIMIT', message)
}

/** A statement ran for longer than it may. */
export function timeOver(timeMs: number): StatementError {
  const seconds = (timeMs / 1_000).toFixed(2)
  const message = `Query exceeded the maximum run time limit of ${seconds}s`
  return error('EXCEEDED_TIME_LIMIT', message)
}
