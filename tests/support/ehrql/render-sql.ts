// Queries of ehrQL as the SQL that its Trino engine writes: one joined query per frame of events,
// casts and guards where it puts them. Written from the statements it sends.
import type { Aggregate, EhrqlQuery, Node, Operation, SeriesType, Value } from './nodes.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

function literal(value: Value, type: SeriesType): string {
  if (value === null) return 'NULL'
  switch (type) {
    case 'date':
      return `DATE '${value}'`
    case 'str':
      return quoted(String(value))
    case 'float':
      return `DOUBLE '${value}'`
    default:
      return String(value)
  }
}

interface Frames {
  readonly patients: string
  readonly events: string
  /** Alias of what has the patient of the row. */
  readonly outer: string
  readonly joins: string[]
  readonly count: { value: number }
}

const double = (sql: string): string => `CAST(${sql} AS DOUBLE)`
const divided = (a: string, b: string): string =>
  `(${double(a)} / CAST(NULLIF(${b}, DOUBLE '0.0') AS DOUBLE))`
const daysApart = (start: string, end: string): string => `DATE_DIFF('day', ${start}, ${end})`

/** Each value in front once, so that no argument is null unless all are. */
const cyclic = (values: readonly string[]): string =>
  values
    .map(
      (_value, index) =>
        `coalesce(${[...values.slice(index), ...values.slice(0, index)].join(', ')})`,
    )
    .join(', ')

const binary =
  (operator: string) =>
  (a = '', b = ''): string =>
    `(${a} ${operator} ${b})`

const writers: Readonly<Record<Operation, (...values: string[]) => string>> = {
  not: (a) => `(NOT ${a})`,
  and: binary('AND'),
  or: binary('OR'),
  eq: binary('='),
  ne: binary('!='),
  lt: binary('<'),
  le: binary('<='),
  gt: binary('>'),
  ge: binary('>='),
  is_null: (a) => `(${a} IS NULL)`,
  contains: (a, b) =>
    `(${a} LIKE '%' || REPLACE(REPLACE(REPLACE(${b}, '/', '//'), '%', '/%'), '_', '/_') || '%' ESCAPE '/')`,
  negate: (a) => `(- ${a})`,
  add: binary('+'),
  subtract: binary('-'),
  multiply: binary('*'),
  abs: (a) => `ABS(${a})`,
  true_divide: (a = '', b = '') => divided(a, b),
  floor_divide: (a = '', b = '') => `CAST(FLOOR(${divided(a, b)}) AS INTEGER)`,
  power: (a, b) =>
    `CASE WHEN (${a} = 0 AND ${b} < 0) THEN NULL WHEN (${a} < 0 AND ${b} % 1 != 0) THEN NULL ` +
    `ELSE CAST(POW(${a}, ${b}) AS DOUBLE) END`,
  to_int: (a) => `CAST(CASE WHEN (${a} > 0) THEN FLOOR(${a}) ELSE CEILING(${a}) END AS INTEGER)`,
  to_float: (a = '') => double(a),
  year: (a) => `YEAR(${a})`,
  month: (a) => `MONTH(${a})`,
  day: (a) => `DAY(${a})`,
  first_of_month: (a) => `DATE_TRUNC('month', ${a})`,
  first_of_year: (a) => `DATE_TRUNC('year', ${a})`,
  days_between: (a = '', b = '') => daysApart(a, b),
  weeks_between: (a = '', b = '') => `CAST(FLOOR(${divided(daysApart(a, b), '7')}) AS INTEGER)`,
  months_between: (a, b) =>
    `((YEAR(${b}) - YEAR(${a})) * 12 + (MONTH(${b}) - MONTH(${a})) - ` +
    `CASE WHEN (DAY(${b}) < DAY(${a})) THEN 1 ELSE 0 END)`,
  years_between: (a, b) =>
    `((YEAR(${b}) - YEAR(${a})) - CASE WHEN ((MONTH(${b}) - MONTH(${a})) * -31 > ` +
    `DAY(${b}) - DAY(${a})) THEN 1 ELSE 0 END)`,
  add_days: (a, b) => `DATE_ADD('day', ${b}, ${a})`,
  add_weeks: (a, b) => `DATE_ADD('day', ${b} * 7, ${a})`,
  add_months: (a, b) =>
    `DATE_ADD('day', CASE WHEN (DAY(DATE_ADD('month', ${b}, ${a})) < DAY(${a})) THEN 1 ELSE 0 END, ` +
    `DATE_ADD('month', ${b}, ${a}))`,
  add_years: (a, b) =>
    `DATE_ADD('day', DAY(${a}) - 1, DATE_ADD('year', ${b}, DATE_TRUNC('month', ${a})))`,
  when_null_then: (a, b) => `coalesce(${a}, ${b})`,
  minimum_of: (...values) => `least(${cyclic(values)})`,
  maximum_of: (...values) => `greatest(${cyclic(values)})`,
}

