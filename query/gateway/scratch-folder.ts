// The folder of users' own tables: a database file for each user, and folders that processes spill
// into. What nobody used for long, and what a crash left behind, is removed.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

export interface ScratchFolder {
  /** The file and the spill folder of a user, which is noted as used. */
  ofUser(user: string): { readonly scratchFile: string; readonly spillFolder: string }
  /** Removes files that were not used for longer than permitted. */
  sweep(now: Date, inUse: readonly string[]): void
  close(): void
}

const spillName = /^spill-(\d{1,10})$/
const fileName = /^([0-9a-f]{32})\.duckdb$/
const dayMs = 24 * 3_600_000

const nameOf = (user: string): string =>
  createHash('sha256').update(user).digest('hex').slice(0, 32)

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Opens the folder, which is made where there is none; files unused for `daysMax` days go. */
export function openScratchFolder(folder: string, daysMax: number): ScratchFolder {
  const spillRoot = join(folder, `spill-${process.pid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder)) {
    const processId = Number(spillName.exec(name)?.[1] ?? 0)
    const isLeft = processId > 0 && (processId === process.pid || !isRunning(processId))
    if (isLeft) rmSync(join(folder, name), { recursive: true, force: true })
  }
  mkdirSync(spillRoot, { recursive: true, mode: 0o700 })
  return {
    ofUser: (user) => {
      const name = nameOf(user)
      const spillFolder = join(spillRoot, name)
      const scratchFile = join(folder, `${name}.duckdb`)
      // What a killed process spilled is nobody's.
      rmSync(spillFolder, { recursive: true, force: true })
      mkdirSync(spillFolder, { recursive: true, mode: 0o700 })
      try {
        const now = new Date()
        utimesSync(scratchFile, now, now)
      } catch {
        // The user has none yet.
      }
      return { scratchFile, spillFolder }
    },
    sweep: (now, inUse) => {
      const names = new Set(inUse.map(nameOf))
      for (const file of readdirSync(folder)) {
        const name = fileName.exec(file)?.[1]
        if (name === undefined || names.has(name)) continue
        const path = join(folder, file)
        if (now.getTime() - statSync(path).mtimeMs <= daysMax * dayMs) continue
        rmSync(path, { force: true })
        rmSync(`${path}.wal`, { force: true })
      }
    },
    close: () => rmSync(spillRoot, { recursive: true, force: true }),
  }
}
