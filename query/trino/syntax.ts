// The syntax tree of Trino's SQL, as far as the query layer takes part in it. Plain data; every
// expression knows where it starts in the text.

/** A name of one to three parts, as resolved: unquoted parts are lower case already. */
export type NameParts = readonly string[]

interface At {
  /** Offset in the text of the statement. */
  readonly at: number
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

export type IntervalUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

/** A type as written: `decimal(10, 2)`, `timestamp(6) with time zone`, `array(varchar)`. */
export interface TypeName {
  readonly name: string
  readonly arguments: readonly (number | TypeName)[]
  /** Names of the fields of a row. */
  readonly fields: readonly (string | null)[]
  readonly withTimeZone: boolean
}

export type Literal = At &
  (
    | { readonly kind: 'null' }
    | { readonly kind: 'boolean'; readonly value: boolean }
    /** Digits; the type depends on the size. */
    | { readonly kind: 'integer'; readonly text: string }
    | { readonly kind: 'decimal'; readonly text: string }
    | { readonly kind: 'double'; readonly text: string }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'binary'; readonly hex: string }
    /** `DATE '2020-01-01'`, `DOUBLE '1.5'`. */
    | { readonly kind: 'typed'; readonly type: TypeName; readonly value: string }
    | {
        readonly kind: 'interval'
        readonly negative: boolean
        readonly value: string
        readonly unit: IntervalUnit
      }
  )

export type Expression =
  | Literal
  | (At &
      (
        | { readonly kind: 'parameter'; readonly index: number }
        | { readonly kind: 'column'; readonly parts: NameParts }
        | { readonly kind: 'call'; readonly call: FunctionCall }
        | {
            readonly kind: 'cast'
            readonly value: Expression
            readonly type: TypeName
            readonly safe: boolean
          }
        | {
            readonly kind: 'case'
            /** null: searched. */
            readonly operand: Expression | null
            readonly whens: readonly { readonly when: Expression; readonly result: Expression }[]
            readonly otherwise: Expression | null
          }
        /** Chains are flat: `a AND b AND c` is one node. */
        | {
            readonly kind: 'logical'
            readonly operator: 'and' | 'or'
            readonly terms: readonly Expression[]
          }
        | { readonly kind: 'not'; readonly value: Expression }
        | {
            readonly kind: 'comparison'
            readonly operator: ComparisonOperator
            readonly left: Expression
            readonly right: Expression
          }
        | {
            readonly kind: 'distinct_from'
            readonly left: Expression
            readonly right: Expression
            readonly negated: boolean
          }
        | {
            readonly kind: 'arithmetic'
            readonly operator: ArithmeticOperator
            readonly left: Expression
            readonly right: Expression
          }
        /** Chains are flat. */
        | { readonly kind: 'concat'; readonly terms: readonly Expression[] }
        | { readonly kind: 'negate'; readonly value: Expression }
        | { readonly kind: 'is_null'; readonly value: Expression; readonly negated: boolean }
        | {
            readonly kind: 'between'
            readonly value: Expression
            readonly low: Expression
            readonly high: Expression
            readonly negated: boolean
          }
        | {
            readonly kind: 'in_list'
            readonly value: Expression
            readonly list: readonly Expression[]
            readonly negated: boolean
          }
        | {
            readonly kind: 'in_query'
            readonly value: Expression
            readonly query: Query
            readonly negated: boolean
          }
        | { readonly kind: 'exists'; readonly query: Query }
        | { readonly kind: 'scalar_query'; readonly query: Query }
        | {
            readonly kind: 'like'
            readonly value: Expression
            readonly pattern: Expression
            readonly escape: Expression | null
            readonly negated: boolean
          }
        | { readonly kind: 'at_time_zone'; readonly value: Expression; readonly zone: Expression }
        | { readonly kind: 'extract'; readonly field: string; readonly value: Expression }
        | { readonly kind: 'array'; readonly items: readonly Expression[] }
        | { readonly kind: 'row'; readonly items: readonly Expression[] }
        | { readonly kind: 'subscript'; readonly value: Expression; readonly index: Expression }
        | { readonly kind: 'grouping'; readonly columns: readonly Expression[] }
        /** `current_date` and its kin, written without parentheses. */
        | { readonly kind: 'special'; readonly name: string; readonly precision: number | null }
      ))

