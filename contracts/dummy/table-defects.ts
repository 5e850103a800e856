// Defects that take more than one row to see: keys that two rows have, and patients that do not
// exist. All rows of a key are refused, so that such a defect is one of two rows.
import { patientIdColumn } from '../table-contract.ts'
import type { DummyRow } from './column-truths.ts'
import { refusedFor, type Verdict } from './judge-row.ts'
import type { MadeRow, TableMaker, UniqueKey } from './table-maker.ts'

/** A row that is made, and will be written when the one behind it is known. */
export interface HeldRow {
  readonly made: MadeRow
  line: string
  /** null: nothing is wrong with it. */
  verdict: Verdict | null
  /** False: it must stay as it is. */
  readonly isFree: boolean
}

function keyVerdict(key: UniqueKey, maker: TableMaker): Verdict {
  const [place = 0] = key.places
  const name = place === 0 ? patientIdColumn : (maker.contract.columns[place - 1]?.name ?? null)
  const isNamed = key.rule === 'unique' && key.places.length === 1
  return refusedFor(isNamed ? name : null, key.rule)
}

const sharesKey = (key: UniqueKey, left: DummyRow, right: DummyRow): boolean =>
  key.places.every((place) => left[place] !== null && left[place] === right[place])

/** Keys whose breach refuses the rows; others warn or end the load, and are left alone. */
export function breakableKeys({ contract, keys }: TableMaker): UniqueKey[] {
  const grades = [
    ...contract.columns.flatMap(({ constraints }) =>
      constraints.filter(({ kind }) => kind === 'unique'),
    ),
    ...contract.checks.filter(({ kind }) => kind === 'unique'),
  ]
  return keys.filter(
    ({ rule }, index) =>
      rule === 'one_row_per_patient' || (grades[index]?.severity ?? 'reject') === 'reject',
  )
}

/** Another row of the same patient where there may be one only; null where none can be made. */
export function repeatPatient(
  key: UniqueKey,
  made: MadeRow,
  maker: TableMaker,
): { more: MadeRow; verdict: Verdict } | null {
  const more = maker.oneMore(made.person)
  if (more === null) return null
  const others = maker.keys.filter((other) => other !== key)
  const clashes = others.some((other) => sharesKey(other, more.values, made.values))
  return clashes ? null : { more, verdict: keyVerdict(key, maker) }
}

/**
 * Gives a row the key of the row before it; null where that row is not free, or the copy would break
 * something else. The verdict holds for both rows.
 */
export function repeatKey(
  key: UniqueKey,
  made: MadeRow,
  held: HeldRow | null,
  maker: TableMaker,
): { values: MadeRow['values']; verdict: Verdict } | null {
  if (held === null || held.verdict !== null || !held.isFree) return null
  const isSamePatient = held.made.person.index === made.person.index
  if (key.places.includes(0) && !isSamePatient) return null
  const values = [...made.values]
  for (const place of key.places) values[place] = held.made.values[place] ?? null
  if (!sharesKey(key, values, held.made.values)) return null
  const others = maker.keys.filter((other) => other !== key)
  if (others.some((other) => sharesKey(other, values, held.made.values))) return null
  const isValid = maker.truths.every((truths, index) =>
    truths.every((truth) => truth.holds(values[index + 1] ?? null, values)),
  )
  return isValid ? { values, verdict: keyVerdict(key, maker) } : null
}
