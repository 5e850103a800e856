// The valid rows of one table, person by person, all of them holding to its contract: unique keys by
// numbers, months of a coverage check by turns, everything else by drawing, and drawing again where
// columns do not go together.
import { type ContractColumn, patientIdColumn, type TableContract } from '../table-contract.ts'
import { daysOfText, nextMonth } from './calendar-days.ts'
import { type ColumnMaker, openColumnMaker } from './column-maker.ts'
import { type DummyValue, placeOf, type Truth, truthsOf } from './column-truths.ts'
import { earlierColumns } from './date-maker.ts'
import { latestDay, type Person } from './dummy-person.ts'
import { mixedSeed, namedSeed, type SeededRandom, seededRandom } from './seeded-random.ts'

export interface MadeRow {
  readonly person: Person
  /** patient_id, then the columns in contract order. */
  readonly values: DummyValue[]
  /** True: a check of the table needs this row as it is. */
  readonly isNeeded: boolean
}

export interface UniqueKey {
  readonly rule: 'unique' | 'one_row_per_patient'
  /** Places in a row. */
  readonly places: readonly number[]
}

export interface TableMaker {
  readonly contract: TableContract
  /** Truths by column in contract order, without patient_id. */
  readonly truths: readonly (readonly Truth[])[]
  readonly keys: readonly UniqueKey[]
  /** The rows of a person; `isWhole` false keeps rows out that a check of the table needs. */
  rowsOf(person: Person, isWhole: boolean): MadeRow[]
  /** One more row of a person, as valid as the others; null where none can be made. */
  oneMore(person: Person): MadeRow | null
  /** Months that no person could cover. */
  missingMonths(): number
}

/** Rows of a person in a table of many: a few have many, as with real people. */
const rowCounts = [0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20, 40]
const triesMost = 20
/** Rows of one person that stand for months of a coverage check. */
const monthsMost = 24

/** Date columns behind those that they must not be before; all else as in the contract. */
function drawingOrder(contract: TableContract): ContractColumn[] {
  const order: ContractColumn[] = []
  const visit = (column: ContractColumn, open: readonly string[]): void => {
    if (order.includes(column) || open.includes(column.name)) return
    for (const name of column.type === 'date' ? earlierColumns(column, contract) : []) {
      const other = contract.columns.find((one) => one.name === name)
      if (other !== undefined) visit(other, [...open, column.name])
    }
    order.push(column)
  }
  for (const column of contract.columns) visit(column, [])
  return order
}

/** The unique keys of a table, those of columns first. */
export function uniqueKeysOf(contract: TableContract): UniqueKey[] {
  const keys: UniqueKey[] = []
  for (const { name, constraints } of contract.columns) {
    const isUnique = constraints.some(({ kind }) => kind === 'unique')
    if (isUnique) keys.push({ rule: 'unique', places: [placeOf(contract, name)] })
  }
  for (const check of contract.checks) {
    if (check.kind !== 'unique') continue
    const places = check.columns.map((name) => placeOf(contract, name))
    keys.push({ rule: 'unique', places })
  }
  if (contract.rows === 'one_per_patient') keys.push({ rule: 'one_row_per_patient', places: [0] })
  return keys
}

/** Places of columns that are numbered through, so that every key without a patient is unique. */
function numberedPlaces(contract: TableContract, keys: readonly UniqueKey[]): Set<number> {
  const numbered = new Set<number>()
  for (const { places } of keys) {
    if (places.includes(0) || places.some((place) => numbered.has(place))) continue
    const types = ['string', 'int', 'snomedct', 'dmd', 'nhs_number', 'float']
    const best = types
      .flatMap((type) => places.filter((place) => contract.columns[place - 1]?.type === type))
      .concat(places)
    numbered.add(best[0] ?? 0)
  }
  return numbered
}