export interface FunctionCall {
  readonly name: NameParts
  readonly distinct: boolean
  /** `count(*)`. */
  readonly star: boolean
  readonly arguments: readonly Expression[]
  readonly orderBy: readonly SortItem[]
  readonly filter: Expression | null
  readonly nulls: 'ignore' | 'respect' | null
  readonly over: Window | string | null
}

export interface Window {
  /** Name of a window that this one adds to. */
  readonly base: string | null
  readonly partitionBy: readonly Expression[]
  readonly orderBy: readonly SortItem[]
  readonly frame: Frame | null
}

export interface Frame {
  readonly unit: 'rows' | 'range' | 'groups'
  readonly start: FrameBound
  readonly end: FrameBound | null
}

export type FrameBound =
  | { readonly kind: 'unbounded_preceding' | 'unbounded_following' | 'current_row' }
  | { readonly kind: 'preceding' | 'following'; readonly value: Expression }

export interface SortItem {
  readonly value: Expression
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | null
}

export type SelectItem =
  | { readonly kind: 'expression'; readonly value: Expression; readonly alias: string | null }
  /** `*` or `t.*`. */
  | { readonly kind: 'all'; readonly table: NameParts | null; readonly at: number }

export type GroupingElement =
  | { readonly kind: 'simple'; readonly columns: readonly Expression[] }
  | { readonly kind: 'rollup' | 'cube'; readonly columns: readonly Expression[] }
  | { readonly kind: 'sets'; readonly sets: readonly (readonly Expression[])[] }

export type Relation = At &
  (
    | { readonly kind: 'table'; readonly name: NameParts }
    | { readonly kind: 'subquery'; readonly query: Query }
    | {
        readonly kind: 'alias'
        readonly relation: Relation
        readonly name: string
        readonly columns: readonly string[] | null
      }
    | {
        readonly kind: 'join'
        readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross'
        readonly left: Relation
        readonly right: Relation
        readonly on: Expression | null
        readonly using: readonly string[] | null
      }
    | {
        readonly kind: 'unnest'
        readonly arrays: readonly Expression[]
        readonly ordinality: boolean
      }
  )

export interface Select {
  readonly kind: 'select'
  readonly at: number
  readonly distinct: boolean
  readonly items: readonly SelectItem[]
  readonly from: Relation | null
  readonly where: Expression | null
  /** null: no GROUP BY at all. */
  readonly groupBy: readonly GroupingElement[] | null
  readonly groupByDistinct: boolean
  readonly having: Expression | null
  readonly windows: readonly { readonly name: string; readonly window: Window }[]
}

export type QueryBody =
  | Select
  | {
      readonly kind: 'values'
      readonly at: number
      readonly rows: readonly (readonly Expression[])[]
    }
  | { readonly kind: 'table'; readonly at: number; readonly name: NameParts }
  | { readonly kind: 'nested'; readonly at: number; readonly query: Query }
  /** Chains of one operator are flat. */
  | {
      readonly kind: 'set'
      readonly at: number
      readonly operator: 'union' | 'intersect' | 'except'
      readonly all: boolean
      readonly terms: readonly QueryBody[]
    }

export interface Query {
  readonly at: number
  readonly with: readonly NamedQuery[]
  readonly body: QueryBody
  readonly orderBy: readonly SortItem[]
  readonly offset: Expression | null
  /** null: no limit; `LIMIT ALL` is none. */
  readonly limit: Expression | null
}

export interface NamedQuery {
  readonly name: string
  readonly columns: readonly string[] | null
  readonly query: Query
}
