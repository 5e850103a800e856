// A contract as the rest of the program sees it, after its YAML was validated: the columns of one
// table in order, their types and constraints, and the table checks. Plain data, safe to clone.

/** Code systems are types: each has the form its codes take (see code-systems.ts). */
export type CodeSystem = 'snomedct' | 'dmd' | 'ctv3' | 'icd10' | 'opcs4' | 'bnf'
export type MultiCodeSystem = 'icd10_multi' | 'opcs4_multi'
export type ColumnType =
  | 'bool'
  | 'int'
  | 'float'
  | 'date'
  | 'string'
  /** NHS number with its check digit: for linkage extracts, never in a published table. */
  | 'nhs_number'
  | CodeSystem
  | MultiCodeSystem

export type PatientIdType = 'int' | 'string'

/** Bounds of an int or float column are numbers, of a date column ISO dates (YYYY-MM-DD). */
export type Bound = number | string

/**
 * What happens when a constraint does not hold. reject: the row is refused, which is meant where
 * nothing is said; null: the value becomes null; warn: the row passes and is counted; refuse: the
 * first such row refuses the whole load, whatever the ceiling of the table.
 */
export const severities = ['reject', 'null', 'warn', 'refuse'] as const
export type Severity = (typeof severities)[number]

export interface Graded {
  /** Absent: reject for what is asked of a row, refuse for what is asked of a table as a whole. */
  readonly severity?: Severity
}

export type ColumnConstraint = ConstraintRule & Graded

export type ConstraintRule =
  | { readonly kind: 'not_null' }
  | { readonly kind: 'unique' }
  /** SNOMED CT and dm+d: the last digit is right (Verhoeff). */
  | { readonly kind: 'check_digit' }
  /** Not after the day on which the run was opened, in UTC. */
  | { readonly kind: 'no_future_dates' }
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
  /** Steers the generator of dummy extracts; never asked of data. Absent: nothing to steer. */
  readonly dummy?: readonly DummyConstraint[]
}

/** As ehrQL steers its dummy data: constraints, and categories of any type, null among them. */
export type DummyConstraint =
  | Exclude<ConstraintRule, { readonly kind: 'categorical' }>
  | { readonly kind: 'categorical'; readonly values: readonly (string | number | null)[] }

export type TableCheck = CheckRule & Graded

export type CheckRule =
  | { readonly kind: 'patient_exists' }
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  | {
      /** Rows against the last snapshot that has the table: shares of its count, 0.2 for 20 %. */
      readonly kind: 'row_count_change'
      /** Growth and shrinkage at most; null: any. */
      readonly increase: number | null
      readonly decrease: number | null
    }
  | {
      /** Every month from first to last has a row with a date in it. */
      readonly kind: 'coverage'
      readonly column: string
      /** YYYY-MM. */
      readonly first: string
      /** YYYY-MM; null: the latest month that the data has. */
      readonly last: string | null
    }
  | {
      /** Nulls among the rows, as a share of 1. */
      readonly kind: 'null_share'
      readonly column: string
      readonly max: number
    }

export const checkKinds = [
  'patient_exists',
  'unique',
  'row_count_change',
  'coverage',
  'null_share',
] as const satisfies readonly CheckRule['kind'][]

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
  /** Id of the contract that this one adds to, whose columns and checks are among these. */
  readonly extends: string | null
  /** In contract order, without the implied patient_id, which lands first and is never null. */
  readonly columns: readonly ContractColumn[]
  readonly checks: readonly TableCheck[]
  /**
   * SHA-256 of the contract's text, and of the digest of what it extends: part of the identity of
   * every batch it made.
   */
  readonly digest: string
}

export const patientIdColumn = 'patient_id'
