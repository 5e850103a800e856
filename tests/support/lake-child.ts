// A child process that publishes runs into a lake until it ends or is killed. Says `ready` before it
// begins, then one line a run: its number, or the exit code of its refusal.
import { isLandingError } from '../../contracts/errors.ts'
import { armFailpoint } from '../../lake/failpoints.ts'
import { publishRun, testTables } from './lake-runs.ts'

const [root = '', prefix = '', count = '1', mode = 'locked'] = process.argv.slice(2)
armFailpoint(process.env['SAFELANDING_FAILPOINT'])
const say = (text: string) => process.stdout.write(`${text}\n`)

say('ready')
if (mode === 'wait') await new Promise((resolve) => process.stdin.once('data', resolve))
process.stdin.destroy()
for (let number = 1; number <= Number(count); number++) {
  const run = `${prefix}-${String(number).padStart(4, '0')}`
  // Every second run loads one table and carries the other.
  const carried = mode === 'locked' && number % 2 === 0 ? [testTables[1]] : []
  const tables = testTables.filter((table) => !carried.includes(table as never))
  try {
    say(`published ${await publishRun({ root, run, locked: mode === 'locked', tables, carried })}`)
  } catch (error) {
    if (!isLandingError(error)) throw error
    say(`refused ${error.exit} ${error.errorName}`)
  }
}
