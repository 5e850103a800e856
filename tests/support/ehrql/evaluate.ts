// ehrQL's documented meaning, one value at a time: null in, null out; three-valued logic; days that a
// month lacks roll over to the first of the next; whole-number division rounds down; nulls sort first.
import {
  type Dataset,
  type EhrqlQuery,
  type MeasureQuery,
  type Node,
  type Operation,
  OutOfRange,
  type Row,
  type Value,
} from './nodes.ts'

interface Context {
  readonly patient: Row | null
  readonly events: readonly Row[]
  readonly event: Row | null
}

const dayMs = 86_400_000
const dayNumber = (date: Value): number => Date.parse(`${date}T00:00:00Z`) / dayMs
const parts = (date: Value): [number, number, number] =>
  String(date).split('-').map(Number) as [number, number, number]

function dateFrom(days: number): string {
  const date = new Date(days * dayMs)
  const year = date.getUTCFullYear()
  if (Number.isNaN(year) || year < 1 || year > 9_999) throw new OutOfRange('a date')
  return date.toISOString().slice(0, 10)
}

/** Year and month (from 0, in any range) and day; a day that the month lacks becomes the next first. */
function rolled(year: number, month: number, day: number): string {
  if (Math.abs(month) > 100_000) throw new OutOfRange('months')
  const first = new Date(0)
  first.setUTCFullYear(year, month, 1)
  const length = new Date(first)
  length.setUTCMonth(first.getUTCMonth() + 1)
  const days = (length.getTime() - first.getTime()) / dayMs
  return dateFrom(first.getTime() / dayMs + Math.min(day - 1, days))
}

/** Order of values that are not null: code points, numbers, days, false before true. */
export function compareValues(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    return Buffer.compare(Buffer.from(left), Buffer.from(right))
  }
  const [first, second] = [Number(left), Number(right)]
  if (Number.isNaN(first) || Number.isNaN(second)) throw new OutOfRange('no number')
  return first < second ? -1 : first > second ? 1 : 0
}

function whole(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > 2_147_483_647) throw new OutOfRange('an integer')
  return value
}

const isTrue = (value: Value): boolean => value === true

type Calculation = (values: readonly Value[], type: Node['type']) => Value
const n = (value: Value | undefined): number => Number(value)

const ranged = (value: number, type: Node['type']): number => {
  if (type === 'int') return whole(value)
  if (!Number.isFinite(value)) throw new OutOfRange('a float')
  return value
}

const test =
  (is: (order: number) => boolean): Calculation =>
  ([left = null, right = null]) =>
    is(compareValues(left, right))

const monthsBetween = (start: Value, end: Value): number => {
  const [[startYear, startMonth, startDay], [endYear, endMonth, endDay]] = [
    parts(start),
    parts(end),
  ]
  return (endYear - startYear) * 12 + endMonth - startMonth - (endDay < startDay ? 1 : 0)
}

