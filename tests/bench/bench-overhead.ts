// What the protocol costs: statements in ehrQL's shapes by a client, from the POST to the last byte,
// beside the same translated SQL in process, on an engine opened as a worker opens its own. One way
// and the other by turns; the ratio is that of the two of a round.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import { memoryOfWorker } from '../../query/gateway/query-service.ts'
import { parseStatement } from '../../query/trino/parse-statement.ts'
import { type Engine, openEngine } from '../../query/worker/engine.ts'
import type { Names } from '../../query/worker/name-resolution.ts'
import { compileChecked } from '../../query/worker/run-query.ts'
import { scratchName } from '../../query/worker/scratch.ts'
import { type EhrqlStatement, ehrqlStatements } from './ehrql-statements.ts'
import { median } from './median.ts'
import type { ServedProject } from './query-lake.ts'
import { openRawClient, type RawClient } from './raw-client.ts'

export interface Overhead {
  readonly statement: string
  readonly in_process_ms: number
  readonly protocol_ms: number
  /** Time through the protocol divided by that in process, median of the rounds. */
  readonly ratio: number
  /** The same of processor time, which other work of the machine disturbs less. */
  readonly cpu_ratio: number
}

interface Spent {
  readonly ms: number
  readonly cpuMs: number
}

const user = 'bench'
const backend = 'dummy'

async function openPeer(lake: string, folder: string): Promise<Engine> {
  return openEngine(
    {
      ...{ user, lake, backend, catalog: 'lake', spillFolder: folder },
      ...{ scratchFile: join(folder, 'peer.duckdb'), descriptions: [], verified: [] },
      ...{ memoryBytes: memoryOfWorker(), spillBytesMax: limits.querySpillBytesMax },
      ...{ threads: availableParallelism(), temporaryTableDaysMax: limits.temporaryTableDaysMax },
    },
    () => undefined,
  )
}

/** The SQL that a worker would run, without what makes rows of the protocol of its rows. */
async function translated({ sql, makes }: EhrqlStatement, engine: Engine): Promise<string> {
  const { statement } = parseStatement(sql)
  if (statement.kind !== 'query' && statement.kind !== 'create_table_as') throw new Error(sql)
  const names: Names = {
    ...{ catalog: 'lake', user, sessionCatalog: 'lake', sessionSchema: backend },
    snapshot: await engine.snapshots.open(null, engine),
    ...{ scratch: engine.scratch, landing: new Map(), queries: [] },
  }
  const session = {
    ...{ catalog: 'lake', schema: backend, properties: {}, prepared: {}, preciseTimes: true },
    ...{ startedAt: '2026-11-22 18:00:00.000', source: null },
  }
  const connection = await engine.connect()
  const context = { engine, connection, session, queries: [], names }
  const compiled = await compileChecked(statement.query, { text: sql, parameters: [] }, context)
  engine.giveBack(connection)
  return makes === null ? compiled.sql : `CREATE TABLE ${scratchName(makes)} AS ${compiled.sql}`
}

/** Runs and fetches all rows; they are not made into values of JavaScript. */
async function runHere(sql: string, makes: string | null, engine: Engine): Promise<Spent> {
  const connection = await engine.connect()
  const cpuBefore = process.cpuUsage()
  const startMs = performance.now()
  const result = await connection.stream(sql)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
  }
  const ms = performance.now() - startMs
  const { user: userUs, system } = process.cpuUsage(cpuBefore)
  if (makes !== null) await connection.run(`DROP TABLE ${scratchName(makes)}`)
  engine.giveBack(connection)
  return { ms, cpuMs: (userUs + system) / 1_000 }
}

/** Asks and reads all bytes; they are not taken apart. */
async function ask(
  { sql, makes }: EhrqlStatement,
  client: RawClient,
  served: ServedProject,
): Promise<Spent> {
  const before = served.cpu()
  const startMs = performance.now()
  await client.follow(sql)
  const ms = performance.now() - startMs
  const after = served.cpu()
  if (makes !== null) await client.follow(`DROP TABLE ${makes}`)
  return { ms, cpuMs: after.gateway - before.gateway + after.worker - before.worker }
}

interface Contenders {
  readonly engine: Engine
  readonly client: RawClient
  readonly served: ServedProject
}

async function compare(
  statement: EhrqlStatement,
  { engine, client, served }: Contenders,
  rounds: number,
): Promise<Overhead> {
  const sql = await translated(statement, engine)
  const here: Spent[] = []
  const there: Spent[] = []
  const ways = [
    async () => void here.push(await runHere(sql, statement.makes, engine)),
    async () => void there.push(await ask(statement, client, served)),
  ]
  for (let round = 0; round <= rounds; round++) {
    for (const way of round % 2 === 0 ? ways : [...ways].reverse()) await way()
  }
  // The first round of each warms caches and is not counted.
  const counted = there.slice(1).map((spent, index) => ({ spent, peer: here[index + 1] ?? spent }))
  const ratioOf = (what: keyof Spent): number =>
    Number(median(counted.map(({ spent, peer }) => spent[what] / peer[what])).toFixed(3))
  return {
    statement: statement.name,
    in_process_ms: Math.round(median(counted.map(({ peer }) => peer.ms))),
    protocol_ms: Math.round(median(counted.map(({ spent }) => spent.ms))),
    ratio: ratioOf('ms'),
    cpu_ratio: ratioOf('cpuMs'),
  }
}

/** Compares every statement and prints a line for each. */
export async function benchOverhead(
  served: ServedProject,
  lake: string,
  rounds: number,
  print: (line: string) => void,
): Promise<Overhead[]> {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-bench-'))
  const engine = await openPeer(lake, folder)
  const client = await openRawClient(served.port, user, backend)
  const results: Overhead[] = []
  try {
    for (const statement of ehrqlStatements) {
      const result = await compare(statement, { engine, client, served }, rounds)
      results.push(result)
      const { ratio, cpu_ratio, in_process_ms, protocol_ms } = result
      const ratios = `ratio ${ratio.toFixed(3)}, of processor time ${cpu_ratio.toFixed(3)}`
      print(`  ${ratios}; ${in_process_ms} and ${protocol_ms} ms: ${result.statement}`)
    }
  } finally {
    client.close()
    engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const middle = median(results.map(({ ratio }) => ratio)).toFixed(3)
  const cpu = median(results.map(({ cpu_ratio }) => cpu_ratio)).toFixed(3)
  print(`  median of the statements ${middle}, of processor time ${cpu} (goal: at most 1.2)`)
  return results
}
