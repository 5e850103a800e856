// What compile-plan makes of a contract and a mapping, and what run-plan and explain-reject run:
// plain data that can be cloned to a worker. Texts stay texts here; bytes are made where they are
// needed.

import type { ParquetColumn } from '../contracts/stage.ts'
import type { ColumnConstraint, ColumnType, Severity } from '../contracts/table-contract.ts'

/** How the values of a column are held: the Arrow type without its name. */
export type ColumnStorage = 'int64' | 'double' | 'date' | 'boolean' | 'text'

export type PlannedConstraint = PlannedRule & {
  readonly severity: Severity
  /** Index among the constraints of the contract column; -1: it comes with the type. */
  readonly place: number
}

/** A constraint with its bounds as numbers: days since 1970-01-01 where the column is a date. */
export type PlannedRule =
  | { readonly kind: 'not_null' }
  | { readonly kind: 'check_digit'; readonly scheme: 'verhoeff' | 'modulus_11' }
  /** `day`: days since 1970-01-01 of the day of the load. */
  | { readonly kind: 'no_future_dates'; readonly day: number }
  | { readonly kind: 'categorical_text'; readonly values: readonly string[] }
  | { readonly kind: 'categorical_int'; readonly values: readonly number[] }
  | { readonly kind: 'first_of_month' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | {
      readonly kind: 'closed_range'
      readonly minimum: number
      readonly maximum: number
      readonly step: number
    }
  | {
      readonly kind: 'general_range'
      /** -Infinity and Infinity where there is no bound. */
      readonly minimum: number
      readonly maximum: number
      readonly includesMinimum: boolean
      readonly includesMaximum: boolean
    }
  | {
      readonly kind: 'date_after'
      /** Indexes of the other columns in the plan. */
      readonly columns: readonly number[]
    }

export interface ColumnPlan {
  readonly name: string
  readonly type: ColumnType
  readonly storage: ColumnStorage
  /** Index into `needed`; -1 where the column is a constant or absent. */
  readonly field: number
  /** Text of a constant; null for a field and for an absent column. */
  readonly constant: string | null
  readonly nulls: readonly string[]
  readonly trim: boolean
  readonly formats: readonly string[]
  /** Formats of a permitted coarser date, tried last and counted. */
  readonly coarserFormats: readonly string[]
  readonly pivot: number | null
  readonly roundToMonth: boolean
  /** Value map as pairs; null: none. */
  readonly values: readonly (readonly [from: string, to: string])[] | null
  readonly otherwise: string | null
  readonly trueTexts: readonly string[]
  readonly falseTexts: readonly string[]
  readonly decimal: '.' | ','
  readonly thousands: ',' | '.' | ' ' | "'" | null
  readonly wholeDecimals: boolean
  readonly replaceInvalidUtf8: boolean
  readonly nulByteIsEmpty: boolean
  /** In contract order, those of one kind together; a date_after of severity null comes last. */
  readonly constraints: readonly PlannedConstraint[]
  readonly nullable: boolean
  /** The contract's own words for the constraints, for explanations. */
  readonly contractConstraints: readonly ColumnConstraint[]
}

export interface TablePlan {
  /** `namespace/table`. */
  readonly table: string
  /** Source fields to select, without repeats: the order of the fields of a FieldBatch. */
  readonly needed: readonly string[]
  /** patient_id first, then contract order. */
  readonly columns: readonly ColumnPlan[]
  readonly parquetColumns: readonly ParquetColumn[]
  /** Day of the load, YYYY-MM-DD, where a constraint asks for it; null: none does. */
  readonly today: string | null
}
