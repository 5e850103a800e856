// The manifest of a snapshot: the whole truth about what it holds, and the one place where writers
// (sinks, pipelines) and readers (query) meet. Validated by lake/manifest.ts when read and written.

import type { CheckOutcome } from './check-outcome.ts'
import type { DeviationKind } from './deviation.ts'

export const manifestFormat = 1

export interface ManifestFile {
  /** Relative to the snapshot folder: `core/patients/<run>.<batch>.parquet`. */
  readonly path: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  /** Digest of all that made the file; null for the file of a table without rows. */
  readonly identity: string | null
}

export interface ManifestTable {
  /** `namespace/table`. */
  readonly contract: string
  readonly version: string
  readonly contract_sha256: string
  readonly rows: number
  /** The run that loaded the rows; an unchanged table keeps the run of an earlier snapshot. */
  readonly run: string
  /** Columns as they landed: what a reader may rely on. */
  readonly columns: readonly ManifestColumn[]
  /** Nullable contract columns that the extract does not provide: null in every row. */
  readonly absent_columns: readonly string[]
  /** Table checks of the contract that could not be run, each with the reason. */
  readonly checks_not_run: readonly { readonly check: string; readonly reason: string }[]
  /** What came of the table checks; absent in manifests of versions that did not record it. */
  readonly checks?: readonly CheckOutcome[]
  readonly rejected: number
  readonly withheld: number
  readonly files: readonly ManifestFile[]
}

export interface ManifestColumn {
  readonly name: string
  /** Contract type; `patient_id` for the implied column. */
  readonly type: string
  readonly parquet: string
  readonly nullable: boolean
}

/** A permitted deviation that was in force when its table was landed. */
export interface ManifestDeviation {
  readonly id: string
  /** `namespace/table`, a table of the snapshot. */
  readonly contract: string
  /** The column; for unique all columns of the key, `a, b`. */
  readonly column: string
  readonly rule: string
  readonly kind: DeviationKind
  /** As the register writes it, `0.5%` or `25`; null where its use is not counted in rows. */
  readonly ceiling: string | null
  /** Rows that used it, of so many rows in. */
  readonly observed: number
  readonly of: number
  readonly public_wording: string
  /** The last day on which it held, YYYY-MM-DD. */
  readonly expires: string
}

export interface SnapshotManifest {
  readonly format: typeof manifestFormat
  readonly snapshot: number
  readonly run: string
  readonly backend: string
  readonly published_at: string
  readonly software: string
  readonly previous: { readonly snapshot: number; readonly sha256: string } | null
  readonly tables: Readonly<Record<string, ManifestTable>>
  /** Those under which the rows of the tables landed. */
  readonly deviations: readonly ManifestDeviation[]
  readonly opt_outs: readonly unknown[]
  readonly key_ids: readonly string[]
}
