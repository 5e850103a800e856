// Statements that do not end by themselves or want all memory: each ends with an error that says so,
// its user goes on, other users notice nothing, and tables outlive the process that made them.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { proofPatienceMs, proofSeed, sized } from '../../support/proofs.ts'
import { runaways } from '../../support/runaways.ts'
import {
  dataBytesMax,
  type ServedLake,
  serveLake,
  until,
  workerProcesses,
} from '../../support/serve-lake.ts'
import { run } from '../../support/trino-client.ts'

const memoryBytes = 256 * 1024 * 1024
const runTimeMsMax = sized(1_000, 3_000)
const resistMsMax = sized(1_500, 3_500)

let served: ServedLake
let at: { port: number; schema: string; user: string }
beforeAll(async () => {
  const numbers = {
    columns: [
      ['n', 'BIGINT'],
      ['s', 'VARCHAR'],
    ],
    files: ["(SELECT i::BIGINT, 'text ' || i FROM range(200000) AS t(i))"],
  } as const
  served = await serveLake({
    tables: { 'core/numbers': numbers },
    limits: { memoryBytes, runTimeMsMax, resistMsMax, interruptEveryMs: 200 },
  })
  at = { port: served.port, schema: 'core', user: 'rita' }
  await run('CREATE TABLE rita.kept AS SELECT CAST(1 AS bigint) AS a', at)
}, 60_000)
afterAll(() => served.close())

const names = Object.keys(runaways)
const first = proofSeed % 5
const chosen = names.filter((_, index) => sized(index % 5 === first, true))

test(
  `${chosen.length} runaway statements end with an error that says why, and others are served`,
  async () => {
    let isOver = false
    let servedOthers = 0
    const other = (async () => {
      const otto = { ...at, user: 'otto' }
      for (; !isOver; servedOthers++) {
        expect((await run('SELECT count(*) FROM numbers', otto)).rows).toEqual([[200_000]])
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })()
    const report: string[] = []
    for (const name of chosen) {
      // Into the user's own schema go tables, from that of the lake come numbers.
      const sql = (runaways[name] ?? '')
        .replace('TABLE runaway', 'TABLE rita.runaway')
        .replace('INTO kept', 'INTO rita.kept')
      const startMs = performance.now()
      const { error, message } = await run(sql, at)
      const endMs = performance.now()
      const back = await run('SELECT a FROM rita.kept', at)
      const backMs = performance.now()
      expect([name, back.rows]).toEqual([name, [[1]]])
      report.push(
        `${name}: ${error} after ${Math.round(endMs - startMs)} ms, back in ${Math.round(backMs - endMs)} ms`,
      )
      const said = `${name}: ${error} ${message}`
      expect(said).toMatch(
        /: (EXCEEDED_(TIME|LOCAL_MEMORY)_LIMIT|COMPILER_ERROR|QUERY_TEXT_TOO_LARGE|NOT_SUPPORTED|INVALID_FUNCTION_ARGUMENT) /,
      )
      expect(endMs - startMs).toBeLessThan(runTimeMsMax + sized(15_000, 5_000))
    }
    isOver = true
    await other
    expect(servedOthers).toBeGreaterThan(chosen.length)
    expect((await run('SHOW TABLES FROM rita', at)).rows).toEqual([['kept']])
    process.stdout.write(`${report.join('\n')}\n`)
  },
  proofPatienceMs,
)

test('the kernel bounds the data of each process', () => {
  const processes = workerProcesses()
  expect(processes.length).toBeGreaterThanOrEqual(2)
  for (const id of processes) expect(dataBytesMax(id)).toBe(2 * memoryBytes + 1024 ** 3)
})

test('a process that is killed takes its statements along, with an error; tables and gateway stay', async () => {
  await run('INSERT INTO rita.kept VALUES (2)', at)
  const slow = run('SELECT count(*) FROM numbers a, numbers b, numbers c', at)
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (const id of workerProcesses()) process.kill(id, 'SIGKILL')
  expect((await slow).error).toMatch(/^EXCEEDED_(LOCAL_MEMORY|TIME)_LIMIT$/)
  expect((await run('SELECT a FROM rita.kept ORDER BY 1', at)).rows).toEqual([[1], [2]])
})

test('the end of the service ends every process', async () => {
  const slow = run('SELECT count(*) FROM numbers a, numbers b, numbers c', at).catch(() => null)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(workerProcesses().length).toBeGreaterThan(0)
  await served.stop()
  await slow
  await until('no process is left', () => workerProcesses().length === 0)
})
