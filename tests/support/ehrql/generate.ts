// Random tables and random queries of ehrQL from a seed: nulls, awkward texts, leap days and ends of
// months are common, so that the places where engines differ are met early.
import {
  type Aggregate,
  type ColumnName,
  columnNames,
  columns,
  type Dataset,
  type EhrqlQuery,
  type Node,
  type Operation,
  type Row,
  type SeriesType,
  type Value,
} from './nodes.ts'

export interface Random {
  /** A whole number from 0 up to and without `bound`. */
  below(bound: number): number
  pick<Item>(items: readonly Item[]): Item
  /** True once in `n`. */
  oneIn(n: number): boolean
}

/** mulberry32: small, seeded, good enough to choose. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    oneIn: (n) => below(n) === 0,
  }
}

const texts = [
  ...['', 'a', 'A', 'ab', "O'Brien", '%', '_', '/', 'a/b', 'M06', 'M0%', 'é', 'e\u0301', '😀'],
  ...[' a', 'a ', '\\', 'NULL', 'a\nb', '"', '--', ';', '?', 'ß', '\t', 'a%b_c/d'],
]
const dates = [
  ...['2020-02-29', '2019-02-28', '2020-01-31', '2021-12-31', '2000-02-29', '1900-02-28'],
  ...['1999-12-31', '2020-03-01', '2021-03-31', '2023-04-30', '2001-01-01', '2020-02-28'],
  ...['2024-02-29', '1960-05-31', '2022-08-30', '2020-03-31', '2019-10-15', '1970-01-01'],
]

function constantOf(type: SeriesType, random: Random): Exclude<Value, null> {
  switch (type) {
    case 'bool':
      return random.oneIn(2)
    case 'int':
      return random.below(24) - 8
    case 'float':
      return (random.below(33) - 16) / 4
    case 'str':
      return random.pick(texts)
    case 'date':
      return random.pick(dates)
  }
}

function randomRow(patient: number, random: Random): Row {
  const cells = columnNames.map((name) => [
    name,
    random.oneIn(4) ? null : constantOf(columns[name], random),
  ])
  return { patient_id: patient, ...Object.fromEntries(cells) } as Row
}

/** Some patients with a row and without events, some the other way about. */
export function randomDataset(random: Random): Dataset {
  const ids = [1, 2, 3, 4, 5, 6, 7]
  const patients = ids.filter(() => !random.oneIn(6)).map((id) => randomRow(id, random))
  const events = Array.from({ length: random.below(16) }, () =>
    randomRow(random.pick([1, 2, 3, 4, 8]), random),
  )
  return { patients, events }
}

type Level = 'patient' | 'event'
type Make = (type: SeriesType, depth: number) => Node

const orderedTypes: readonly SeriesType[] = ['int', 'float', 'str', 'date']
const allTypes: readonly SeriesType[] = ['bool', ...orderedTypes]

function columnOf(type: SeriesType, level: Level, random: Random): Node {
  const name = random.pick(columnNames.filter((candidate) => columns[candidate] === type))
  const table = level === 'event' && !random.oneIn(5) ? 'e' : 'p'
  return { kind: 'column', type, table, name }
}

const constant = (type: SeriesType, value: Value): Node => ({ kind: 'constant', type, value })

function apply(type: SeriesType, operation: Operation, ...values: readonly Node[]): Node {
  return { kind: 'apply', type, operation, values }
}

function booleanNode(depth: number, make: Make, level: Level, random: Random): Node {
  const below = depth - 1
  const any = () => make(random.pick(allTypes), below)
  switch (random.below(8)) {
    case 0:
      return apply('bool', 'not', make('bool', below))
    case 1:
      return apply('bool', random.pick(['and', 'or']), make('bool', below), make('bool', below))
    case 2: {
      const type = random.pick(allTypes)
      return apply('bool', random.pick(['eq', 'ne']), make(type, below), make(type, below))
    }
    case 3: {
      const type = random.pick(orderedTypes)
      const operation = random.pick(['lt', 'le', 'gt', 'ge'] as const)
      return apply('bool', operation, make(type, below), make(type, below))
    }
    case 4:
      return apply('bool', 'is_null', any())
    case 5: {
      const needle = random.oneIn(2) ? constant('str', random.pick(texts)) : make('str', below)
      return apply('bool', 'contains', make('str', below), needle)
    }
    case 6: {
      const type = random.pick(['int', 'str', 'date'] as const)
      const list = Array.from({ length: random.below(5) }, () => constantOf(type, random))
      return { kind: 'in_list', type: 'bool', value: make(type, below), list }
    }
    default: {
      if (level === 'event') return apply('bool', 'not', apply('bool', 'is_null', any()))
      const column = random.pick(['i1', 'c1', 'd1', 'f2', 'c2'] as const)
      const where = whereOf(random)
      return { kind: 'in_events', type: 'bool', value: make(columns[column], below), where, column }
    }
  }
}

const whereOf = (random: Random): Node | null =>
  random.oneIn(3) ? null : makeNode('event', random)('bool', 2)

