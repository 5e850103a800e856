// The environment at the door, and the log that it can ask for.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readEnvironment } from '../../../config/environment.ts'
import { createEventHub } from '../../../config/event-hub.ts'
import { openLog } from '../../../config/logger.ts'
import { isLandingError } from '../../../contracts/errors.ts'

function refusal(variables: Record<string, string>): string {
  try {
    readEnvironment(variables)
  } catch (error) {
    return isLandingError(error) ? `${error.exit} ${error.message}` : String(error)
  }
  return 'accepted'
}

test('variables are read, empty ones count as unset', () => {
  const variables = { SAFELANDING_WORKERS: '3', SAFELANDING_LOG: '', HOME: '/x' }
  expect(readEnvironment(variables)).toEqual({
    project: null,
    log: null,
    logLevel: 'info',
    workers: 3,
    failpoint: null,
  })
})

test('a wrong value is refused without being repeated', () => {
  expect(refusal({ SAFELANDING_LOG_LEVEL: 'canary' })).toBe(
    '2 environment variable SAFELANDING_LOG_LEVEL: expected debug, info, warn or error',
  )
  expect(refusal({ SAFELANDING_WORKERS: '65' })).toBe(
    '2 environment variable SAFELANDING_WORKERS: expected a whole number from 1 to 64',
  )
  expect(refusal({ SAFELANDING_WORKER: '6' })).toContain('did you mean "SAFELANDING_WORKERS"?')
})

test('the log has a line for each event of its level, with instant and fields', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'safelanding-')), 'run.log')
  const hub = createEventHub()
  const faults: Error[] = []
  const log = await openLog(hub, { file, level: 'info' }, (error) => faults.push(error))
  hub.emit({ event: 'run:opened', run: 'r', tables: ['core/patients'], batches: 2, bytes: 10 })
  const refused = { run: 'r', table: 'core/patients', batch: 'core/patients:0000' }
  const rules = [{ column: 'sex', rule: 'categorical' as const, count: 3 }]
  hub.emit({ event: 'batch:refused', ...refused, rules, permitted: true })
  hub.emit({ event: 'batch:refused', ...refused, rules, permitted: false })
  await log.close()
  hub.emit({ event: 'run:failed', run: 'r', code: 'SL3001' })
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['info', 'run:opened'],
    ['error', 'batch:refused'],
  ])
  expect(lines[1]).toMatchObject({ batch: 'core/patients:0000', rules })
  expect(lines[0].timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(faults).toEqual([])
})

test('a log that cannot be written is told once and stops nothing', async () => {
  const hub = createEventHub()
  const faults: Error[] = []
  const file = join(mkdtempSync(join(tmpdir(), 'safelanding-')), 'run.log')
  const log = await openLog(hub, { file: join(file, '..'), level: 'info' }, (error) =>
    faults.push(error),
  )
  for (let i = 0; i < 3; i++) hub.emit({ event: 'run:failed', run: 'r', code: 'SL3001' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  await log.close()
  expect(faults.length).toBe(1)
})
