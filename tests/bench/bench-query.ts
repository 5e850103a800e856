// `npm run bench -- --case query`: the query layer as it is served, in processes of its own, over a
// lake of invented people. Pairs of POST and GET a second; what the protocol costs statements of
// ehrQL; and rows to Trino's Python client beside a server that only repeats the same bytes.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from '../support/paths.ts'
import { benchOverhead, type Overhead } from './bench-overhead.ts'
import { openCannedServer } from './canned-server.ts'
import { median } from './median.ts'
import { makeQueryLake, type ServedProject, serveProject } from './query-lake.ts'
import { openRawClient, type RawClient } from './raw-client.ts'

export interface QueryBenchOptions {
  /** Rows of clinical events, about. */
  readonly rows: number
  readonly rounds: number
  readonly seed: number
  readonly folder: string
}

export interface QueryBenchResult {
  readonly case: 'query'
  readonly pairs: readonly PairsResult[]
  readonly overhead: readonly Overhead[]
  readonly python: readonly PythonResult[]
}

interface PairsResult {
  readonly statements: 'same' | 'different'
  readonly pairs_per_second: number
  /** Processor time of a pair, in microseconds. */
  readonly gateway_us: number
  readonly worker_us: number
  readonly client_us: number
}

interface PythonResult {
  readonly python: string
  readonly rows: number
  readonly rows_per_second: number
  readonly repeated_rows_per_second: number
  /** Our rate divided by that of the repeated bytes, median of the rounds. */
  readonly ratio: number
  /** The same of the quickest round of each: what a quiet moment gave. */
  readonly quickest_ratio: number
}

const clientCount = 50
const secondsOfRound = 3
const rowsOfPatient = 7.6
const tableSql = 'SELECT patient_id, date, snomedct_code, numeric_value FROM clinical_events'

async function oneRound(
  served: ServedProject,
  clients: readonly RawClient[],
  sqlOf: () => string,
): Promise<Omit<PairsResult, 'statements'>> {
  const before = served.cpu()
  const ownBefore = process.cpuUsage()
  const startMs = performance.now()
  let pairs = 0
  const run = async (client: RawClient): Promise<void> => {
    for (; performance.now() - startMs < secondsOfRound * 1_000; pairs++) {
      const bodies = await client.follow(sqlOf())
      if (bodies.length !== 2) throw new Error(`a pair of ${bodies.length} answers`)
    }
  }
  await Promise.all(clients.map(run))
  const seconds = (performance.now() - startMs) / 1_000
  const after = served.cpu()
  const own = process.cpuUsage(ownBefore)
  return {
    pairs_per_second: pairs / seconds,
    gateway_us: ((after.gateway - before.gateway) * 1_000) / pairs,
    worker_us: ((after.worker - before.worker) * 1_000) / pairs,
    client_us: (own.user + own.system) / pairs,
  }
}

async function benchPairs(served: ServedProject, rounds: number): Promise<PairsResult[]> {
  const clients: RawClient[] = []
  for (let index = 0; index < clientCount; index++) {
    clients.push(await openRawClient(served.port, 'bench', 'dummy'))
  }
  // The start of the worker is nobody's pair.
  await clients[0]?.follow('SELECT 1')
  let count = 0
  const kinds = [
    { statements: 'same', sqlOf: () => 'SELECT 1' },
    { statements: 'different', sqlOf: () => `SELECT ${++count}` },
  ] as const
  const measured = kinds.map(() => [] as Omit<PairsResult, 'statements'>[])
  // The first round of each warms the compiler of V8 and is not counted.
  for (let round = -1; round < rounds; round++) {
    for (const [index, { sqlOf }] of kinds.entries()) {
      const one = await oneRound(served, clients, sqlOf)
      if (round >= 0) measured[index]?.push(one)
    }
  }
  for (const client of clients) client.close()
  return kinds.map(({ statements }, index) => {
    const of = (name: keyof Omit<PairsResult, 'statements'>): number =>
      Math.round(median((measured[index] ?? []).map((one) => one[name])))
    return {
      statements,
      pairs_per_second: of('pairs_per_second'),
      gateway_us: of('gateway_us'),
      worker_us: of('worker_us'),
      client_us: of('client_us'),
    }
  })
}

const run = promisify(execFile)

/** Each Python that TRINO_PYTHONS names, as the tests take them. */
async function benchPython(
  served: ServedProject,
  rounds: number,
  print: (line: string) => void,
): Promise<PythonResult[]> {
  const pythons = (process.env['TRINO_PYTHONS'] ?? '').split(':').filter((path) => path !== '')
  if (pythons.length === 0) {
    print("  Trino's Python client is skipped: TRINO_PYTHONS names no interpreter that has it")
    return []
  }
  const client = await openRawClient(served.port, 'bench', 'dummy')
  const [count] = (await client.follow('SELECT count(*) FROM clinical_events')).slice(-1)
  const rows = Number(/"data":\[\[(\d+)\]\]/.exec(String(count))?.[1] ?? Number.NaN)
  const canned = await openCannedServer(await client.follow(tableSql))
  client.close()
  const results: PythonResult[] = []
  try {
    for (const python of pythons) {
      const script = join(repositoryRoot, 'tests', 'bench', 'trino_rows.py')
      const words = [script, served.port, canned.port, rows, rounds, tableSql].map(String)
      const { stdout } = await run(python, words)
      const pairs = JSON.parse(stdout) as (readonly [product: number, repeated: number])[]
      results.push({
        ...{ python, rows },
        rows_per_second: Math.round(rows / median(pairs.map(([product]) => product))),
        repeated_rows_per_second: Math.round(rows / median(pairs.map(([, repeated]) => repeated))),
        ratio: Number(median(pairs.map(([product, repeated]) => repeated / product)).toFixed(3)),
        quickest_ratio: Number(
          (
            Math.min(...pairs.map(([, repeated]) => repeated)) /
            Math.min(...pairs.map(([product]) => product))
          ).toFixed(3),
        ),
      })
    }
  } finally {
    await canned.close()
  }
  return results
}

/** Measures and prints. */
export async function benchQuery(
  { rows, rounds, seed, folder }: QueryBenchOptions,
  print: (line: string) => void,
): Promise<QueryBenchResult> {
  const patients = Math.max(1_000, Math.round(rows / rowsOfPatient))
  const project = makeQueryLake(folder, patients, seed)
  const served = await serveProject(project)
  try {
    print(`query: ${patients} patients; ${clientCount} clients, gateway, worker and clients apart`)
    const pairs = await benchPairs(served, rounds)
    for (const one of pairs) {
      const cpu = `gateway ${one.gateway_us}, worker ${one.worker_us}, clients ${one.client_us}`
      const rate = `${one.pairs_per_second} pairs of POST and GET a second (goal: 1500)`
      print(`  ${rate}, ${one.statements} statements; µs of processor a pair: ${cpu}`)
    }
    print('query: statements of ehrQL, by the protocol and in process')
    const overhead = await benchOverhead(served, join(project, 'lake'), rounds, print)
    print("query: rows to Trino's Python client")
    const python = await benchPython(served, rounds, print)
    for (const one of python) {
      const rates = `${one.rows_per_second} rows a second, ${one.repeated_rows_per_second} repeated`
      print(`  ${rates}: ratio ${one.ratio}, quickest ${one.quickest_ratio} (goal: at least 0.9)`)
    }
    return { case: 'query', pairs, overhead, python }
  } finally {
    await served.close()
  }
}
