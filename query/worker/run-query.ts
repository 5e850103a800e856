// Queries: compiled, checked against the files they read, and streamed in pages of JSON that the
// engine made. A page is bounded in bytes; the next is made only when it is asked for.
import { limits } from '../../config/limits.ts'
import { jsonRowsSql } from '../protocol/encode-sql.ts'
import { resultColumn } from '../protocol/type-signature.ts'
import type { CompiledQuery } from '../trino/compile/compile-expression.ts'
import { compileQuery } from '../trino/compile/compile-query.ts'
import { openCompiler } from '../trino/compile/compiler.ts'
import type { Expression, Query } from '../trino/syntax.ts'
import { engineError } from './engine-errors.ts'
import type { Execution, Page, StatementContext } from './execution.ts'
import { tableResolver } from './name-resolution.ts'
import { rowBytes } from './row-bytes.ts'

export interface StatementText {
  /** The text that places of errors are in. */
  readonly text: string
  /** Literals in the places of `?`. */
  readonly parameters: readonly Expression[]
}

/** Compiles a query and makes sure that the files it reads are those that were published. */
export async function compileChecked(
  query: Query,
  { text, parameters }: StatementText,
  { session, names, engine }: StatementContext,
): Promise<CompiledQuery> {
  const sources = new Set<string>()
  const compiler = openCompiler({
    text,
    parameters,
    session: {
      user: engine.options.user,
      catalog: session.catalog,
      schema: session.schema,
      startedAt: session.startedAt,
    },
    resolveTable: tableResolver(names, (table) => sources.add(table)),
  })
  const compiled = compileQuery(query, { compiler, parent: null, namedQueries: new Map() })
  await names.snapshot.verify(sources)
  return compiled
}

/** Whether a query has at most one row, as far as that is plain to see. */
export function isSingleRow({ body }: Query): boolean {
  if (body.kind === 'nested') return isSingleRow(body.query)
  if (body.kind === 'values') return body.rows.length === 1
  return body.kind === 'select' && body.from === null
}

/** The result of a compiled query. `isSingle`: it has one row at most. */
export async function streamCompiled(
  compiled: CompiledQuery,
  { connection, session }: StatementContext,
  isSingle = false,
): Promise<Execution> {
  const sql = jsonRowsSql(compiled.sql, compiled.columns)
  const fetch = await (isSingle ? runSingle(sql, connection) : stream(sql, connection)).catch(
    (error: unknown) => {
      throw engineError(error)
    },
  )
  return {
    columns: compiled.columns.map(({ name, type }, index) =>
      resultColumn(name ?? `_col${index}`, type, session.preciseTimes),
    ),
    updateType: null,
    updateCount: null,
    headers: [],
    pages: pagesOf(fetch),
  }
}

type Connection = StatementContext['connection']
type Chunk = Awaited<ReturnType<Awaited<ReturnType<Connection['stream']>>['fetchChunk']>>
type Fetch = () => Promise<Chunk> | Chunk

// Each call of the engine is a hop to another thread and back, dearer than what small statements do
// there: statements are prepared and run in two, and single rows in one.
async function stream(sql: string, connection: Connection): Promise<Fetch> {
  const prepared = await connection.prepare(sql)
  try {
    const result = await prepared.stream()
    return () => result.fetchChunk()
  } finally {
    prepared.destroySync()
  }
}

async function runSingle(sql: string, connection: Connection): Promise<Fetch> {
  const result = await connection.run(sql)
  let index = 0
  return () => (index < result.chunkCount ? result.getChunk(index++) : null)
}

const opening = Buffer.from('[')
const closing = Buffer.from(']')

async function* pagesOf(fetch: Fetch): AsyncGenerator<Page> {
  let parts: Uint8Array[] = []
  let rows = 0
  let bytes = 0
  const page = (last: boolean): Page => {
    // Each row starts with a comma, the first one of a page without.
    const [first, ...others] = parts
    const all = first === undefined ? [] : [first.subarray(1), ...others]
    const made = { rows, last, json: Buffer.concat([opening, ...all, closing]) }
    parts = []
    rows = 0
    bytes = 0
    return made
  }
  try {
    for (;;) {
      const chunk = await fetch()
      if (chunk === null || chunk.rowCount === 0) break
      for (const run of rowBytes(chunk, () => limits.resultPageBytes - bytes)) {
        parts.push(run.bytes)
        rows += run.rows
        bytes += run.bytes.byteLength
        if (bytes >= limits.resultPageBytes) yield page(false)
      }
    }
  } catch (error) {
    throw engineError(error)
  }
  yield page(true)
}

/** A result of rows that are known already, such as those of SHOW. */
export async function runText(
  sql: string,
  columns: CompiledQuery['columns'],
  context: StatementContext,
): Promise<Execution> {
  return streamCompiled({ sql, columns }, context)
}
