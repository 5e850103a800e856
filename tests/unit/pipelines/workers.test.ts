// A pool that is closed while answers are under way: the requests are refused, nothing is thrown into
// the event loop, where it would end the process.
import { expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import { Workers } from '../../../pipelines/workers.ts'

const gone = { path: '/nowhere/extract.csv', start: 0, end: 1, fingerprint: '', files: [] }

test('an answer that arrives after the pool was interrupted is left alone', async () => {
  const thrown: unknown[] = []
  const keep = (error: unknown): void => void thrown.push(error)
  process.on('uncaughtException', keep)
  const workers = new Workers(1)
  try {
    // Once answered, the thread is up; then it answers while this thread does not listen.
    expect(await workers.reuse(gone)).toBe(false)
    const asked = workers.reuse(gone).catch((error: unknown) => error)
    await Promise.resolve()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    const closed = workers.interrupt()
    const error = await asked
    expect(isLandingError(error) && error.errorName).toBe('worker_lost')
    await closed
    await new Promise((resolve) => setImmediate(resolve))
    expect(workers.interrupted).toBe(true)
    expect(thrown).toEqual([])
  } finally {
    process.off('uncaughtException', keep)
    await workers.close()
  }
})