/** Operations that give null where any value is null. */
const strict: Partial<Record<Operation, Calculation>> = {
  not: ([value]) => value !== true,
  eq: test((order) => order === 0),
  ne: test((order) => order !== 0),
  lt: test((order) => order < 0),
  le: test((order) => order <= 0),
  gt: test((order) => order > 0),
  ge: test((order) => order >= 0),
  contains: ([text, part]) => String(text).includes(String(part)),
  negate: ([a], type) => ranged(-n(a), type),
  add: ([a, b], type) => ranged(n(a) + n(b), type),
  subtract: ([a, b], type) => ranged(n(a) - n(b), type),
  multiply: ([a, b], type) => ranged(n(a) * n(b), type),
  abs: ([a], type) => ranged(Math.abs(n(a)), type),
  true_divide: ([a, b]) => (n(b) === 0 ? null : ranged(n(a) / n(b), 'float')),
  floor_divide: ([a, b]) => (n(b) === 0 ? null : whole(Math.floor(n(a) / n(b)))),
  power: ([a, b]) => {
    if (n(a) === 0 && n(b) < 0) return null
    return ranged(n(a) ** n(b), 'float')
  },
  to_int: ([a]) => whole(Math.trunc(n(a))),
  to_float: ([a]) => n(a),
  year: ([date = null]) => parts(date)[0],
  month: ([date = null]) => parts(date)[1],
  day: ([date = null]) => parts(date)[2],
  first_of_month: ([date]) => `${String(date).slice(0, 8)}01`,
  first_of_year: ([date]) => `${String(date).slice(0, 5)}01-01`,
  days_between: ([start = null, end = null]) => dayNumber(end) - dayNumber(start),
  weeks_between: ([start = null, end = null]) =>
    Math.floor((dayNumber(end) - dayNumber(start)) / 7),
  months_between: ([start = null, end = null]) => monthsBetween(start, end),
  years_between: ([start = null, end = null]) => Math.floor(monthsBetween(start, end) / 12),
  add_days: ([date = null, count]) => dateFrom(dayNumber(date) + n(count)),
  add_weeks: ([date = null, count]) => dateFrom(dayNumber(date) + 7 * n(count)),
  add_months: ([date = null, count]) => {
    const [year, month, day] = parts(date)
    return rolled(year, month - 1 + n(count), day)
  },
  add_years: ([date = null, count]) => {
    const [year, month, day] = parts(date)
    return rolled(year, month - 1 + 12 * n(count), day)
  },
}

function extreme(values: readonly Value[], sign: 1 | -1): Value {
  let best: Value = null
  for (const value of values) {
    if (value !== null && (best === null || compareValues(value, best) * sign > 0)) best = value
  }
  return best
}

function applied(node: Extract<Node, { kind: 'apply' }>, context: Context): Value {
  const values = node.values.map((value) => evaluate(value, context))
  const hasNull = values.includes(null)
  switch (node.operation) {
    case 'and':
      return values.includes(false) ? false : hasNull ? null : true
    case 'or':
      return values.includes(true) ? true : hasNull ? null : false
    case 'is_null':
      return values[0] === null
    case 'when_null_then':
      return values[0] ?? values[1] ?? null
    case 'minimum_of':
      return extreme(values, -1)
    case 'maximum_of':
      return extreme(values, 1)
    default: {
      const calculate = strict[node.operation]
      if (calculate === undefined) throw new Error(node.operation)
      return hasNull ? null : calculate(values, node.type)
    }
  }
}

function memberOf(value: Value, set: readonly Value[]): Value {
  if (set.length === 0) return false
  if (value === null) return null
  if (set.some((item) => item !== null && compareValues(item, value) === 0)) return true
  return set.includes(null) ? null : false
}

const selected = (where: Node | null, context: Context): Context[] =>
  context.events
    .map((event) => ({ ...context, event }))
    .filter((inner) => where === null || isTrue(evaluate(where, inner)))

/** Nulls before all else. */
function compareNulls(left: Value, right: Value): number {
  if (left === null || right === null) return Number(right === null) - Number(left === null)
  return compareValues(left, right)
}

function picked(node: Extract<Node, { kind: 'pick' }>, context: Context): Value {
  const rows = selected(node.where, context).map((inner) => ({
    // Ties are ordered by the column itself, as ehrQL does.
    keys: [...node.sort.map((key) => evaluate(key, inner)), inner.event?.[node.column] ?? null],
    value: inner.event?.[node.column] ?? null,
  }))
  rows.sort((a, b) => {
    for (const [index, key] of a.keys.entries()) {
      const order = compareNulls(key, b.keys[index] ?? null)
      if (order !== 0) return order
    }
    return 0
  })
  return (node.last ? rows.at(-1) : rows[0])?.value ?? null
}

function aggregated(node: Extract<Node, { kind: 'aggregate' }>, context: Context): Value {
  const rows = selected(node.where, context)
  if (node.aggregate === 'count') return rows.length
  if (node.aggregate === 'exists') return rows.length > 0
  const values = rows.map((row) => evaluate(node.value, row)).filter((value) => value !== null)
  if (node.aggregate === 'count_distinct')
    return new Set(values.map((value) => (value === 0 ? 0 : value))).size
  if (values.length === 0) return null
  const sum = values.reduce((total: number, value) => total + n(value), 0)
  switch (node.aggregate) {
    case 'sum':
      return sum
    case 'mean':
      return sum / values.length
    case 'min':
      return extreme(values, -1)
    default:
      return extreme(values, 1)
  }
}

