// `--case start`: what the command itself costs, whole processes: help, a table without rows, ten rows;
// and Node that does nothing, below which none of them can be.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchCases, eventColumns, headerOf } from '../bench-cases.ts'
import { makeBenchFiles, writeProject } from '../bench-files.ts'
import { median } from '../bench-result.ts'
import { command } from '../contenders.ts'
import { timeProcess } from '../measure-process.ts'
import type { Print } from '../run-case.ts'

interface StartResult {
  readonly case: 'start'
  readonly command: string
  readonly exit: number
  readonly median_milliseconds: number
  readonly milliseconds: readonly number[]
}

interface Entry {
  readonly name: string
  readonly args: readonly string[]
  readonly lake?: string
  readonly milliseconds: number[]
  exit: number
}

async function entriesIn(folder: string): Promise<Entry[]> {
  const empty = join(folder, 'start-empty')
  mkdirSync(empty, { recursive: true })
  const extract = join(empty, 'extract.csv')
  writeFileSync(extract, `${headerOf({ columns: eventColumns })}\n`)
  const emptyProject = writeProject(empty, [{ name: 'rows', columns: eventColumns, extract }])
  const events = benchCases.find(({ name }) => name === 'events')
  if (events === undefined) throw new Error('there is a case events')
  const ten = await makeBenchFiles(folder, events, 10, 1)
  const load = (project: string) => [command, '--project', project, '--json', 'load']
  const entry = (name: string, args: readonly string[], lake?: string): Entry => ({
    ...{ name, args, milliseconds: [], exit: 0 },
    ...(lake === undefined ? {} : { lake }),
  })
  return [
    entry('node alone', ['-e', '0']),
    entry('safelanding --help', [command, '--help']),
    entry('load of an empty table', load(emptyProject), join(empty, 'lake')),
    entry('load of ten rows', load(ten.project), ten.lake),
  ]
}

export async function measureStart(
  rounds: number,
  folder: string,
  print: Print,
): Promise<StartResult[]> {
  const entries = await entriesIn(folder)
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (entry.lake !== undefined) rmSync(entry.lake, { recursive: true, force: true })
      const { seconds, exit } = timeProcess(process.execPath, entry.args)
      entry.milliseconds.push(Math.round(seconds * 1_000))
      entry.exit = exit
    }
  }
  print(`start: whole commands, median of ${rounds}`)
  return entries.map(({ name, exit, milliseconds }) => {
    const middle = median(milliseconds)
    print(`  ${name.padEnd(26)}${String(middle).padStart(7)} ms  exit ${exit}`)
    return { case: 'start', command: name, exit, median_milliseconds: middle, milliseconds }
  })
}
