// A contract as the rest of the program sees it, after its YAML was validated: the columns of one
// table in order, their types and constraints, and the table checks. Plain data, safe to clone.

/** Code systems are types: each has the form its codes take (see code-systems.ts). */
export type CodeSystem = 'snomedct' | 'dmd' | 'ctv3' | 'icd10' | 'opcs4' | 'bnf'
export type MultiCodeSystem = 'icd10_multi' | 'opcs4_multi'
export type ColumnType = 'bool' | 'int' | 'float' | 'date' | 'string' | CodeSystem | MultiCodeSystem

export type PatientIdType = 'int' | 'string'

/** Bounds of an int or float column are numbers, of a date column ISO dates (YYYY-MM-DD). */
export type Bound = number | string

export type ColumnConstraint =
  | { readonly kind: 'not_null' }
  | { readonly kind: 'unique' }
  | { readonly kind: 'categorical'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'first_of_month' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | {
      readonly kind: 'closed_range'
      readonly minimum: Bound
      readonly maximum: Bound
      /** Distance between permitted values from the minimum, 1 for whole numbers. */
      readonly step: number
    }
  | {
      readonly kind: 'general_range'
      readonly minimum: Bound | null
      readonly maximum: Bound | null
      readonly includesMinimum: boolean
      readonly includesMaximum: boolean
    }
  | {
      /** Not before any of the named date columns of the same row; nulls on either side pass. */
      readonly kind: 'date_after'
      readonly columns: readonly string[]
    }

export interface ContractColumn {
  readonly name: string
  readonly type: ColumnType
  readonly description: string
  readonly constraints: readonly ColumnConstraint[]
}

export type TableCheck =
  | { readonly kind: 'patient_exists' }
  | { readonly kind: 'unique'; readonly columns: readonly string[] }

export interface TableContract {
  readonly namespace: string
  /** Contract file, lake folder and SQL table bear this name. */
  readonly table: string
  /** `namespace/table`. */
  readonly id: string
  /** Semantic version. */
  readonly version: string
  readonly title: string
  readonly description: string
  readonly rows: 'one_per_patient' | 'many_per_patient'
  /** In contract order, without the implied patient_id, which lands first and is never null. */
  readonly columns: readonly ContractColumn[]
  readonly checks: readonly TableCheck[]
  /** SHA-256 of the contract's text: part of the identity of every batch it made. */
  readonly digest: string
}

export const patientIdColumn = 'patient_id'
