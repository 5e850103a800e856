// The life of a statement at the gateway, with a pool that does what each test says: what is told
// once is told once, and what cannot be told ends all the same.
import { expect, test } from '@jest/globals'
import type { StatementListener } from '../../../query/gateway/pooled-statement.ts'
import { openRegistry } from '../../../query/gateway/registry.ts'
import type { WorkerPool } from '../../../query/gateway/worker-pool.ts'

const limits = {
  ...{ statementsMax: 10, textBytesMax: 100, deliveredMax: 10, deliveredBytesMax: 4_000 },
  ...{ silenceMsMax: 60_000, keptMs: 60_000, waitMs: 20, retryAfterSeconds: 1 },
}
const session = {
  ...{ catalog: null, schema: null, properties: {}, prepared: {}, preciseTimes: true },
  ...{ startedAt: '2026-06-01 00:00:00', source: null },
}
const uri = 'http://localhost'

/** A registry over a pool that calls `submitted` with whoever asks. */
function registryOver(submitted: (listener: StatementListener) => void) {
  const canceled: number[] = []
  let count = 0
  const pool: WorkerPool = {
    submit: (_user, _request, listener) => {
      const number = count++
      submitted(listener)
      return { next: () => undefined, cancel: () => canceled.push(number) }
    },
    isFull: () => false,
    users: () => [],
    close: async () => undefined,
  }
  const clock = { ms: Date.parse('2026-06-01T00:00:00Z') }
  const registry = openRegistry(pool, limits, () => new Date(clock.ms))
  return { registry, clock, canceled }
}

const column = {
  name: 'a',
  type: 'bigint',
  typeSignature: { rawType: 'bigint', arguments: [] },
}
const started = {
  ...{ kind: 'started' as const, statement: 1, updateType: null, updateCount: null, headers: [] },
}
const onePage = { kind: 'page' as const, statement: 1, rows: 1, last: true }
const failed = { errorName: 'DIVISION_BY_ZERO' as const, message: 'no', place: null }
const parse = (body: Buffer) => JSON.parse(body.toString())

const endings: Readonly<Record<string, (listener: StatementListener) => void>> = {
  'a failure': (listener) => listener.onFailed(failed),
  'no result': (listener) => listener.onStarted({ ...started, columns: null }),
  'a last page': (listener) => {
    listener.onStarted({ ...started, columns: [column] })
    listener.onPage(onePage, Buffer.from('[[1]]'))
  },
}

test.each(Object.keys(endings))('nothing is to be had after %s but the same again', async (how) => {
  const { registry } = registryOver((listener) => endings[how]?.(listener))
  const statement = registry.add('ann', 'select 1', session)
  const last = await statement.answer(1, uri)
  expect(parse(last?.body ?? Buffer.alloc(0)).nextUri).toBeUndefined()
  expect(await statement.answer(1, uri)).toBe(last)
  expect(statement.answer(2, uri)).toBeNull()
  registry.close()
})

test('who asks beyond the end does not push the answers of others out', async () => {
  const { registry } = registryOver((listener) => listener.onFailed(failed))
  const first = registry.add('ann', 'select 1', session)
  await first.answer(1, uri)
  const asker = registry.add('ann', 'select 1', session)
  for (let token = 1; token < 20; token++) await asker.answer(token, uri)
  expect(registry.find(first.id, first.slug)).toBe(first)
  registry.close()
})

test('a statement that ends in line lets go of its text', () => {
  const { registry, canceled } = registryOver(() => undefined)
  const statement = registry.add('ann', 'x'.repeat(60), session)
  expect(() => registry.add('ann', 'x'.repeat(60), session)).toThrow('Too many queued queries')
  statement.fail({ errorName: 'USER_CANCELED', message: 'Query was canceled', place: null })
  expect(statement.heldBytes).toBe(0)
  expect(() => registry.add('ann', 'x'.repeat(60), session)).not.toThrow()
  expect(canceled).toEqual([])
  registry.close()
})

test('a statement whose answer could not be made is silent as any other', async () => {
  const { registry, clock } = registryOver(() => {
    throw new Error('a defect')
  })
  const statement = registry.add('ann', 'select 1', session)
  const askedMs = clock.ms
  await expect(statement.answer(1, uri)).rejects.toThrow('a defect')
  clock.ms += 1_000
  expect(statement.touchedMs).toBe(askedMs)
  registry.close()
})

test('the end that was told first stays', async () => {
  let told: StatementListener | null = null
  const { registry, canceled } = registryOver((listener) => {
    told = listener
  })
  const statement = registry.add('ann', 'select 1', session)
  const waiting = statement.answer(1, uri)
  statement.fail({ errorName: 'USER_CANCELED', message: 'Query was canceled', place: null })
  const listener = told as StatementListener | null
  listener?.onStarted({ ...started, columns: null })
  listener?.onFailed(failed)
  expect(parse((await waiting)?.body ?? Buffer.alloc(0))).toMatchObject({
    stats: { state: 'FAILED' },
    error: { errorName: 'USER_CANCELED' },
  })
  expect(canceled).toEqual([0])
  registry.close()
})

test('a failure after the end of a statement without a result is not told', async () => {
  const { registry } = registryOver((listener) => {
    listener.onStarted({ ...started, columns: null })
    listener.onFailed(failed)
  })
  const statement = registry.add('ann', 'select 1', session)
  const answer = parse((await statement.answer(1, uri))?.body ?? Buffer.alloc(0))
  expect(answer).toMatchObject({ stats: { state: 'FINISHED' }, data: [[true]] })
  expect(answer.error).toBeUndefined()
  registry.close()
})

test('a wait that nothing ends answers with the next token', async () => {
  let told: StatementListener | null = null
  const pool: WorkerPool = {
    submit: (_user, _request, listener) => {
      told = listener
      return { next: () => undefined, cancel: () => undefined }
    },
    isFull: () => false,
    users: () => [],
    close: async () => undefined,
  }
  const registry = openRegistry(pool, limits, () => new Date())
  const statement = registry.add('ann', 'select 1', session)
  const nothing = statement.answer(1, uri)
  expect(statement.answer(2, uri)).toBeNull()
  expect(parse((await nothing)?.body ?? Buffer.alloc(0)).nextUri).toContain(`${statement.slug}/2`)
  const listener = told as StatementListener | null
  listener?.onStarted({ ...started, columns: [column] })
  const last = statement.answer(2, uri)
  listener?.onPage(onePage, Buffer.from('[[1]]'))
  expect(parse((await last)?.body ?? Buffer.alloc(0))).toMatchObject({ data: [[1]] })
  registry.close()
})
