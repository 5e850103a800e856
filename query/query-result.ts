// What a format gets: the columns of a result, and its rows in chunks as the engine makes them. A format
// holds one chunk at a time (a printed table holds its page), so results may be larger than memory.
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { queryError } from './query-errors.ts'

export interface ResultColumn {
  readonly name: string
  /** Number of the DuckDB type. */
  readonly typeId: number
  /** Decimals only, else 0. */
  readonly width: number
  readonly scale: number
}

/** Rows of one chunk, column by column: values[column][row]. */
export interface ResultChunk {
  readonly rowCount: number
  readonly values: readonly (readonly DuckDBValue[])[]
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[]
  readonly chunks: AsyncIterable<ResultChunk>
}

/** Where a format writes. Resolves when the bytes were taken; back pressure is the promise. */
export type Write = (data: string | Uint8Array) => Promise<void>

/** Runs guarded SQL and streams its result. Errors are LandingErrors that quote no value. */
export async function streamQuery(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  try {
    const result = await connection.stream(sql)
    const names = result.deduplicatedColumnNames()
    const columns = result.columnTypes().map((type, index): ResultColumn => {
      const { width, scale } = type as { width?: number; scale?: number }
      const name = names[index] ?? ''
      return { name, typeId: type.typeId, width: width ?? 0, scale: scale ?? 0 }
    })
    return { columns, chunks: chunksOf(result) }
  } catch (error) {
    throw queryError(error)
  }
}

type Streamed = Awaited<ReturnType<DuckDBConnection['stream']>>

async function* chunksOf(result: Streamed): AsyncGenerator<ResultChunk> {
  for (;;) {
    let chunk: Awaited<ReturnType<Streamed['fetchChunk']>>
    try {
      chunk = await result.fetchChunk()
    } catch (error) {
      throw queryError(error)
    }
    if (chunk === null || chunk === undefined || chunk.rowCount === 0) return
    yield { rowCount: chunk.rowCount, values: chunk.getColumns() }
  }
}
