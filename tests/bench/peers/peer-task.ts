// What a peer that is a program of its own is told, as its one argument.
import type { BenchCase, BenchColumn } from '../bench-cases.ts'
import { sqlTypeOf } from './duckdb-sql.ts'

export interface PeerTask {
  readonly extract: string
  readonly output: string
  readonly is_compressed: boolean
  readonly columns: readonly (BenchColumn & { readonly sql_type: string })[]
}

export function peerTask(benchCase: BenchCase, extract: string, output: string): PeerTask {
  return {
    extract,
    output,
    is_compressed: benchCase.isCompressed === true,
    columns: benchCase.columns.map((column) => ({ ...column, sql_type: sqlTypeOf(column) })),
  }
}
