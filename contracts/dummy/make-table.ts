// One dummy extract from first line to last, with its answer key. Rows are made person by person and
// handed on at once; nothing grows with their number but a byte for each person of a patients table.
import { patientIdColumn, type TableContract } from '../table-contract.ts'
import { openTally, type RowAnswer, type TableAnswer } from './answer-key.ts'
import { makePerson, type Person } from './dummy-person.ts'
import { refusedFor, type Verdict } from './judge-row.ts'
import { type PatientStates, patientState, stateOfRefused } from './patient-states.ts'
import { orphanOf, type RowDefect, rowDefects, unclosedOf } from './row-defects.ts'
import { fieldTexts, lineOf } from './row-text.ts'
import { mixedSeed, namedSeed, type SeededRandom, seededRandom } from './seeded-random.ts'
import { breakableKeys, type HeldRow, repeatKey, repeatPatient } from './table-defects.ts'
import { headerOf, type MadeRow, openTableMaker } from './table-maker.ts'

export interface DummyTable {
  readonly contract: TableContract
  readonly seed: number
  readonly patients: number
  /** Share of rows that are defective; 0: every row is accepted. */
  readonly defects: number
  /** States by person, filled by the patients table; null: no such table is made beside this one. */
  readonly states: PatientStates | null
}

export interface RowSink {
  /** A line without its end; the header is the first. */
  line(text: string): void
  answer(answer: RowAnswer): void
}

/** A row that was begun, on its way through the defects; `more` comes right behind it. */
interface Outcome {
  readonly line: string
  readonly verdict: Verdict | null
  readonly more?: MadeRow
}

type Defect = (made: MadeRow, held: HeldRow | null) => Outcome | null

const isPatients = (contract: TableContract): boolean => contract.table === 'patients'

/** Defects in turn: the one that came longest ago and can befall the row comes next. */
function openTurns(defects: readonly Defect[], random: SeededRandom) {
  const queue = [...defects]
  for (let i = queue.length - 1; i > 0; i--) {
    const other = random.below(i + 1)
    const [left, right] = [queue[i], queue[other]]
    if (left === undefined || right === undefined) continue
    queue[i] = right
    queue[other] = left
  }
  return (made: MadeRow, held: HeldRow | null): Outcome | null => {
    for (const [index, defect] of queue.entries()) {
      const outcome = defect(made, held)
      if (outcome === null) continue
      queue.splice(index, 1)
      queue.push(defect)
      return outcome
    }
    return null
  }
}

function openTable({ contract, seed, patients, states }: DummyTable) {
  const maker = openTableMaker(contract, seed)
  const fields = fieldTexts(contract)
  const random = seededRandom(namedSeed(seed, `defects of ${contract.id}`))
  const check = contract.checks.find(({ kind }) => kind === 'patient_exists')
  const linked = check !== undefined && !isPatients(contract) && states !== null
  const ofRow = rowDefects(maker, fields)
  const alone =
    (defect: RowDefect): Defect =>
    (made) =>
      defect(made.values, random)
  const defects = ofRow.map(alone)
  if (linked && (check.severity ?? 'reject') === 'reject') {
    defects.push(({ values }) => orphanOf(values, patients, fields, random))
  }
  for (const key of breakableKeys(maker)) {
    if (key.rule === 'one_row_per_patient') {
      defects.push((made) => {
        const pair = repeatPatient(key, made, maker)
        if (pair === null) return null
        return { line: lineOf(made.values, fields, null), ...pair }
      })
      continue
    }
    defects.push((made, held) => {
      const pair = repeatKey(key, made, held, maker)
      if (pair === null || held === null) return null
      held.verdict = pair.verdict
      return { line: lineOf(pair.values, fields, null), verdict: pair.verdict }
    })
  }
  return {
    ...{ maker, fields, random },
    /** Severity of the check that patients exist; null: it is not asked here. */
    cascade: linked ? (check.severity ?? 'reject') : null,
    breakRow: openTurns(defects, random),
    breakChild: openTurns(ofRow.map(alone), random),
  }
}

