// A headless Chromium for tests of pages, spoken to over its debugging pipe: no package, no port. What
// the page logs and asks the network for is collected. Null where no Chromium is installed.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const candidates = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Path of a Chromium on this machine; null where there is none. */
export const chromiumPath: string | null =
  candidates.find((path) => path !== '' && existsSync(path)) ?? null

type Message = {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
  readonly sessionId?: string
}

export interface Viewport {
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
  readonly media?: 'screen' | 'print'
}

export interface BrowserPage {
  /** Sizes the page and sets what it is told of its reader. */
  show(viewport: Viewport): Promise<void>
  /** Loads an address and waits until everything of it is there. */
  open(url: string): Promise<void>
  /** The value of an expression; must be plain data. */
  evaluate<Value>(expression: string): Promise<Value>
  /** Types text as a person does, where the focus is. */
  type(text: string): Promise<void>
  press(key: string): Promise<void>
  /** Presses Enter and waits for the page that this leads to. */
  submit(): Promise<void>
  /** The whole page, or what is in view, as PNG. */
  screenshot(whole?: boolean): Promise<Buffer>
  /** Errors and warnings of the console, and what was thrown, since the page was made. */
  readonly complaints: readonly string[]
  /** Addresses that the page asked for. */
  readonly requests: readonly string[]
}

export interface Browser {
  newPage(): Promise<BrowserPage>
  close(): Promise<void>
}

type Send = (
  method: string,
  params?: Record<string, unknown>,
  sessionId?: string,
) => Promise<Record<string, unknown>>

/** Requests and answers over the pipe: JSON, each message ended by a NUL byte. */
function speak(child: ChildProcess, listen: (message: Message) => void): Send {
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable]
  const waiting = new Map<number, (message: Message) => void>()
  let rest = ''
  let count = 0
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const line of messages) {
      const message: Message = JSON.parse(line)
      if (message.id === undefined) listen(message)
      else waiting.get(message.id)?.(message)
    }
  })
  return (method, params = {}, sessionId) => {
    const id = ++count
    const body = { id, method, params, ...(sessionId !== undefined && { sessionId }) }
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result ?? {})
        else reject(new Error(`${method}: ${error.message}`))
      })
      input.write(`${JSON.stringify(body)}\0`)
    })
  }
}

interface PageState {
  readonly complaints: string[]
  readonly requests: string[]
  loaded: () => void
}

/** Notes what a message of the browser tells of a page. */
function note(state: PageState, { method, params = {} }: Message): void {
  if (method === 'Page.loadEventFired') state.loaded()
  if (method === 'Network.requestWillBeSent') {
    state.requests.push((params['request'] as { url: string }).url)
  }
  if (method === 'Runtime.exceptionThrown') state.complaints.push(JSON.stringify(params))
  const kind = (params['type'] ?? (params['entry'] as { level?: string })?.level) as string
  const isLogged = method === 'Runtime.consoleAPICalled' || method === 'Log.entryAdded'
  if (isLogged && ['error', 'warning', 'assert'].includes(kind)) {
    state.complaints.push(JSON.stringify(params))
  }
}

const nextLoad = (state: PageState): Promise<void> =>
  new Promise((resolve) => {
    state.loaded = resolve
  })

function pageOf(send: Send, sessionId: string, state: PageState): BrowserPage {
  const ask: Send = (method, params = {}) => send(method, params, sessionId)
  const press = async (key: string): Promise<void> => {
    const codes: Record<string, number> = { Tab: 9, Enter: 13, '/': 191 }
    const event = { key, code: key, windowsVirtualKeyCode: codes[key] ?? 0 }
    const text = key === 'Enter' ? { text: '\r' } : {}
    await ask('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...text })
    await ask('Input.dispatchKeyEvent', { type: 'keyUp', ...event })
  }
  return {
    complaints: state.complaints,
    requests: state.requests,
    show: async ({ width, height, scheme, media = 'screen' }) => {
      const size = { width, height, deviceScaleFactor: 1, mobile: false }
      await ask('Emulation.setDeviceMetricsOverride', size)
      const features = [{ name: 'prefers-color-scheme', value: scheme }]
      await ask('Emulation.setEmulatedMedia', { media, features })
    },
    open: async (url) => {
      const loaded = nextLoad(state)
      await ask('Page.navigate', { url })
      await loaded
    },
    evaluate: async <Value>(expression: string) => {
      const params = { expression, returnByValue: true, awaitPromise: true }
      const { result, exceptionDetails } = await ask('Runtime.evaluate', params)
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
      return (result as { value: Value }).value
    },
    type: async (text) => {
      for (const character of text) {
        await ask('Input.dispatchKeyEvent', { type: 'keyDown', text: character, key: character })
        await ask('Input.dispatchKeyEvent', { type: 'keyUp', key: character })
      }
    },
    press,
    submit: async () => {
      const loaded = nextLoad(state)
      await press('Enter')
      await loaded
    },
    screenshot: async (whole = false) => {
      const params = { format: 'png', captureBeyondViewport: whole }
      const { data } = await ask('Page.captureScreenshot', params)
      return Buffer.from(data as string, 'base64')
    },
  }
}

/** Starts a browser with a profile of its own, which is removed at the end. */
export async function openBrowser(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'safelanding-chromium-'))
  const words = [
    ...['--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`],
    ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'],
    ...['--no-first-run', '--disable-background-networking', '--disable-component-update'],
    ...['--disable-sync', '--disable-extensions', '--force-color-profile=srgb', 'about:blank'],
  ]
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const
  const child = spawn(path, words, { stdio: [...stdio] })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const states = new Map<string, PageState>()
  const send = speak(child, (message) => {
    const state = states.get(message.sessionId ?? '')
    if (state !== undefined) note(state, message)
  })
  return {
    newPage: async () => {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const attached = await send('Target.attachToTarget', { targetId, flatten: true })
      const sessionId = attached['sessionId'] as string
      const state: PageState = { complaints: [], requests: [], loaded: () => undefined }
      states.set(sessionId, state)
      for (const domain of ['Page', 'Runtime', 'Log', 'Network']) {
        await send(`${domain}.enable`, {}, sessionId)
      }
      return pageOf(send, sessionId, state)
    },
    close: async () => {
      await send('Browser.close').catch(() => undefined)
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
