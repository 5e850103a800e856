// The log file: one JSON line for each event of the hub, with its instant in UTC. The only writer
// of log files. winston is imported when a log is asked for, so that other commands start without
// it.
import { createWriteStream } from 'node:fs'
import { type EventLevel, eventLevel, type LandingEvent } from '../contracts/events.ts'
import type { EventHub } from './event-hub.ts'

export interface LogOptions {
  /** Absolute path; lines are appended. */
  readonly file: string
  readonly level: EventLevel
}

export interface Log {
  /** Ends the subscription and waits until every line is in the file. */
  close(): Promise<void>
}

/** Starts writing events to the log file; a log that cannot be written is told once. */
export async function openLog(
  hub: EventHub,
  options: LogOptions,
  onFault: (error: Error) => void,
): Promise<Log> {
  const { createLogger, format, transports } = await import('winston')
  // A stream of our own: winston's file transport waits for ever for a file it cannot open.
  const stream = createWriteStream(options.file, { flags: 'a', mode: 0o640 })
  let isFaulty = false
  stream.on('error', (error) => {
    if (!isFaulty) onFault(error)
    isFaulty = true
  })
  const logger = createLogger({
    level: options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Stream({ stream, eol: '\n' })],
  })
  const unsubscribe = hub.subscribe((event: LandingEvent) => {
    const { event: message, ...fields } = event
    if (!isFaulty) logger.log({ level: eventLevel(event), message, ...fields })
  })
  return {
    close: async () => {
      unsubscribe()
      const ended = new Promise((resolve) => logger.once('finish', resolve))
      logger.end()
      await ended
      if (!isFaulty) await new Promise<void>((resolve) => stream.end(() => resolve()))
    },
  }
}
