// The life of a run, as a table of states.
//
// opened     the run has an id and a ledger; nothing was read yet
// staging    batches are read, checked and written below staging/<run>/
// sealed     every batch is committed, table checks and ceilings passed, the manifest is written
// published  the snapshot folder was renamed into place: the commit
// failed     a passing or final fault stopped it (also a kill, found by the next command)
// refused    the data was refused: a ceiling, a wrong header, control totals
// abandoned  a later load took over what could be reused

export type RunState =
  | 'opened'
  | 'staging'
  | 'sealed'
  | 'published'
  | 'failed'
  | 'refused'
  | 'abandoned'

const nextStates: Readonly<Record<RunState, readonly RunState[]>> = {
  opened: ['staging', 'failed', 'refused', 'abandoned'],
  staging: ['sealed', 'failed', 'refused'],
  sealed: ['published', 'failed'],
  failed: ['staging', 'abandoned'],
  refused: ['staging', 'abandoned'],
  published: [],
  abandoned: [],
}

/** The next state of a run; a step that the table does not have is a defect and throws. */
export function advanceRun(from: RunState, to: RunState): RunState {
  if (!nextStates[from].includes(to)) throw new Error(`a run cannot go from ${from} to ${to}`)
  return to
}
