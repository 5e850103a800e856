// What a server reads, and what its sessions pin, outlives `snapshots prune`; what nobody reads any more
// does not, and is refused in words that say which snapshots are there.
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { limits } from '../../../config/limits.ts'
import { openQueryService, type QueryService } from '../../../query/gateway/query-service.ts'
import { dataFiles, loadNight, nightLake } from '../../support/night-lake.ts'
import { type ProductRun, productHere } from '../../support/product.ts'
import { proofPatienceMs, type Scratch, sized } from '../../support/proofs.ts'
import { until, workerProcesses } from '../../support/serve-lake.ts'
import { type Outcome, run } from '../../support/trino-client.ts'

let scratch: Scratch
let folder: string
let service: QueryService
const serve = async (): Promise<void> => {
  service = await openQueryService({
    ...{ host: '127.0.0.1', port: 0, lake: join(folder, 'lake'), backend: 'small' },
    ...{ scratchFolder: join(folder, 'scratch'), descriptions: [] },
  })
}
beforeEach(async () => {
  scratch = await nightLake(3)
  folder = scratch.path
  await serve()
}, proofPatienceMs)
afterEach(async () => {
  await service.close()
  scratch.remove()
})

const ask = (sql: string, snapshot: number | null = null, user = 'tess'): Promise<Outcome> =>
  run(sql, {
    ...{ port: service.port, schema: 'small', user },
    headers: snapshot === null ? {} : { 'X-Trino-Session': `snapshot=${snapshot}` },
  })
const prune = (keep = 1): Promise<ProductRun> =>
  productHere(folder, ['--json', 'snapshots', 'prune', '--keep', String(keep), '--yes'])
const prunedBy = async (): Promise<unknown> =>
  ((await prune()).finished as unknown as { pruned: unknown }).pruned
const reasonsFor = ({ events }: ProductRun, snapshot: number): unknown =>
  events.find((event) => event.event === 'prune' && event['snapshot'] === snapshot)?.['reasons']
const holds = (): string[] => readdirSync(join(folder, 'lake', 'holds'))
const count = 'SELECT count(*) FROM visits'

test('a snapshot that a server reads stays until it reads no more', async () => {
  expect((await ask(count)).rows).toEqual([[6]])
  expect(await loadNight(folder)).toBe(4)
  const held = await prune()
  expect(held.finished).toMatchObject({ exit: 0, pruned: [1, 2] })
  expect(reasonsFor(held, 3)).toEqual([
    expect.stringMatching(`^in use by serve \\(process ${process.pid} on `),
  ])
  expect((await ask(count, 3)).rows).toEqual([[6]])
  await service.close()
  expect(holds().filter((name) => name.startsWith('reader-'))).toEqual([])
  await serve()
  expect((await ask(count)).rows).toEqual([[7]])
})

test('a pin of a session outlives the server, and a person can take it off', async () => {
  expect((await ask('SET SESSION snapshot = 1')).headers).toMatchObject({
    'x-trino-set-session': 'snapshot=1',
  })
  expect((await ask(count, 2)).rows).toEqual([[5]])
  await service.close()
  const kept = await prune()
  expect(kept.finished).toMatchObject({ exit: 0, pruned: [] })
  for (const snapshot of [1, 2]) {
    expect(reasonsFor(kept, snapshot)).toEqual([
      expect.stringMatching(/^read by its number in a session, kept until 20/),
    ])
  }
  await productHere(folder, ['--json', 'snapshots', 'unpin', '1'])
  expect(await prunedBy()).toEqual([1])
  await serve()
  expect((await ask(count, 2)).rows).toEqual([[5]])
  // The session of the pruned one is told so, whatever it asks, and can leave.
  for (const outcome of [await ask(count, 1), await ask('SET SESSION snapshot = 1')]) {
    expect(outcome.error).toBe('NOT_FOUND')
    expect(outcome.message).toMatch(/^snapshot 1 was pruned on .* kept: 2 \(SL2005\)$/)
  }
  expect((await ask('RESET SESSION snapshot', 1)).updateType).toBe('RESET SESSION')
  expect((await ask("SET SESSION snapshot = 'current'", 1)).updateType).toBe('SET SESSION')
  const pruned = 'SELECT DISTINCT snapshot, pruned_at IS NOT NULL FROM landing.snapshots ORDER BY 1'
  expect((await ask(pruned)).rows).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ])
})

test('the dead hold nothing; those that cannot be seen do while they are heard of', async () => {
  await ask(count)
  expect(await loadNight(folder)).toBe(4)
  for (const id of workerProcesses()) process.kill(id, 'SIGKILL')
  await until('the process is gone', () => workerProcesses().length === 0)
  const [file = ''] = holds().filter((name) => name.startsWith('reader-'))
  const path = join(folder, 'lake', 'holds', file)
  const text = readFileSync(path, 'utf8')
  expect(await prunedBy()).toEqual([1, 2, 3])
  expect(holds()).not.toContain(file)
  expect(await loadNight(folder)).toBe(5)
  // The same reader in another container, still alive by its touch; then silent for too long.
  const elsewhere = text
    .replace(/"namespace":"[^"]*"/, '"namespace":"pid:[1]"')
    .replace('"snapshots":[3]', '"snapshots":[4]')
  expect(elsewhere).toContain('[4]')
  writeFileSync(path, elsewhere)
  expect(await prunedBy()).toEqual([])
  const silent = new Date(Date.now() - limits.lockSilenceMsMax - 1_000)
  utimesSync(path, silent, silent)
  expect(await prunedBy()).toEqual([4])
  expect(holds()).not.toContain(file)
})

test(
  'loads publish and prunes delete, and no statement meets a file that is gone',
  async () => {
    const wrong: string[] = []
    let asked = 0
    let isOver = false
    const client = async (user: string): Promise<void> => {
      while (!isOver) {
        const { rows, error, message } = await ask(count, null, user)
        if (error !== null || Number(rows[0]?.[0]) < 6) wrong.push(`${error} ${message}`)
        asked += 1
      }
    }
    const clients = ['ann', 'bob', 'cleo'].map(client)
    for (let night = 4; night < sized(6, 40); night++) {
      expect(await loadNight(folder)).toBe(night)
      expect((await prune()).finished.exit).toBe(0)
    }
    isOver = true
    await Promise.all(clients)
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(10)
    expect([1, 2].map((snapshot) => dataFiles(folder, snapshot))).toEqual([[], []])
  },
  proofPatienceMs,
)
