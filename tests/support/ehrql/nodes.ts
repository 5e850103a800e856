// Queries of ehrQL as plain data: series of one value per patient over a table of patients and one of
// events. They are generated, rendered as ehrQL's Trino engine writes them, and evaluated slowly.

export type SeriesType = 'bool' | 'int' | 'float' | 'str' | 'date'
/** Dates are texts `YYYY-MM-DD`. */
export type Value = boolean | number | string | null

export const columns = {
  i1: 'int',
  i2: 'int',
  b1: 'bool',
  b2: 'bool',
  c1: 'str',
  c2: 'str',
  d1: 'date',
  d2: 'date',
  f1: 'float',
  f2: 'float',
} as const satisfies Record<string, SeriesType>
export type ColumnName = keyof typeof columns
export const columnNames = Object.keys(columns) as ColumnName[]

export type Row = { readonly patient_id: number } & Readonly<Record<ColumnName, Value>>

export interface Dataset {
  readonly patients: readonly Row[]
  readonly events: readonly Row[]
}

export type Operation =
  | 'not'
  | 'and'
  | 'or'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'is_null'
  | 'contains'
  | 'negate'
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'true_divide'
  | 'floor_divide'
  | 'abs'
  | 'power'
  | 'to_int'
  | 'to_float'
  | 'year'
  | 'month'
  | 'day'
  | 'first_of_month'
  | 'first_of_year'
  | 'days_between'
  | 'weeks_between'
  | 'months_between'
  | 'years_between'
  | 'add_days'
  | 'add_weeks'
  | 'add_months'
  | 'add_years'
  | 'when_null_then'
  | 'minimum_of'
  | 'maximum_of'

export type Aggregate = 'count' | 'exists' | 'sum' | 'min' | 'max' | 'mean' | 'count_distinct'

export type Node =
  | { readonly kind: 'constant'; readonly type: SeriesType; readonly value: Value }
  /** A column of the patients, or of the event at hand. */
  | {
      readonly kind: 'column'
      readonly type: SeriesType
      readonly table: 'p' | 'e'
      readonly name: ColumnName
    }
  | {
      readonly kind: 'apply'
      readonly type: SeriesType
      readonly operation: Operation
      readonly values: readonly Node[]
    }
  | {
      readonly kind: 'case'
      readonly type: SeriesType
      readonly whens: readonly { readonly when: Node; readonly result: Node }[]
      readonly otherwise: Node | null
    }
  /** Codes to categories. */
  | {
      readonly kind: 'map'
      readonly type: 'str'
      readonly value: Node
      readonly pairs: readonly (readonly [string, string])[]
    }
  | {
      readonly kind: 'in_list'
      readonly type: 'bool'
      readonly value: Node
      readonly list: Value[]
    }
  /** Is the value in a column of the patient's events? */
  | {
      readonly kind: 'in_events'
      readonly type: 'bool'
      readonly value: Node
      readonly where: Node | null
      readonly column: ColumnName
    }
  /** A column of the first or last event in an order. */
  | {
      readonly kind: 'pick'
      readonly type: SeriesType
      readonly where: Node | null
      readonly sort: readonly Node[]
      readonly last: boolean
      readonly column: ColumnName
    }
  | {
      readonly kind: 'aggregate'
      readonly type: SeriesType
      readonly aggregate: Aggregate
      readonly where: Node | null
      readonly value: Node
    }
  /** Runs of events no more than so many days apart. */
  | {
      readonly kind: 'episodes'
      readonly type: 'int'
      readonly where: Node | null
      readonly days: number
    }

export interface MeasureQuery {
  readonly denominator: Node
  readonly numerator: Node
  readonly groups: readonly [Node, Node]
  /** Which groups each set has. */
  readonly sets: readonly (readonly (0 | 1)[])[]
}

export type EhrqlQuery =
  | { readonly kind: 'dataset'; readonly series: readonly Node[]; readonly population: Node | null }
  | ({ readonly kind: 'measure' } & MeasureQuery)

/** Thrown where ehrQL promises nothing: numbers and dates beyond what it holds. */
export class OutOfRange extends Error {}
