// A published part that the disk has changed: a load finds it, although nothing of the extract changed,
// and publishes a whole snapshot.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { writeAwkwardProject } from '../../support/awkward-project.ts'
import { product } from '../../support/product.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-mending-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a damaged part is found and published anew by the next load', async () => {
  writeAwkwardProject(folder, { seed: 5, version: 1, large: false })
  const first = await product(folder, ['--json', 'load'])
  expect(first.finished).toMatchObject({ exit: 0, snapshot: 1 })
  expect((await product(folder, ['--json', 'load'])).finished).toMatchObject({ unchanged: true })
  const parts = join(folder, 'lake', 'snapshots', '000001', 'core', 'medications')
  const part = join(parts, readdirSync(parts)[0] ?? '')
  const bytes = readFileSync(part)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  chmodSync(part, 0o640)
  writeFileSync(part, bytes)
  expect((await product(folder, ['snapshots', 'verify'])).code).toBe(11)
  const mended = await product(folder, ['--json', 'load'])
  expect(mended.finished).toMatchObject({ exit: 0, snapshot: 2, unchanged: false })
  expect(mended.finished.tables).toMatchObject({
    'core/medications': { accepted: first.finished.tables?.['core/medications']?.accepted },
  })
  expect((await product(folder, ['snapshots', 'verify'])).code).toBe(0)
})