/** The verdict on a row that is right but for its patient. */
function orphaned(state: number, severity: string): Verdict {
  const found = { column: patientIdColumn, rule: 'patient_exists' as const }
  if (severity === 'warn') return { refusal: null, warnings: [found], nulled: [] }
  const why = state === patientState.refused ? (['patient_refused'] as const) : []
  return refusedFor(found.column, found.rule, why)
}

/**
 * Writes rows one behind: the defect of a row may concern the one before it. Keeps the states of the
 * patients where the table is theirs.
 */
function openWriter({ contract, states, defects }: DummyTable, sink: RowSink) {
  const tally = openTally(contract)
  let held: HeldRow | null = null

  function write(line: string, verdict: Verdict | null): void {
    tally.add(verdict)
    sink.line(line)
    const refusal = verdict?.refusal ?? null
    if (refusal !== null) sink.answer({ table: contract.id, row: tally.rowsIn, ...refusal })
  }

  function release(): void {
    if (held === null) return
    const { made, line, verdict } = held
    held = null
    write(line, verdict)
    if (states === null || !isPatients(contract)) return
    const refusal = verdict?.refusal ?? null
    states[made.person.index] = refusal === null ? patientState.present : stateOfRefused(refusal)
  }

  return {
    ...{ tally, write, release },
    lastHeld: (): HeldRow | null => held,
    hold(made: MadeRow, line: string, verdict: Verdict | null): void {
      release()
      held = { made, line, verdict, isFree: verdict === null && !made.isNeeded && defects > 0 }
    },
  }
}

/** Puts valid rows, broken as they are due, into the writer. */
function openRows(table: DummyTable, writer: ReturnType<typeof openWriter>) {
  const { contract, defects, states } = table
  const { maker, fields, random, cascade, breakRow, breakChild } = openTable(table)
  const { hold, lastHeld } = writer

  function addRow(made: MadeRow, state: number): void {
    const isDue = defects > 0 && !made.isNeeded && random.chance(defects)
    if (state !== patientState.present && cascade !== null) {
      const broken = isDue ? breakChild(made, null) : null
      const isRefused = broken !== null && broken.verdict?.refusal !== null
      const line = isRefused ? broken.line : lineOf(made.values, fields, null)
      hold(made, line, isRefused ? broken.verdict : orphaned(state, cascade))
      return
    }
    const broken = isDue ? breakRow(made, lastHeld()) : null
    if (broken === null) {
      hold(made, lineOf(made.values, fields, null), null)
      return
    }
    hold(made, broken.line, broken.verdict)
    if (broken.more === undefined) return
    hold(broken.more, lineOf(broken.more.values, fields, null), broken.verdict)
  }

  return {
    ...{ maker, fields },
    addPerson(person: Person): void {
      const isChild = states !== null && !isPatients(contract)
      const state = isChild ? (states[person.index] ?? 0) : patientState.present
      if (state === patientState.absent) return
      // Where the check ends the load, rows of refused patients would end it.
      if (state !== patientState.present && cascade === 'refuse') return
      const rows = maker.rowsOf(person, state === patientState.present)
      for (const made of rows) addRow(made, state)
      if (rows.length === 0 && states !== null && isPatients(contract)) {
        states[person.index] = patientState.absent
      }
    },
  }
}

const turnPeople = 512

/**
 * Makes the table into a sink. Yields the number of rows so far now and then, and returns the answer
 * key, and how many months of a coverage check no patient could stand for. Fills `states` where the
 * table is that of the patients.
 */
export function* makeTable(
  table: DummyTable,
  sink: RowSink,
): Generator<number, TableAnswer & { readonly missingMonths: number }> {
  const { contract, seed, patients, defects } = table
  const writer = openWriter(table, sink)
  const { maker, fields, addPerson } = openRows(table, writer)
  sink.line(headerOf(contract).join(','))
  const random = seededRandom(0)
  const peopleSeed = mixedSeed(seed, 0)
  for (let index = 0; index < patients; index++) {
    addPerson(makePerson(peopleSeed, index, random))
    if (index % turnPeople === 0) yield writer.tally.rowsIn
  }
  const last = writer.lastHeld()
  writer.release()
  if (defects > 0 && last !== null) {
    const { line, verdict } = unclosedOf(last.made.values, fields)
    writer.write(line, verdict)
  }
  return { ...writer.tally.answer(), missingMonths: maker.missingMonths() }
}
