// How an extract is described: the dialect of its text, and how its fields become the columns of a
// contract. The project file is parsed into these; sources and transforms read them. Plain data.

import type { Ceiling } from './ceiling.ts'
import type { Deviation } from './deviation.ts'
import type { PatientIdType } from './table-contract.ts'

export interface CsvDialect {
  /** One byte on the fast path; may be several. */
  readonly delimiter: string
  /** null: no quoting at all. */
  readonly quote: string | null
  /**
   * Equal to quote: a doubled quote stands for one. Another character escapes a quote or itself, and
   * is text before anything else.
   */
  readonly escape: string | null
  /** auto: LF, CRLF, CR and mixtures. Otherwise the exact row terminator, of one or more bytes. */
  readonly newline: string
  readonly header: boolean
  /** Number of fields of a record where there is no header; null: taken from the first record. */
  readonly fields: number | null
  /** Lines that open with this character are skipped and counted; null: none are. */
  readonly comment: string | null
  /** Lines before the header or first record that are not part of the data. */
  readonly skipLines: number
  readonly finalNewline: 'report' | 'required'
}

export interface ControlTotals {
  /** Records of all files of the table together, header and blank lines not counted. */
  readonly rows: number | null
  /** SHA-256 of the one file, or by file name where there are several; lower-case hex. */
  readonly sha256: string | Readonly<Record<string, string>> | null
}

export interface CsvSource {
  readonly kind: 'csv'
  /** Globs or paths, absolute or relative to the project file's folder (already resolved). */
  readonly patterns: readonly string[]
  readonly dialect: CsvDialect
  readonly control: ControlTotals | null
}

export type TableSource = CsvSource

/** Where the values of a column come from. */
export type ColumnOrigin =
  /** A field by header name, or by 1-based number (as text) where there is no header. */
  | { readonly kind: 'field'; readonly from: string }
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'absent' }

export interface ColumnMapping {
  /** Contract column, `patient_id` included. */
  readonly column: string
  readonly origin: ColumnOrigin
  /** Texts that mean null, compared byte for byte after trimming. */
  readonly nulls: readonly string[]
  /** Removes ASCII space and TAB at both ends before anything else looks at the field. */
  readonly trim: boolean
  /** Date columns: strftime words, tried in order. Default `%Y-%m-%d`. */
  readonly formats: readonly string[]
  /** Formats of a permitted coarser date, tried last; absent: none. Never from the project file. */
  readonly coarserFormats?: readonly string[]
  /**
   * Categories that entries of the register ask for, in force or not: a value map may lead to them.
   * Absent: none. Never from the project file.
   */
  readonly extraCategories?: readonly string[]
  /** Date columns with %y: the first year of the hundred that two digits can mean, e.g. 1930. */
  readonly pivot: number | null
  readonly round: 'first_of_month' | null
  /** Value map, applied to the text before the type; null: none. */
  readonly values: Readonly<Record<string, string>> | null
  /** What unmapped non-null texts become; null: they are refused (rule unmapped_value). */
  readonly otherwise: string | null
  /** Bool columns: texts for true and false. */
  readonly booleans: { readonly true: readonly string[]; readonly false: readonly string[] }
  /** Int and float columns. */
  readonly decimal: '.' | ','
  /** Thousands separator of int and float columns, in groups of three; null: none allowed. */
  readonly thousands: ',' | '.' | ' ' | "'" | null
  /** Int columns: `54.0` (zeros only after the separator) is 54. */
  readonly wholeDecimals: boolean
  readonly invalidUtf8: 'reject' | 'replace'
  /** empty: a field that is one NUL byte is the empty text, not null (SQL Server bcp). */
  readonly nulBytes: 'reject' | 'empty'
}

/** Rows that may be refused before the table fails. */
export type RejectCeiling = Ceiling

export interface TableMapping {
  /** `namespace/table` of the contract. */
  readonly table: string
  readonly source: TableSource
  readonly columns: readonly ColumnMapping[]
  readonly rejectCeiling: RejectCeiling
  /** keep_identical: of rows equal in every column the first is kept. */
  readonly duplicates: 'refuse' | 'keep_identical'
  /** Where the table starts in the project file, for messages: `safelanding.yaml:12`. */
  readonly where: string
}

/** The validated project file. */
export interface Project {
  /** Absolute path of the project file. */
  readonly file: string
  /** Absolute path of its folder: relative paths start here. */
  readonly folder: string
  readonly backend: string
  /** Absolute path of the lake. */
  readonly lake: string
  readonly namespaces: readonly string[]
  readonly patientIdType: PatientIdType
  readonly tables: readonly TableMapping[]
  /** The register of deviations, in its order; empty without one. */
  readonly deviations: readonly Deviation[]
  readonly compression: 'snappy' | 'zstd' | 'uncompressed'
  /** off: plain pages only, for readers that cannot read dictionaries. */
  readonly dictionary: 'auto' | 'off'
}
