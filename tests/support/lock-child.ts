// A child process that takes the lock of a lake: `die` kills itself while it holds it, `hold` waits
// for a signal to go, then notes whether any other holder was inside at the same time.
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isLandingError } from '../../contracts/errors.ts'
import { openLake } from '../../lake/lake-layout.ts'
import { takeLock } from '../../lake/lock.ts'

const [root = '', run = '', mode = ''] = process.argv.slice(2)
const say = (text: string) => process.stdout.write(`${text}\n`)
const now = () => new Date('2026-11-22T02:00:00Z')

const lake = await openLake(root)
say('ready')
if (mode === 'hold') await new Promise((resolve) => process.stdin.once('data', resolve))
process.stdin.destroy()
try {
  const lock = await takeLock(lake, run, process.pid, now)
  if (mode === 'die') process.kill(process.pid, 'SIGKILL')
  const inside = join(root, 'inside')
  try {
    // mkdir is exclusive: whoever finds the folder made met another holder.
    mkdirSync(inside)
    await pause(15)
    rmdirSync(inside)
  } catch {
    say('overlap')
  }
  await lock.release()
  say('held')
} catch (error) {
  if (!isLandingError(error)) throw error
  say(`locked ${error.exit}`)
}