function numberNode(type: 'int' | 'float', depth: number, make: Make, random: Random): Node {
  const below = depth - 1
  const same = () => make(type, below)
  const other = type === 'int' ? 'float' : 'int'
  if (type === 'float' && random.oneIn(4)) {
    const sides = [make(random.pick(['int', 'float']), below), make('int', below)] as const
    return apply('float', 'true_divide', ...sides)
  }
  if (type === 'float' && random.oneIn(6)) {
    const exponent = constant('int', random.pick([0, 1, 2, 3, -1]))
    return apply('float', 'power', make(random.pick(['int', 'float']), below), exponent)
  }
  if (type === 'int' && random.oneIn(3)) {
    const parts = ['year', 'month', 'day'] as const
    const spans = ['days_between', 'weeks_between', 'months_between', 'years_between'] as const
    return random.oneIn(2)
      ? apply('int', random.pick(parts), make('date', below))
      : apply('int', random.pick(spans), make('date', below), make('date', below))
  }
  switch (random.below(6)) {
    case 0:
      return apply(type, random.pick(['negate', 'abs']), same())
    case 1:
      return apply(type, random.pick(['add', 'subtract']), same(), same())
    case 2:
      return apply(type, 'multiply', same(), same())
    case 3:
      return type === 'int'
        ? apply(
            'int',
            'floor_divide',
            make(random.pick(['int', 'float']), below),
            make('int', below),
          )
        : apply('float', 'true_divide', same(), same())
    case 4: {
      const from = type === 'int' && random.oneIn(3) ? 'bool' : other
      return apply(type, type === 'int' ? 'to_int' : 'to_float', make(from, below))
    }
    default:
      return apply(type, random.pick(['minimum_of', 'maximum_of']), same(), same(), same())
  }
}

function dateNode(depth: number, make: Make, random: Random): Node {
  const date = () => make('date', depth - 1)
  switch (random.below(3)) {
    case 0:
      return apply('date', random.pick(['first_of_month', 'first_of_year']), date())
    case 1: {
      const operation = random.pick(['add_days', 'add_weeks', 'add_months', 'add_years'] as const)
      const count = random.oneIn(2)
        ? constant('int', random.below(60) - 30)
        : make('int', depth - 1)
      return apply('date', operation, date(), count)
    }
    default:
      return apply('date', random.pick(['minimum_of', 'maximum_of']), date(), date())
  }
}

function textNode(depth: number, make: Make, random: Random): Node {
  if (random.oneIn(3)) {
    return apply(
      'str',
      random.pick(['minimum_of', 'maximum_of']),
      make('str', depth - 1),
      make('str', depth - 1),
    )
  }
  const codes = [...new Set(Array.from({ length: 1 + random.below(6) }, () => random.pick(texts)))]
  const pairs = codes.map((code) => [code, random.pick(texts)] as const)
  return { kind: 'map', type: 'str', value: make('str', depth - 1), pairs }
}

/** What ehrQL takes from the events of a patient. */
function frameNode(type: SeriesType, random: Random): Node {
  const event = makeNode('event', random)
  const where = whereOf(random)
  if (type === 'int' && random.oneIn(5)) {
    return { kind: 'episodes', type, where, days: random.pick([0, 1, 30, 365, 3_000]) }
  }
  if (type === 'bool' && random.oneIn(2)) {
    return { kind: 'aggregate', type, aggregate: 'exists', where, value: event('int', 0) }
  }
  if (random.oneIn(2) && type !== 'bool') {
    const ways: readonly Aggregate[] =
      type === 'int'
        ? ['count', 'sum', 'min', 'max', 'count_distinct']
        : type === 'float'
          ? ['mean', 'sum', 'min', 'max']
          : ['min', 'max']
    const aggregate = random.pick(ways)
    // Sums and means of columns alone: their numbers are exact in any order.
    const numbers = ['sum', 'mean'].includes(aggregate)
    const from =
      aggregate === 'count_distinct'
        ? random.pick(allTypes)
        : aggregate === 'mean'
          ? random.pick(['int', 'float'] as const)
          : type
    const value = numbers ? columnOf(from, 'event', random) : event(from, 1)
    return { kind: 'aggregate', type, aggregate, where, value }
  }
  const name: ColumnName = random.pick(columnNames.filter((column) => columns[column] === type))
  const sort = Array.from({ length: 1 + random.below(2) }, () =>
    event(random.pick(orderedTypes), 1),
  )
  return { kind: 'pick', type, where, sort, last: random.oneIn(2), column: name }
}

/** Makes nodes of a type, no deeper than asked. */
function makeNode(level: Level, random: Random): Make {
  const make: Make = (type, depth) => {
    if (depth <= 0) {
      if (random.oneIn(4)) return constant(type, constantOf(type, random))
      return columnOf(type, level, random)
    }
    if (level === 'patient' && random.oneIn(3)) return frameNode(type, random)
    if (random.oneIn(6)) {
      const whens = Array.from({ length: 1 + random.below(2) }, () => ({
        when: make('bool', depth - 1),
        result: make(type, depth - 1),
      }))
      const otherwise = random.oneIn(2) ? null : make(type, depth - 1)
      return { kind: 'case', type, whens, otherwise }
    }
    if (random.oneIn(8)) {
      return apply(type, 'when_null_then', make(type, depth - 1), make(type, depth - 1))
    }
    switch (type) {
      case 'bool':
        return booleanNode(depth, make, level, random)
      case 'int':
      case 'float':
        return numberNode(type, depth, make, random)
      case 'str':
        return textNode(depth, make, random)
      case 'date':
        return dateNode(depth, make, random)
    }
  }
  return make
}

/** A whole query. */
export function randomQuery(random: Random): EhrqlQuery {
  const make = makeNode('patient', random)
  const depth = 1 + random.below(3)
  if (random.oneIn(8)) {
    const sets = [[[0], [0, 1], []], [[1], [0]], [[0, 1]], [[], [0, 1]]] as const
    return {
      kind: 'measure',
      denominator: make('int', 1),
      numerator: make('int', 1),
      groups: [make(random.pick(allTypes), 1), make(random.pick(allTypes), 1)],
      sets: random.pick(sets),
    }
  }
  const series = Array.from({ length: 1 + random.below(3) }, () =>
    make(random.pick(allTypes), depth),
  )
  return { kind: 'dataset', series, population: random.oneIn(2) ? null : make('bool', 2) }
}
