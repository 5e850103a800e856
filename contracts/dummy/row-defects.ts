// Breaks a valid row on purpose: one of every kind of defect that can befall a row of the table.
// Each is a small change whose outcome is known; what would have an outcome that is in doubt is not
// made.
import type { RuleName } from '../rules.ts'
import type { ColumnConstraint, ContractColumn } from '../table-contract.ts'
import { calendarDay } from './calendar-days.ts'
import { constraintsOf, type DummyRow, type DummyValue, placeOf } from './column-truths.ts'
import { latestDay, personId } from './dummy-person.ts'
import { judgeRow, refusedFor, type Verdict, type WrongRow } from './judge-row.ts'
import { type FieldText, invalidByte, lineOf } from './row-text.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { TableMaker } from './table-maker.ts'
import { isDoubtfulDay, textsOfNoType, wrongValues } from './wrong-values.ts'

export interface BrokenLine {
  readonly line: string
  readonly verdict: Verdict
}

/** One way to break a column of a row; false where this row cannot be broken so. */
type Spoil = (row: WrongRow, random: SeededRandom) => boolean

/** One kind of defect; null where it cannot befall this row. */
export type RowDefect = (row: DummyRow, random: SeededRandom) => BrokenLine | null

const openRow = (row: DummyRow): WrongRow => ({
  values: [...row],
  texts: new Map(),
  faults: new Map(),
  rounded: new Set(),
})

function putText(row: WrongRow, place: number, text: string, rules: readonly RuleName[]): boolean {
  row.texts.set(place, text)
  row.faults.set(place, rules)
  // What has no value stands in the way of no other column.
  row.values[place] = null
  return true
}

const textFaults: readonly (readonly [string, readonly RuleName[]])[] = [
  [`${invalidByte}A`, ['invalid_utf8']],
  [`A${invalidByte}${invalidByte}`, ['invalid_utf8']],
  ['1\u00002', ['nul_byte']],
  [`\u0000${invalidByte}`, ['invalid_utf8', 'nul_byte']],
]

function isInDoubt(column: ContractColumn, value: DummyValue): boolean {
  if (column.type !== 'date' || value === null) return false
  const year = calendarDay(Number(value)).year
  const isTimed = column.constraints.some(({ kind }) => kind === 'no_future_dates')
  return year < 1 || year > 9999 || (isTimed && isDoubtfulDay(Number(value), latestDay))
}

function spoilConstraint(
  column: ContractColumn,
  constraint: ColumnConstraint,
  maker: TableMaker,
): Spoil {
  const place = placeOf(maker.contract, column.name)
  const names = constraint.kind === 'date_after' ? constraint.columns : []
  const earlier = names.map((name) => placeOf(maker.contract, name))
  const truths = maker.truths[place - 1] ?? []
  const truth =
    truths.find((one) => one.constraint === constraint) ??
    truths.find((one) => one.rule === constraint.kind)
  const others = truths.filter((one) => one !== truth)
  return (row, random) => {
    if (truth === undefined || row.texts.has(place)) return false
    const wrong = wrongValues(column, constraint, place, row.values, earlier, random).filter(
      ({ value }) => !isInDoubt(column, value) && !truth.holds(value, row.values),
    )
    // Best is a value that breaks nothing else of its column.
    const pure = wrong.filter(({ value }) =>
      others.every((other) => other.holds(value, row.values)),
    )
    const isGraded = [truth, ...others].some(({ severity }) => severity !== 'reject')
    const choices = pure.length > 0 || isGraded ? pure : wrong
    if (choices.length === 0) return false
    const { value, rule } = random.pick(choices)
    row.values[place] = value
    if (rule !== undefined) row.rounded.add(place)
    return true
  }
}

/** A value that becomes null must not be one that other columns are compared with. */
function isComparedWith(column: ContractColumn, maker: TableMaker): boolean {
  return maker.contract.columns.some(({ constraints }) =>
    constraints.some(
      (constraint) => constraint.kind === 'date_after' && constraint.columns.includes(column.name),
    ),
  )
}

