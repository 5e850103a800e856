// The DuckDB that the questions over whole tables are put to: its memory and threads are bounded, it spills
// into the run's staging folder, and nothing of it outlives the questions.
import { limits } from '../config/limits.ts'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import { makeFolderDurably, removeTree } from '../lake/durable-files.ts'
import { type OpenDuckDb, openDuckDb } from '../lake/open-duckdb.ts'
import type { BitsUse, KeyBits, NumberChunk, RowsOfRun, SqlRunner } from './checked-table.ts'
import type { OpenLoad } from './open-load.ts'

/** DuckDB with bounded memory that spills into a folder of its own, removed afterwards. */
export async function withCheckDatabase<Result>(
  { lake, run, workers }: OpenLoad,
  use: (sql: SqlRunner) => Promise<Result>,
): Promise<Result> {
  const spillFolder = lake.stagingSpill(run)
  await makeFolderDurably(spillFolder)
  const database = await openDuckDb({
    memoryBytes: limits.tableCheckMemoryBytes,
    threads: Math.min(workers.count, limits.tableCheckThreadsMax),
    spillFolder,
    spillBytesMax: limits.tableCheckSpillBytesMax,
  })
  try {
    await database.connection.run('SET preserve_insertion_order = false')
    return await use(sqlRunner(database, limits.tableCheckRowsOfRun))
  } catch (error) {
    throw isLandingError(error) ? error : checkFault(error)
  } finally {
    database.close()
    await removeTree(spillFolder)
  }
}

/** What table checks ask an open database, so many rows at a time. */
export function sqlRunner(database: OpenDuckDb, rowsOfRun: RowsOfRun): SqlRunner {
  const { connection } = database
  const held = new Map<BitsUse, KeyBits>()
  return {
    run: async (sql) => {
      await connection.run(sql)
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    chunks: (sql) => chunksOf(database, sql),
    numbers: (sql) => numbersOf(database, sql),
    fill: (table, each) => fillTable(database, table, each),
    rowsOfRun,
    bits(use, span) {
      const words = (span >>> 5) + 2
      const before = held.get(use)
      if (before !== undefined && before.length >= words) return before.subarray(0, words).fill(0)
      const bits = new Int32Array(words)
      held.set(use, bits)
      return bits
    },
  }
}

/** On a connection of its own: a result that is streamed ends with the next statement of the same. */
async function* chunksOf({ instance }: OpenDuckDb, sql: string): AsyncIterable<unknown[][]> {
  const connection = await instance.connect()
  try {
    const result = await connection.stream(sql)
    for await (const rows of result.yieldRows()) yield rows
  } finally {
    connection.closeSync()
  }
}

/** Numbers are read from the engine's own vectors: no value becomes an object. */
async function* numbersOf({ instance }: OpenDuckDb, sql: string): AsyncIterable<NumberChunk> {
  const connection = await instance.connect()
  try {
    const result = await connection.stream(sql)
    const width = result.columnCount
    for (;;) {
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) return
      const columns = Array.from({ length: width }, (_, index) => chunk.getColumnVector(index))
      yield { rowCount: chunk.rowCount, columns: columns as unknown as NumberChunk['columns'] }
    }
  } finally {
    connection.closeSync()
  }
}

async function fillTable(
  { connection }: OpenDuckDb,
  table: string,
  each: Parameters<SqlRunner['fill']>[1],
): Promise<void> {
  const appender = await connection.createAppender(table)
  try {
    await each((...row) => {
      for (const value of row) appender.appendUInteger(value)
      appender.endRow()
    })
  } finally {
    appender.closeSync()
  }
}

/** What DuckDB says may quote values of rows: only the kind of its fault is told. */
function checkFault(error: unknown): Error {
  const text = error instanceof Error ? error.message : ''
  const kind = /^[A-Z][A-Za-z]*(?: [A-Za-z]+)* Error(?=:)/.exec(text)?.[0] ?? 'unknown fault'
  const message = `the table checks failed in DuckDB: ${kind}`
  if (kind === 'Out of Memory Error') return new LandingError('out_of_resources', message)
  if (kind === 'IO Error') return new LandingError('storage_failed', message)
  return new Error(message)
}