function episodes(node: Extract<Node, { kind: 'episodes' }>, context: Context): Value {
  const days = selected(node.where, context)
    .flatMap(({ event }) => event?.d1 ?? [])
    .map(dayNumber)
    .sort((a, b) => a - b)
  return days.filter((day, index) => index === 0 || day - (days[index - 1] ?? 0) > node.days).length
}

/** The value of a series for a patient, or for an event where one is at hand. */
function evaluate(node: Node, context: Context): Value {
  switch (node.kind) {
    case 'constant':
      return node.value
    case 'column':
      return (node.table === 'p' ? context.patient : context.event)?.[node.name] ?? null
    case 'apply':
      return applied(node, context)
    case 'case': {
      // All branches are evaluated, as an engine may.
      const whens = node.whens.map(({ when, result }) => ({
        is: isTrue(evaluate(when, context)),
        value: evaluate(result, context),
      }))
      const otherwise = node.otherwise === null ? null : evaluate(node.otherwise, context)
      const found = whens.find(({ is }) => is)
      return found === undefined ? otherwise : found.value
    }
    case 'map': {
      const value = evaluate(node.value, context)
      return node.pairs.find(([code]) => code === value)?.[1] ?? null
    }
    case 'in_list':
      return memberOf(evaluate(node.value, context), node.list)
    case 'in_events': {
      const set = selected(node.where, context).map(({ event }) => event?.[node.column] ?? null)
      return memberOf(evaluate(node.value, context), set)
    }
    case 'pick':
      return picked(node, context)
    case 'aggregate':
      return aggregated(node, context)
    case 'episodes':
      return episodes(node, context)
  }
}

function contexts({ patients, events }: Dataset): { id: number; context: Context }[] {
  const ids = [...new Set([...patients, ...events].map(({ patient_id: id }) => id))]
  return ids
    .sort((a, b) => a - b)
    .map((id) => ({
      id,
      context: {
        patient: patients.find((row) => row.patient_id === id) ?? null,
        events: events.filter((row) => row.patient_id === id),
        event: null,
      },
    }))
}

function measured(query: MeasureQuery, dataset: Dataset): Value[][] {
  const rows = contexts(dataset).map(({ context }) => ({
    numbers: [query.denominator, query.numerator].map((node) => evaluate(node, context)),
    groups: query.groups.map((node) => evaluate(node, context)),
  }))
  const results: Value[][] = []
  for (const set of query.sets) {
    const bits = ([0, 1] as const).map((group) => (set.includes(group) ? 0 : 1))
    const found = new Map<string, { groups: Value[]; numbers: Value[][] }>()
    if (set.length === 0) found.set('', { groups: [null, null], numbers: [] })
    for (const { numbers, groups } of rows) {
      const values = groups.map((value, index) => (bits[index] === 1 ? null : value))
      const key =
        set.length === 0 ? '' : JSON.stringify(values.map((value) => (value === 0 ? 0 : value)))
      const entry = found.get(key) ?? { groups: values, numbers: [] }
      entry.numbers.push(numbers)
      found.set(key, entry)
    }
    for (const { groups, numbers } of found.values()) {
      const sums = [0, 1].map((index) => {
        const values = numbers.flatMap((row) => row[index] ?? [])
        return values.length === 0 ? null : values.reduce((sum: number, v) => sum + n(v), 0)
      })
      results.push([...sums, ...groups, (bits[0] ?? 0) * 2 + (bits[1] ?? 0)])
    }
  }
  return results
}

/** Rows of a query: patient and series, or those of a measure, in no order. */
export function evaluateQuery(query: EhrqlQuery, dataset: Dataset): Value[][] {
  if (query.kind === 'measure') return measured(query, dataset)
  return contexts(dataset).flatMap(({ id, context }) => {
    const isIn = query.population === null || isTrue(evaluate(query.population, context))
    const values = query.series.map((node) => evaluate(node, context))
    return isIn ? [[id, ...values]] : []
  })
}
