// The pool of users' processes, with processes that only say that they are there: what becomes of a
// statement is told once, also where no process can be started, and a user has one process at a time.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { limits as configured } from '../../../config/limits.ts'
import { openWorkerPool, type WorkerPool } from '../../../query/gateway/worker-pool.ts'
import type { WorkerOptions } from '../../../query/worker/messages.ts'
import { scratchFolder } from '../../support/proofs.ts'

const scratch = scratchFolder('pool')
afterAll(() => scratch.remove())

/** Says that it is ready, takes statements and never answers; ends some time after the gateway left. */
const entry = join(scratch.path, 'process.mjs')
writeFileSync(
  entry,
  `import { Socket } from 'node:net'
const socket = new Socket({ fd: 3 })
const text = Buffer.from('{"kind":"ready"}')
const header = Buffer.alloc(8)
header.writeUInt32LE(text.byteLength, 0)
socket.write(Buffer.concat([header, text]))
socket.resume()
socket.on('end', () => setTimeout(() => process.exit(0), 600))
`,
)
const silentEntry = join(scratch.path, 'silent.mjs')
writeFileSync(silentEntry, 'setInterval(() => undefined, 1_000)\n')

const spawnOptions = { entry, dataBytesMax: 0, threadPoolSize: 4, closeGraceMs: 3_000 }
const session = {
  ...{ catalog: null, schema: null, properties: {}, prepared: {}, preciseTimes: true },
  ...{ startedAt: '2026-06-01 00:00:00', source: null },
}
const request = { text: 'select 1', session, queries: () => [] }
const options: WorkerOptions = {
  ...{ user: 'ann', lake: '', backend: '', catalog: '', scratchFile: '', spillFolder: '' },
  ...{ memoryBytes: 0, spillBytesMax: 0, threads: 1, temporaryTableDaysMax: 1, descriptions: [] },
  verified: [],
}

/** Submits a statement; resolves with all that its listener was told, once it was told its end. */
function submit(pool: WorkerPool, user: string) {
  const told: string[] = []
  let isOver = (_: string[]): void => undefined
  const over = new Promise<string[]>((resolve) => {
    isOver = resolve
  })
  const statement = pool.submit(user, request, {
    onStarted: () => told.push('started'),
    onPage: () => told.push('page'),
    onFailed: ({ errorName }) => {
      told.push(errorName)
      isOver(told)
    },
  })
  return { statement, told, over }
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('who cannot have a process is told, and may ask again', async () => {
  const pool = openWorkerPool(
    () => {
      throw new Error('the disk is full')
    },
    spawnOptions,
    configured.queryWorkers,
  )
  expect(await submit(pool, 'ann').over).toEqual(['GENERIC_INTERNAL_ERROR'])
  expect(await submit(pool, 'ann').over).toEqual(['GENERIC_INTERNAL_ERROR'])
  await pool.close()
})

test('a process that does not come up in time is told once to all in line', async () => {
  const limits = { ...configured.queryWorkers, startMsMax: 50 }
  const pool = openWorkerPool(() => options, { ...spawnOptions, entry: silentEntry }, limits)
  const both = [submit(pool, 'ann'), submit(pool, 'ann')]
  const told = await Promise.all(both.map(({ over }) => over))
  await pool.close()
  expect(told).toEqual([['GENERIC_INTERNAL_ERROR'], ['GENERIC_INTERNAL_ERROR']])
})

test('a statement that does not stop is told why it ends, its neighbour that it was replaced', async () => {
  const limits = { ...configured.queryWorkers, interruptEveryMs: 20, resistMsMax: 60 }
  let processes = 0
  const optionsOf = (): WorkerOptions => {
    processes++
    return options
  }
  const pool = openWorkerPool(optionsOf, spawnOptions, { ...limits, runningPerUserMax: 2 })
  let turns = 0
  const queries = (): [] => {
    turns++
    return []
  }
  const counted = { ...request, queries }
  const told: string[] = []
  const listen = (name: string) => ({
    onStarted: () => undefined,
    onPage: () => undefined,
    onFailed: ({ errorName }: { errorName: string }) => void told.push(`${name} ${errorName}`),
  })
  const first = pool.submit('ann', counted, listen('first'))
  pool.submit('ann', counted, listen('second'))
  pool.submit('ann', counted, listen('third'))
  await until(() => turns === 2)
  first.cancel()
  first.cancel()
  // The third waits for the process after the one that was killed.
  await until(() => turns === 3)
  expect(told).toEqual(['first USER_CANCELED', 'second GENERIC_INTERNAL_ERROR'])
  expect(processes).toBe(2)
  await pool.close()
  expect(told.slice(2)).toEqual(['third SERVER_SHUTTING_DOWN'])
})

const aWhile = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('a user who left in line is forgotten: one who comes again has one process', async () => {
  let processes = 0
  const optionsOf = (): WorkerOptions => {
    processes++
    return options
  }
  const limits = { ...configured.queryWorkers, idleMsMax: 40 }
  const pool = openWorkerPool(optionsOf, spawnOptions, limits)
  // The first process is let go of and takes its time; the second statement waits for its end.
  submit(pool, 'ann').statement.cancel()
  await aWhile(150)
  submit(pool, 'ann').statement.cancel()
  await aWhile(150)
  const third = submit(pool, 'ann')
  await until(() => processes === 2)
  await aWhile(150)
  const fourth = submit(pool, 'ann')
  await aWhile(50)
  expect(processes).toBe(2)
  await pool.close()
  expect(await Promise.all([third.over, fourth.over])).toEqual([
    ['SERVER_SHUTTING_DOWN'],
    ['SERVER_SHUTTING_DOWN'],
  ])
  expect(pool.users()).toEqual([])
})