/** First and last day of each month that a row must have, in order. */
function coveredMonths(contract: TableContract): (readonly [number, number])[] {
  const months: (readonly [number, number])[] = []
  for (const check of contract.checks) {
    if (check.kind !== 'coverage') continue
    const last = check.last === null ? latestDay : daysOfText(check.last)
    for (let first = daysOfText(check.first); first <= last; first = nextMonth(first)) {
      months.push([first, nextMonth(first) - 1])
    }
  }
  return months
}

/** Rows that a person has in a table. */
function rowCountOf(contract: TableContract, person: Person, lot: number): number {
  if (contract.table === 'patients') return 1
  const isOfDeaths = contract.table.includes('death')
  if (isOfDeaths) return person.death === null ? 0 : 1
  if (contract.rows === 'one_per_patient') return lot < 0.75 ? 1 : 0
  return rowCounts[Math.floor(lot * rowCounts.length)] ?? 0
}

/** Draws rows, again where columns do not go together. */
function openDraw(
  contract: TableContract,
  seed: number,
  random: SeededRandom,
  keys: readonly UniqueKey[],
  truths: readonly (readonly Truth[])[],
) {
  const numbered = numberedPlaces(contract, keys)
  const patientKeys = keys.filter(({ places }) => places.includes(0) && places.length > 1)
  const steps: readonly { place: number; maker: ColumnMaker }[] = drawingOrder(contract).map(
    (column) => {
      const place = placeOf(contract, column.name)
      const maker = openColumnMaker(column, contract, seed, numbered.has(place))
      return { place, maker }
    },
  )
  let ordinal = -1

  function drawOnce(person: Person, month: MonthOrNone): DummyValue[] | null {
    const row: DummyValue[] = new Array(contract.columns.length + 1).fill(null)
    row[0] = person.id
    ordinal++
    for (const { place, maker } of steps) {
      const value = maker({ person, random, ordinal, month, row })
      if (value === undefined) return null
      row[place] = value
    }
    for (let place = 1; place < row.length; place++) {
      const value = row[place] ?? null
      for (const truth of truths[place - 1] ?? []) if (!truth.holds(value, row)) return null
    }
    return row
  }

  return (person: Person, month: MonthOrNone, others: readonly MadeRow[]): MadeRow | null => {
    for (let tries = 0; tries < triesMost; tries++) {
      const values = drawOnce(person, month)
      if (values === null) continue
      const clashes = patientKeys.some(({ places }) =>
        others.some(({ values: other }) => places.every((at) => other[at] === values[at])),
      )
      if (!clashes) return { person, values, isNeeded: month !== null }
    }
    return null
  }
}

/** Opens the maker of a table. */
export function openTableMaker(contract: TableContract, seed: number): TableMaker {
  const tableSeed = namedSeed(seed, contract.id)
  const random = seededRandom(tableSeed)
  const keys = uniqueKeysOf(contract)
  const truths = contract.columns.map((column) => truthsOf(column, contract))
  const draw = openDraw(contract, seed, random, keys, truths)
  let months = coveredMonths(contract)
  return {
    contract,
    truths,
    keys,
    rowsOf(person, isWhole) {
      random.restart(mixedSeed(tableSeed, person.index))
      const rows: MadeRow[] = []
      const count = rowCountOf(contract, person, random.next())
      const most = contract.rows === 'one_per_patient' ? 1 : Math.max(count, monthsMost)
      if (isWhole && months.length > 0) {
        const left: (readonly [number, number])[] = []
        for (const month of months) {
          const row = rows.length < most ? draw(person, month, rows) : null
          if (row === null) left.push(month)
          else rows.push(row)
        }
        months = left
      }
      while (rows.length < count) {
        const row = draw(person, null, rows)
        if (row === null) break
        rows.push(row)
      }
      return rows
    },
    oneMore: (person) => draw(person, null, []),
    missingMonths: () => months.length,
  }
}

type MonthOrNone = readonly [number, number] | null

/** The header of the extract. */
export const headerOf = (contract: TableContract): string[] => [
  patientIdColumn,
  ...contract.columns.map(({ name }) => name),
]
