// What verbs get from the frame: events told and logged, and interrupts that release in order.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'
import { createContext } from '../../../bin/create-context.ts'
import { createOutput } from '../../../bin/output.ts'
import { repositoryRoot } from '../../support/paths.ts'

test('events are told to machines and written to the log that the environment names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
  let stdout = ''
  const stream = (take: (text: string) => void) => ({
    write: (text: string | Uint8Array, done?: () => void) => {
      take(String(text))
      done?.()
      return true
    },
    on: () => undefined,
  })
  const output = createOutput(
    { stdout: stream((text) => (stdout += text)), stderr: stream(() => undefined) },
    { json: true, quiet: false, verbose: false, colour: false },
  )
  const context = createContext({
    output,
    variables: { SAFELANDING_LOG: 'run.log', SAFELANDING_PROJECT: 'a.yaml' },
    workingFolder: folder,
    projectOption: () => undefined,
    settle: () => undefined,
  })
  expect(context.projectFile()).toBe('a.yaml')
  const { emit } = await context.openEvents()
  emit({ event: 'run:published', run: 'r', snapshot: 4, tables: 2, rows: 10 })
  await context.close()
  const fields = { run: 'r', snapshot: 4, tables: 2, rows: 10 }
  expect(JSON.parse(stdout)).toEqual({ event: 'run:published', ...fields })
  const line = JSON.parse(readFileSync(join(folder, 'run.log'), 'utf8'))
  expect(line).toMatchObject({ level: 'info', message: 'run:published', ...fields })
})

async function interrupted(signals: readonly NodeJS.Signals[], slow: boolean) {
  const url = pathToFileURL(join(repositoryRoot, 'dist', 'bin', 'interrupts.js')).href
  const script = `
    const { createInterrupts } = await import(${JSON.stringify(url)})
    const { signal, onInterrupt, listen } = createInterrupts()
    const alive = setInterval(() => {}, 1000)
    onInterrupt(() => console.log('first'))
    onInterrupt(() => { throw new Error('broken') })
    onInterrupt(async () => { console.log('last', signal.aborted); ${slow ? 'await new Promise(() => {})' : ''} })
    onInterrupt(() => console.log('taken back'))()
    listen(() => console.log('announced')).then((exit) => process.exit(exit))
    console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
  let text = ''
  const closed = once(child, 'close')
  child.stdout.on('data', (part) => {
    text += part
    const [first, second] = signals
    if (String(part).includes('ready')) child.kill(first)
    if (String(part).includes('last') && second !== undefined) child.kill(second)
  })
  const [exit] = await closed
  return { exit, lines: text.trim().split('\n') }
}

test('an interrupt releases last in first out, goes on past a fault, and has its own exit', async () => {
  const lines = ['ready', 'announced', 'last true', 'first']
  expect(await interrupted(['SIGINT'], false)).toEqual({ exit: 130, lines })
  expect(await interrupted(['SIGTERM'], false)).toEqual({ exit: 143, lines })
})

test('a second interrupt ends at once, whatever a release is waiting for', async () => {
  const { exit } = await interrupted(['SIGINT', 'SIGINT'], true)
  expect(exit).toBe(130)
})

test('a reader that goes away ends a command quietly', async () => {
  const script = join(repositoryRoot, 'dist', 'bin', 'safelanding.js')
  const child = spawn(process.execPath, [script, 'contracts', 'list'])
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (part) => (stderr += part))
  const [exit] = await once(child, 'close')
  expect([exit, stderr]).toEqual([0, ''])
})
