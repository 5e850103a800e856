// The life of a client's statement, as a table of states with the names that clients know.
//
// QUEUED    nobody has asked for its first page
// RUNNING   the pool has it: it waits in line, runs, or its result is being read
// FINISHED  its last page was asked for, or it has no result and is done
// FAILED    it ended with an error, of its own, its client's or the gateway's
import assert from 'node:assert'

export type StatementState = 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED'

const nextStates: Readonly<Record<StatementState, readonly StatementState[]>> = {
  QUEUED: ['RUNNING', 'FAILED'],
  RUNNING: ['FINISHED', 'FAILED'],
  FINISHED: [],
  FAILED: [],
}

/** The next state of a statement; a step that the table does not have is a defect and throws. */
export function advanceStatement(from: StatementState, to: StatementState): StatementState {
  assert(nextStates[from].includes(to), `a statement cannot go from ${from} to ${to}`)
  return to
}

/** Whether a statement in this state is over. */
export const isOver = (state: StatementState): boolean => nextStates[state].length === 0