const isBoolean = (node: Node | undefined): boolean => node?.type === 'bool'

function applied(node: Extract<Node, { kind: 'apply' }>, frames: Frames): string {
  const values = node.values.map((value) => render(value, frames))
  const [first, second] = node.values
  if (node.operation === 'to_int' && isBoolean(first)) return `CAST(${values[0]} AS INTEGER)`
  if (node.operation === 'contains' && second?.kind === 'constant') {
    const part = String(second.value).replace(/[/%_]/g, '/$&')
    return `(${values[0]} LIKE ${quoted(`%${part}%`)} ESCAPE '/')`
  }
  return writers[node.operation](...values)
}

/** The events with their patients, and what keeps some of them. */
function eventsFrom(where: Node | null, frames: Frames): string {
  const from = `${frames.events} AS e LEFT OUTER JOIN ${frames.patients} AS p ON p.patient_id = e.patient_id`
  return where === null ? from : `${from} WHERE ${render(where, frames)}`
}

/** Joins a query that has a row per patient; gives its alias. */
function joined(sql: string, frames: Frames): string {
  const alias = `tmp_${++frames.count.value}`
  const on = `${alias}.patient_id = ${frames.outer}.patient_id`
  frames.joins.push(`LEFT OUTER JOIN (${sql}) AS ${alias} ON ${on}`)
  return alias
}

const aggregates: Readonly<Record<Aggregate, (value: string) => string>> = {
  count: () => `count('*')`,
  exists: () => 'true',
  sum: (value) => `sum(${value})`,
  min: (value) => `min(${value})`,
  max: (value) => `max(${value})`,
  mean: (value) => `AVG(${value})`,
  count_distinct: (value) => `count(DISTINCT ${value})`,
}

function aggregated(node: Extract<Node, { kind: 'aggregate' }>, frames: Frames): string {
  const value = aggregates[node.aggregate](render(node.value, frames))
  const from = eventsFrom(node.where, frames)
  const sql = `SELECT e.patient_id AS patient_id, ${value} AS value FROM ${from} GROUP BY e.patient_id`
  const alias = joined(sql, frames)
  if (node.aggregate === 'exists') return `coalesce(${alias}.value, false)`
  const isCount = node.aggregate === 'count' || node.aggregate === 'count_distinct'
  return isCount ? `coalesce(${alias}.value, 0)` : `${alias}.value`
}

function picked(node: Extract<Node, { kind: 'pick' }>, frames: Frames): string {
  const keys = [...node.sort.map((key) => render(key, frames)), `e.${node.column}`]
  const order = keys.map((key) => (node.last ? `${key} DESC` : `${key} NULLS FIRST`)).join(', ')
  const inner =
    `SELECT e.patient_id AS patient_id, e.${node.column} AS ${node.column}, row_number() OVER ` +
    `(PARTITION BY e.patient_id ORDER BY ${order}) AS anon_2 FROM ${eventsFrom(node.where, frames)}`
  const sql =
    `SELECT anon_1.patient_id AS patient_id, anon_1.${node.column} AS ${node.column} ` +
    `FROM (${inner}) AS anon_1 WHERE anon_1.anon_2 = 1`
  return `${joined(sql, frames)}.${node.column}`
}

