// Starts and watches the child processes of the lake tests.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from './paths.ts'

export interface LakeChild {
  readonly child: ChildProcess
  /** Resolves at the line `ready`. */
  readonly ready: Promise<void>
  /** Resolves when it ended: its output lines after `ready`, its exit code and signal. */
  readonly ended: Promise<{ lines: string[]; code: number | null; signal: string | null }>
}

export function startChild(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LakeChild {
  const path = join(repositoryRoot, 'dist', 'tests', 'support', script)
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  let sayReady: () => void
  const ready = new Promise<void>((resolve) => {
    sayReady = resolve
  })
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.startsWith('ready\n')) sayReady()
  })
  const ended = new Promise<Awaited<LakeChild['ended']>>((resolve) => {
    child.on('close', (code, signal) => {
      sayReady()
      resolve({ lines: text.split('\n').slice(1, -1), code, signal })
    })
  })
  return { child, ready, ended }
}