/** The ways to break one column: its text, its type, each of its constraints. */
function columnSpoils(column: ContractColumn, maker: TableMaker): Spoil[] {
  const place = placeOf(maker.contract, column.name)
  const spoils: Spoil[] = []
  const texts = textsOfNoType(column.type)
  if (texts.length > 0) {
    spoils.push((row, random) => putText(row, place, random.pick(texts), ['type']))
  }
  spoils.push((row, random) => {
    const [text, rules] = random.pick(textFaults)
    return putText(row, place, text, rules)
  })
  for (const constraint of constraintsOf(column)) {
    const { kind, severity = 'reject' } = constraint
    if (kind === 'unique' || severity === 'refuse') continue
    if (severity === 'null' && isComparedWith(column, maker)) continue
    spoils.push(spoilConstraint(column, constraint, maker))
  }
  return spoils
}

function patientSpoils(): Spoil[] {
  return [
    (row) => putText(row, 0, '', ['not_null']),
    (row, random) => putText(row, 0, random.pick(textsOfNoType('int')), ['type']),
    (row, random) => {
      const [text, rules] = random.pick(textFaults)
      return putText(row, 0, text, rules)
    },
  ]
}

/** Records that are not as wide as the header, or whose quotes are wrong. */
function structureDefects(fields: readonly FieldText[]): RowDefect[] {
  // A line end inside a broken record would make two of it.
  const wholeLine = (row: DummyRow): string =>
    lineOf(
      row.map((value) => (typeof value === 'string' ? value.replaceAll('\n', ' ') : value)),
      fields,
      null,
    )
  const last = fields.length - 1
  return [
    (row) => {
      const short = wholeLine(row.slice(0, last))
      return { line: short, verdict: refusedFor(null, 'too_few_fields') }
    },
    (row, random) => ({
      line: `${wholeLine(row)},${random.pick(['', '1', 'x'])}`,
      verdict: refusedFor(null, 'too_many_fields'),
    }),
    (row, random) => ({
      line: `${wholeLine(row.slice(0, last))},"closed"${random.pick([' twice"', 'x', '1'])}`,
      verdict: refusedFor(null, 'text_after_quote'),
    }),
  ]
}

function defectOf(
  spoils: readonly Spoil[],
  maker: TableMaker,
  fields: readonly FieldText[],
): RowDefect {
  return (row, random) => {
    const wrong = openRow(row)
    if (!spoils.every((spoil) => spoil(wrong, random))) return null
    const verdict = judgeRow(wrong, maker)
    if (verdict === null) return null
    const { refusal, warnings, nulled } = verdict
    if (refusal === null && warnings.length + nulled.length === 0) return null
    return { line: lineOf(wrong.values, fields, wrong.texts), verdict }
  }
}

/** A record of a patient whom no table of patients has. */
export function orphanOf(
  row: DummyRow,
  patients: number,
  fields: readonly FieldText[],
  random: SeededRandom,
): BrokenLine {
  const id = personId(patients + 1 + random.below(1_000_000))
  return {
    line: lineOf([id, ...row.slice(1)], fields, null),
    verdict: refusedFor('patient_id', 'patient_exists'),
  }
}

/** A quote that nothing closes: only the last record of a file may have one. */
export function unclosedOf(row: DummyRow, fields: readonly FieldText[]): BrokenLine {
  const line = lineOf(
    row
      .slice(0, -1)
      .map((value) => (typeof value === 'string' ? value.replaceAll('\n', ' ') : value)),
    fields,
    null,
  )
  return { line: `${line},"never closed`, verdict: refusedFor(null, 'unterminated_quote') }
}

/** Every kind of defect that a row of the table can have by itself, rows of several among them. */
export function rowDefects(maker: TableMaker, fields: readonly FieldText[]): RowDefect[] {
  const byColumn = [
    patientSpoils(),
    ...maker.contract.columns.map((column) => columnSpoils(column, maker)),
  ]
  const single = byColumn.flat().map((spoil) => defectOf([spoil], maker, fields))
  const several: RowDefect = (row, random) => {
    const columns = byColumn.filter(() => random.chance(2.5 / byColumn.length))
    if (columns.length < 2) return null
    return defectOf(
      columns.map((spoils) => random.pick(spoils)),
      maker,
      fields,
    )(row, random)
  }
  return [...single, ...structureDefects(fields), several, several, several]
}
