// Many processes at once: the rename of the commit lets one through, the lock lets one in.
import { rmSync } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { lakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import { lockStatus, takeLock } from '../../../lake/lock.ts'
import { parseManifest } from '../../../lake/manifest.ts'
import { currentLink } from '../../../lake/publish.ts'
import { startChild } from '../../support/lake-children.ts'
import { scratchFolder } from '../../support/lake-runs.ts'
import { expectWholeLake } from '../../support/whole-lake.ts'

const now = () => new Date('2026-11-22T02:00:00Z')

async function allAtOnce(script: string, arguments_: readonly string[][]) {
  const children = arguments_.map((args) => startChild(script, args))
  await Promise.all(children.map(({ ready }) => ready))
  for (const { child } of children) child.stdin?.write('go\n')
  return await Promise.all(children.map(({ ended }) => ended))
}

/** Reads through `current` all the time: what it leads to is whole. */
function watchCurrent(root: string): { stop: () => Promise<number> } {
  let running = true
  let last = 0
  const reading = (async () => {
    while (running) {
      await pause(3)
      const folder = await realpath(join(root, 'current')).catch(() => null)
      if (folder === null) continue
      const manifest = parseManifest(await readFile(join(folder, 'manifest.json')), folder)
      for (const file of Object.values(manifest.tables).flatMap((table) => table.files)) {
        expect((await stat(join(folder, file.path))).size).toBe(file.bytes)
      }
      last = manifest.snapshot
    }
    return last
  })()
  reading.catch(() => {})
  return {
    stop: () => {
      running = false
      return reading
    },
  }
}

test('racing publishers without any lock publish whole snapshots or are told they lost', async () => {
  const folder = scratchFolder()
  try {
    const runs = Array.from({ length: 6 }, (_, i) => [folder.path, `r${i}`, '6', 'wait'])
    const reader = watchCurrent(folder.path)
    const results = await allAtOnce('lake-child.js', runs)
    expect(await reader.stop()).toBeGreaterThan(0)
    const lines = results.flatMap((result) => result.lines)
    expect(lines).toHaveLength(36)
    const published = lines.filter((line) => line.startsWith('published'))
    const lost = lines.filter((line) => line === 'refused 3 publish_race_lost')
    expect(published.length + lost.length).toBe(36)
    const numbers = published.map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    const lake = lakeLayout(folder.path)
    expect(await expectWholeLake(lake)).toBe(published.length)
    expect(await currentLink(lake)).toBe(`snapshots/${String(published.length).padStart(6, '0')}`)
  } finally {
    folder.remove()
  }
})

test('of twenty processes that find the lock of a dead one, each holds it alone', async () => {
  const folder = scratchFolder()
  try {
    const lake = await openOrCreateLake(folder.path)
    const dead = await startChild('lock-child.js', [folder.path, 'dead', 'die']).ended
    expect(dead.signal).toBe('SIGKILL')
    expect(await lockStatus(lake, process.pid)).toMatchObject({ run: 'dead', dead: true })
    const takers = Array.from({ length: 20 }, (_, i) => [folder.path, `t${i}`, 'hold'])
    const results = await allAtOnce('lock-child.js', takers)
    const said = results.flatMap((result) => result.lines)
    // A holder says `overlap` when it meets another one inside; each says `held` or `locked` once.
    expect(said.filter((line) => line === 'overlap')).toEqual([])
    expect(said.filter((line) => line === 'held' || line === 'locked 4')).toHaveLength(20)
    expect(said.filter((line) => line === 'held').length).toBeGreaterThan(0)
    expect(await lockStatus(lake, process.pid)).toBeNull()
  } finally {
    folder.remove()
  }
})

test('a second load is refused while the first lives, and let in when it has ended', async () => {
  const folder = scratchFolder()
  try {
    const lake = await openOrCreateLake(folder.path)
    const lock = await takeLock(lake, 'first', process.pid, now)
    const refusal = takeLock(lake, 'second', process.pid, now)
    await expect(refusal).rejects.toMatchObject({ errorName: 'lake_locked', exit: 4 })
    await expect(refusal).rejects.toThrow(`run first (process ${process.pid}`)
    await lock.release()
    await lock.release()
    const next = await takeLock(lake, 'second', process.pid, now)
    expect(next.tookOverFrom).toBeNull()
    await next.release()
    const dead = await startChild('lock-child.js', [folder.path, 'gone', 'die']).ended
    expect(dead.signal).toBe('SIGKILL')
    const after = await takeLock(lake, 'third', process.pid, now)
    expect(after.tookOverFrom).toBe('gone')
    await after.release()
    rmSync(folder.path, { recursive: true })
  } finally {
    folder.remove()
  }
})
