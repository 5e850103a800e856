// The one way in which verbs speak: story and problems for people on stderr, data on stdout, and
// with --json nothing but NDJSON events on stdout, the last of which says how it ended. Colours
// only on a terminal without NO_COLOR, progress only on a terminal. A reader that closes stdout
// ends nothing.
import { redact } from '../config/references.ts'
import { isLandingError } from '../contracts/errors.ts'

export interface OutputStream {
  readonly isTTY?: boolean
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly colour: boolean
}

export interface Output {
  readonly json: boolean
  readonly verbose: boolean
  /** True once the reader of stdout is gone: what else was to be printed need not be made. */
  readonly isClosed: boolean
  /** A line for people, on stderr; silent with -q and --json. */
  story(line?: string): void
  /** A line for people who asked for more with -v. */
  detail(line: string): void
  /** A line for people that -q does not silence. */
  warn(line: string): void
  /** Text for people that nothing silences: help. */
  help(text: string): void
  /** Replaces the line of progress; nothing where stderr is no terminal. */
  progress(line: string): void
  /** Data on stdout, as it is; settles when the stream has taken it. Nothing with --json. */
  data(chunk: string | Uint8Array): Promise<void>
  /** An event on stdout with --json; nothing without. */
  event(name: string, fields?: Readonly<Record<string, unknown>>): void
  /** A refusal or a defect, told to people or machines. */
  problem(error: unknown): void
  /** The last word of every command; only the first call counts. */
  finished(exit: number, fields?: Readonly<Record<string, unknown>>): void
  /** Settles when both streams have taken everything. */
  flush(): Promise<void>
  /** Changes the options after the command line was read. */
  configure(options: Partial<OutputOptions>): void
  /** Texts that must not appear in any message from now on. */
  hide(secrets: Iterable<string>): void
  readonly paint: Paint
}

export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

const escapeCodes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

function createPaint(isColoured: () => boolean): Paint {
  const paint = (code: number) => (text: string) =>
    isColoured() ? `\u001b[${code}m${text}\u001b[0m` : text
  return {
    bold: paint(escapeCodes.bold),
    dim: paint(escapeCodes.dim),
    red: paint(escapeCodes.red),
    green: paint(escapeCodes.green),
    yellow: paint(escapeCodes.yellow),
  }
}

/** Control characters of names and messages never reach a terminal; line ends and TABs do. */
const printable = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '·')

/** The same where colours of ours may stand in the text. */
const shown = (text: string): string =>
  text
    .split(/(\u001b\[(?:[0-2]|3[1-3])m)/)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('')

/** A stream that goes quiet when its reader is gone. */
function guard(stream: OutputStream): {
  write(text: string | Uint8Array): Promise<void>
  isClosed(): boolean
} {
  let closed = false
  stream.on('error', () => {
    closed = true
  })
  return {
    isClosed: () => closed,
    write: (text) =>
      closed ? Promise.resolve() : new Promise((resolve) => stream.write(text, () => resolve())),
  }
}

/** The text of a refusal as people read it. */
export function describeProblem(error: unknown, paint: Paint): string {
  if (!isLandingError(error)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const head = paint.red('error SL1001 internal_defect:')
    return `${head} ${stack}\n  what to do: report it with the stack above; the lake is unchanged.`
  }
  const lines = error.message.split('\n')
  const head = paint.red(`error ${error.code} ${error.errorName}:`)
  const body =
    lines.length === 1
      ? ` ${lines[0]}`
      : ` ${lines.length} problems\n${lines.map((line) => `  ${line}`).join('\n')}`
  return `${head}${body}\n  what to do: ${error.remedy}`
}

function problemFields(error: unknown): Record<string, unknown> {
  if (isLandingError(error)) {
    const { code, errorName, exit, message, remedy } = error
    return { code, name: errorName, exit, message, remedy }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'SL1001', name: 'internal_defect', exit: 1, message, remedy: 'Report it.' }
}

/** Speaks on the two streams. */
export function createOutput(
  streams: { readonly stdout: OutputStream; readonly stderr: OutputStream },
  initial: OutputOptions,
): Output {
  let options = initial
  let isFinished = false
  let progressWidth = 0
  const secrets = new Set<string>()
  const stdout = guard(streams.stdout)
  const stderr = guard(streams.stderr)
  const paint = createPaint(() => options.colour && streams.stderr.isTTY === true)
  const clearProgress = (): string => {
    const clear = progressWidth > 0 ? `\r${' '.repeat(progressWidth)}\r` : ''
    progressWidth = 0
    return clear
  }
  const people = (line: string) => {
    void stderr.write(`${clearProgress()}${shown(redact(line, secrets))}\n`)
  }
  const machine = (name: string, fields: Readonly<Record<string, unknown>>) => {
    const line = JSON.stringify({ event: name, ...fields })
    void stdout.write(`${redact(line, secrets)}\n`)
  }
  return {
    paint,
    get json() {
      return options.json
    },
    get verbose() {
      return options.verbose
    },
    get isClosed() {
      return stdout.isClosed()
    },
    story: (line = '') => {
      if (!options.quiet && !options.json) people(line)
    },
    detail: (line) => {
      if (options.verbose && !options.json) people(paint.dim(line))
    },
    warn: (line) => {
      if (!options.json) people(`${paint.yellow('warning:')} ${line}`)
    },
    help: (text) => people(text.replace(/\n$/, '')),
    progress: (line) => {
      if (streams.stderr.isTTY !== true || options.quiet || options.json) return
      const text = printable(redact(line, secrets))
      void stderr.write(`${clearProgress()}${text}`)
      progressWidth = text.length
    },
    data: (chunk) => (options.json ? Promise.resolve() : stdout.write(chunk)),
    event: (name, fields = {}) => {
      if (options.json) machine(name, fields)
    },
    problem: (error) => {
      if (options.json) machine('error', problemFields(error))
      if (!options.json || !isLandingError(error)) people(describeProblem(error, paint))
    },
    finished: (exit, fields = {}) => {
      if (isFinished) return
      isFinished = true
      void stderr.write(clearProgress())
      if (options.json) machine('finished', { exit, ...fields })
    },
    flush: async () => {
      await Promise.all([stdout.write(''), stderr.write('')])
    },
    configure: (changes) => {
      options = { ...options, ...changes }
    },
    hide: (texts) => {
      // In an event a secret stands as JSON writes it.
      for (const text of texts) secrets.add(text).add(JSON.stringify(text).slice(1, -1))
    },
  }
}
