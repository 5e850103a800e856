// SIGINT and SIGTERM: the first one aborts the work, runs what was registered for release, last in
// first out, and ends the command; the second one ends it at once.
import type { Release } from './command-context.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

export interface Interrupts {
  readonly signal: AbortSignal
  onInterrupt(release: Release): () => void
  /** Starts listening; settles with the exit code after everything was released. */
  listen(announce: () => void): Promise<number>
  /** Ends listening: signals end the process as usual. */
  stop(): void
}

/** Nothing is listened to before `listen`, so that a command that does no work dies as usual. */
export function createInterrupts(): Interrupts {
  const controller = new AbortController()
  const releases = new Set<Release>()
  const stops: (() => void)[] = []
  const releaseAll = async () => {
    for (const release of [...releases].reverse()) {
      try {
        await release()
      } catch {
        // What cannot be released now is found and put right by the next command.
      }
    }
  }
  return {
    signal: controller.signal,
    onInterrupt: (release) => {
      releases.add(release)
      return () => void releases.delete(release)
    },
    listen: (announce) =>
      new Promise((resolve) => {
        for (const name of ['SIGINT', 'SIGTERM'] as const) {
          const listener = () => {
            if (controller.signal.aborted) process.exit(exitCodes[name])
            announce()
            controller.abort()
            void releaseAll().then(() => resolve(exitCodes[name]))
          }
          process.on(name, listener)
          stops.push(() => process.off(name, listener))
        }
      }),
    stop: () => {
      for (const stop of stops.splice(0)) stop()
    },
  }
}
