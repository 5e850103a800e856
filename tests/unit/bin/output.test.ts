// The one voice of all verbs, on streams made for the purpose: who hears what, colours, progress,
// secrets, and a reader that goes away.
import { EventEmitter } from 'node:events'
import { expect, test } from '@jest/globals'
import { createOutput, type OutputOptions } from '../../../bin/output.ts'
import { LandingError } from '../../../contracts/errors.ts'

class Recorder extends EventEmitter {
  text = ''
  readonly isTTY: boolean
  constructor(isTTY: boolean) {
    super()
    this.isTTY = isTTY
  }
  write(text: string | Uint8Array, done?: () => void): boolean {
    this.text += String(text)
    done?.()
    return true
  }
}

function speak(options: Partial<OutputOptions>, isTTY = false) {
  const stdout = new Recorder(isTTY)
  const stderr = new Recorder(isTTY)
  const all = { json: false, quiet: false, verbose: false, colour: true, ...options }
  return { stdout, stderr, output: createOutput({ stdout, stderr }, all) }
}

test('colours and progress are for terminals only, and progress leaves no trace', () => {
  const plain = speak({})
  plain.output.progress('half')
  plain.output.story(plain.output.paint.green('ok'))
  expect(plain.stderr.text).toBe('ok\n')
  const terminal = speak({}, true)
  terminal.output.progress('half')
  terminal.output.story(terminal.output.paint.green('ok'))
  expect(terminal.stderr.text).toBe('half\r    \r\u001b[32mok\u001b[0m\n')
  const noColour = speak({ colour: false }, true)
  noColour.output.story(noColour.output.paint.green('ok'))
  expect(noColour.stderr.text).toBe('ok\n')
})

test('control characters of a name never reach a terminal', () => {
  const { output, stderr } = speak({})
  output.problem(new LandingError('extract_missing', 'a\u001b]0;title\u0007\rb.csv: no such file'))
  expect(stderr.text).toContain('a·]0;title··b.csv: no such file\n')
  const { output: other, stderr: terminal } = speak({}, true)
  other.story(`${other.paint.red('x')} a\u001b[2Jb`)
  expect(terminal.text).toBe('\u001b[31mx\u001b[0m a·[2Jb\n')
})

test('a refusal of several lines is told as a list, a defect with its stack', () => {
  const { output, stderr } = speak({})
  output.problem(new LandingError('project_invalid', 'a.yaml:1:1: x\na.yaml:2:1: y'))
  expect(stderr.text).toBe(
    'error SL1010 project_invalid: 2 problems\n  a.yaml:1:1: x\n  a.yaml:2:1: y\n' +
      '  what to do: Correct the line named; `safelanding check` tests the file and writes nothing.\n',
  )
  const defect = speak({ json: true })
  defect.output.problem(new TypeError('x is not a function'))
  expect(defect.stderr.text).toMatch(/^error SL1001 internal_defect: TypeError: x is not .*\n +at /)
  expect(JSON.parse(defect.stdout.text)).toMatchObject({ event: 'error', code: 'SL1001', exit: 1 })
})

test('finished is said once, and only to machines', () => {
  const { output, stdout } = speak({ json: true })
  output.story('silent')
  output.finished(0, { run: 'r' })
  output.finished(1)
  expect(stdout.text).toBe('{"event":"finished","exit":0,"run":"r"}\n')
})

test('secrets are hidden in text and in events, short ones hide nothing', async () => {
  const { output, stderr } = speak({})
  output.hide(['pass"word', '12'])
  output.story('12 times pass"word')
  expect(stderr.text).toBe('12 times (secret)\n')
  const machine = speak({ json: true })
  machine.output.hide(['pass"word'])
  machine.output.event('x', { text: 'pass"word' })
  expect(JSON.parse(machine.stdout.text)).toEqual({ event: 'x', text: '(secret)' })
})

test('a reader that closes stdout ends nothing', async () => {
  const { output, stdout } = speak({})
  stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await output.data('more')
  expect([output.isClosed, stdout.text]).toEqual([true, ''])
})
