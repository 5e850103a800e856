// The ledger of a run: one sealed JSON line per transition or committed batch, appended and flushed
// before the promise of its line resolves. A kill may tear the end of the file: what is not whole
// there is ignored (its batch is simply done again) and cut off before the next append. A line that is
// not whole with whole lines behind it cannot come from a kill: that is damage, and is said.
import type { FileHandle } from 'node:fs/promises'
import { open, readdir, readFile } from 'node:fs/promises'
import { LandingError } from '../contracts/errors.ts'
import type { LedgerBatchLine, LedgerLine } from '../contracts/ledger-entry.ts'
import { advanceRun, type RunState } from '../contracts/run-state.ts'
import {
  flushFolder,
  makeFolderDurably,
  onStorage,
  storageError,
  systemErrorCode,
} from './durable-files.ts'
import { failpoint } from './failpoints.ts'
import { isRunId, type LakeLayout } from './lake-layout.ts'
import { readLedgerLine } from './ledger-schema.ts'
import { sealJson, unsealJson } from './sealed-json.ts'

export interface ReadLedger {
  readonly lines: readonly LedgerLine[]
  readonly state: RunState
  /** Committed batches of the latest attempt: for each id the last whole line. */
  readonly batches: ReadonlyMap<string, LedgerBatchLine>
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number
}

interface ParsedLines {
  readonly lines: LedgerLine[]
  readonly wholeBytes: number
}

function parseLines(bytes: Uint8Array, path: string): ParsedLines {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const lines: LedgerLine[] = []
  let start = 0
  let wholeBytes = 0
  let number = 0
  let firstTorn = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    number += 1
    const value = newline < 0 ? null : unsealJson(decoder.decode(bytes.subarray(start, end)))
    start = end + 1
    if (value === null) {
      firstTorn ||= number
      continue
    }
    if (firstTorn > 0) {
      throw new LandingError('lake_damaged', `${path} line ${firstTorn}: the line is damaged`)
    }
    const { line, fault } = readLedgerLine(value)
    if (line === null) throw new LandingError('lake_damaged', `${path} line ${number}: ${fault}`)
    lines.push(line)
    wholeBytes = start
  }
  return { lines, wholeBytes }
}

/** The state that the run lines lead to; a step the table of states does not have is damage. */
function deriveState(lines: readonly LedgerLine[], path: string): RunState {
  let state: RunState | null = null
  for (const line of lines) {
    if (line.event !== 'run') continue
    if (state === null && line.state === 'opened') {
      state = 'opened'
      continue
    }
    try {
      state = advanceRun(state ?? 'abandoned', line.state)
    } catch (error) {
      throw new LandingError('lake_damaged', `${path}: a run cannot come to ${line.state} so`, {
        cause: error,
      })
    }
  }
  if (state === null) throw new LandingError('lake_damaged', `${path}: the run was never opened`)
  return state
}

/**
 * The ledger of a run: `unknown_name` where there is no such run, `lake_damaged` for damage. A ledger
 * without any whole line (killed in its first moment) is that of no run: null.
 */
export async function readLedger(lake: LakeLayout, run: string): Promise<ReadLedger | null> {
  const path = lake.ledger(run)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw storageError(error, path)
    throw new LandingError('unknown_name', `there is no run ${run} in ${lake.root}`)
  }
  const { lines, wholeBytes } = parseLines(bytes, path)
  if (lines.length === 0) return null
  if (lines.some((line) => line.event === 'run' && line.run !== run)) {
    throw new LandingError('lake_damaged', `${path}: the ledger of another run`)
  }
  const batches = new Map<string, LedgerBatchLine>()
  for (const line of lines) {
    if (line.event === 'batch') batches.set(line.batch, line)
    // A run that is taken up again may cut its extract into other batches.
    else if (line.state === 'staging') batches.clear()
  }
  return { lines, state: deriveState(lines, path), batches, wholeBytes }
}

const glanceBytes = 64 * 1024

/** The first or last bytes of a file, at most `glanceBytes`; null where there is no file. */
async function glance(path: string, end: 'first' | 'last'): Promise<Uint8Array | null> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error))) return null
    throw storageError(error, path)
  }
  try {
    const { size } = await handle.stat()
    const position = end === 'first' ? 0 : Math.max(0, size - glanceBytes)
    const buffer = new Uint8Array(Math.min(size, glanceBytes))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw storageError(error, path)
  } finally {
    await handle.close()
  }
}