function episodes(node: Extract<Node, { kind: 'episodes' }>, frames: Frames): string {
  const gap = daysApart('lag(e.d1) OVER (PARTITION BY e.patient_id ORDER BY e.d1)', 'e.d1')
  const from = eventsFrom(node.where, frames)
  const word = node.where === null ? 'WHERE' : 'AND'
  const inner = `SELECT e.patient_id AS patient_id, ${gap} AS gap FROM ${from} ${word} e.d1 IS NOT NULL`
  const sql =
    `SELECT anon_1.patient_id AS patient_id, sum(CASE WHEN (anon_1.gap <= ${node.days}) THEN 0 ` +
    `ELSE 1 END) AS value FROM (${inner}) AS anon_1 GROUP BY anon_1.patient_id`
  return `coalesce(${joined(sql, frames)}.value, 0)`
}

function render(node: Node, frames: Frames): string {
  switch (node.kind) {
    case 'constant':
      return literal(node.value, node.type)
    case 'column':
      return `${node.table}.${node.name}`
    case 'apply':
      return applied(node, frames)
    case 'case': {
      const whens = node.whens.map(
        ({ when, result }) => `WHEN (${render(when, frames)}) THEN ${render(result, frames)}`,
      )
      const otherwise = node.otherwise === null ? '' : ` ELSE ${render(node.otherwise, frames)}`
      return `CASE ${whens.join(' ')}${otherwise} END`
    }
    case 'map': {
      const whens = node.pairs.map(([code, name]) => `WHEN ${quoted(code)} THEN ${quoted(name)}`)
      return `CASE ${render(node.value, frames)} ${whens.join(' ')} END`
    }
    case 'in_list': {
      if (node.list.length === 0) return 'false'
      const items = node.list.map((item) => literal(item, node.value.type))
      return `(${render(node.value, frames)} IN (${items.join(', ')}))`
    }
    case 'in_events': {
      const inner = `SELECT e.patient_id AS patient_id, e.${node.column} AS value FROM ${eventsFrom(node.where, frames)}`
      const set = `SELECT tmp.value FROM (${inner}) AS tmp WHERE tmp.patient_id = ${frames.outer}.patient_id`
      return `(${render(node.value, frames)} IN (${set}))`
    }
    case 'pick':
      return picked(node, frames)
    case 'aggregate':
      return aggregated(node, frames)
    case 'episodes':
      return episodes(node, frames)
  }
}

/** The SQL of a query over the tables of these names. */
export function renderQuery(query: EhrqlQuery, patients: string, events: string): string {
  const frames: Frames = { patients, events, outer: 'pop', joins: [], count: { value: 0 } }
  const ids = `SELECT ${patients}.patient_id FROM ${patients} UNION SELECT ${events}.patient_id FROM ${events}`
  const source = () =>
    `(${ids}) AS pop LEFT OUTER JOIN ${patients} AS p ON p.patient_id = pop.patient_id ${frames.joins.join(' ')}`
  if (query.kind === 'measure') {
    const nodes = [query.denominator, query.numerator, ...query.groups]
    const [den, num, g1, g2] = nodes.map((node) => render(node, frames))
    const inner = `SELECT ${den} AS den, ${num} AS num, ${g1} AS g1, ${g2} AS g2 FROM ${source()}`
    const sets = query.sets.map((set) => `(${set.map((group) => `t.g${group + 1}`).join(', ')})`)
    return (
      `SELECT sum(CAST(t.den AS BIGINT)) AS den, sum(t.num) AS num, t.g1, t.g2, grouping(t.g1, t.g2) ` +
      `AS grp_id FROM (${inner}) AS t GROUP BY GROUPING SETS(${sets.join(', ')})`
    )
  }
  const series = query.series.map((node, index) => `${render(node, frames)} AS v${index}`)
  const where = query.population === null ? '' : ` WHERE ${render(query.population, frames)}`
  return `SELECT pop.patient_id AS patient_id, ${series.join(', ')} FROM ${source()}${where}`
}