/** Ids of all runs that have a ledger with at least one whole line, ascending: oldest first. */
export async function listRuns(lake: LakeLayout): Promise<string[]> {
  const names = await onStorage(lake.runs, () => readdir(lake.runs))
  const found: string[] = []
  for (const name of names.filter(isRunId).sort()) {
    if ((await glance(lake.ledger(name), 'first'))?.includes(10)) found.push(name)
  }
  return found
}

/** When the latest attempt at a run began, by the lines of its ledger; null where no line says so. */
export async function openedInstant(lake: LakeLayout, run: string): Promise<string | null> {
  const path = lake.ledger(run)
  const text = await onStorage(path, () => readFile(path, 'utf8'))
  // Only lines of the run itself are parsed: those of batches are many, and say nothing of this.
  const sealed = text.split('\n').filter((line) => line.startsWith('{"event":"run"'))
  for (const one of sealed.reverse()) {
    const value = unsealJson(one)
    const line = value === null ? null : readLedgerLine(value).line
    if (line?.event !== 'run') continue
    const { state, instant } = line
    if (state === 'opened' || state === 'staging') return instant
  }
  return null
}

/**
 * The state of a run when the last line of its ledger is whole and states it, as it does for every run
 * that came to an end; else null, and only `readLedger` can tell. Costs one read, for any ledger.
 */
export async function endState(lake: LakeLayout, run: string): Promise<RunState | null> {
  const bytes = (await glance(lake.ledger(run), 'last')) ?? new Uint8Array()
  const last = bytes.at(-1) === 10 ? bytes.lastIndexOf(10, bytes.length - 2) : -1
  if (last < 0) return null
  const value = unsealJson(new TextDecoder().decode(bytes.subarray(last + 1, -1)))
  const line = value === null ? null : readLedgerLine(value).line
  return line?.event === 'run' && line.run === run ? line.state : null
}

/** The open ledger of a run. Holds a file handle: `close()` it. */
export class LedgerWriter {
  #handle: FileHandle
  #path: string
  #state: RunState | null
  #waiting: string[] = []
  #flushing: Promise<void> | null = null
  #broken: LandingError | null = null

  constructor(handle: FileHandle, path: string, state: RunState | null) {
    this.#handle = handle
    this.#path = path
    this.#state = state
  }

  /** null before the line `opened`. */
  get state(): RunState | null {
    return this.#state
  }

  /**
   * Appends a line and resolves once it is flushed. Lines given while a flush is under way share the
   * next one. After a fault nothing more is written: every later append fails with the same error.
   */
  async append(line: LedgerLine): Promise<void> {
    const { fault } = readLedgerLine(line)
    if (fault !== null) throw new Error(`a wrong ledger line was about to be written: ${fault}`)
    if (line.event === 'run') {
      if (this.#state === null && line.state !== 'opened') throw new Error('a run is opened first')
      this.#state = this.#state === null ? 'opened' : advanceRun(this.#state, line.state)
    }
    this.#waiting.push(`${sealJson(line)}\n`)
    // The flush under way may have begun before this line; the one after it covers the line.
    while (this.#flushing !== null) await this.#flushing
    if (this.#broken !== null) throw this.#broken
    if (this.#waiting.length === 0) return
    this.#flushing = this.#flush()
    try {
      await this.#flushing
    } finally {
      this.#flushing = null
    }
    if (this.#broken !== null) throw this.#broken
  }

  async #flush(): Promise<void> {
    const text = this.#waiting.join('')
    this.#waiting = []
    try {
      failpoint('ledger:before-append')
      const middle = text.length >> 1
      await this.#handle.appendFile(text.slice(0, middle))
      failpoint('ledger:half-line')
      await this.#handle.appendFile(text.slice(middle))
      failpoint('ledger:before-flush')
      await this.#handle.sync()
    } catch (error) {
      this.#broken = storageError(error, this.#path)
    }
  }

  async close(): Promise<void> {
    await onStorage(this.#path, () => this.#handle.close())
  }
}

/** Opens the ledger of a run for appending, new or old. A torn end is cut off first. */
export async function openLedger(lake: LakeLayout, run: string): Promise<LedgerWriter> {
  const path = lake.ledger(run)
  await makeFolderDurably(lake.run(run))
  const handle = await onStorage(path, () => open(path, 'a', 0o640))
  try {
    const ledger = await readLedger(lake, run)
    await onStorage(path, async () => {
      await handle.truncate(ledger?.wholeBytes ?? 0)
      await handle.sync()
    })
    await flushFolder(lake.run(run))
    return new LedgerWriter(handle, path, ledger?.state ?? null)
  } catch (error) {
    await handle.close().catch(() => {})
    throw error
  }
}
