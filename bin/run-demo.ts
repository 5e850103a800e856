// The steps of the demo, told as a story: what came in, what landed, what was refused and why, where
// the files are, what to type next. Each step runs the command line in this process, as typed.
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import { packageRoot } from '../contracts/package-root.ts'
import { makeNorthshireExtracts } from '../examples/northshire/make-extracts.ts'
import type { CommandContext, VerbOutcome } from './command-context.ts'
import { runCommandLine } from './command-line.ts'
import { thousands } from './load-story.ts'
import type { OutputStream } from './output.ts'

interface Step {
  readonly title: string
  readonly words: readonly string[]
}

const steps: readonly Step[] = [
  { title: 'Is the project in order?', words: ['check'] },
  { title: 'What would a load do?', words: ['plan'] },
  { title: 'Load: every row is held to its contract', words: ['load'] },
  {
    title: 'Why were rows refused? Positions and shapes, never values',
    words: ['quarantine', 'show', '--table', 'core/patients'],
  },
  {
    title: 'Query what landed',
    words: [
      'query',
      `SELECT sex, count(DISTINCT patient_id) AS patients, count(*) AS events,
         round(avg(numeric_value), 1) AS mean_value
       FROM patients JOIN clinical_events USING (patient_id)
       GROUP BY sex ORDER BY patients DESC`,
    ],
  },
  { title: 'Is every published byte what it was?', words: ['snapshots', 'verify'] },
  { title: 'Load again: nothing changed, so nothing is published', words: ['load'] },
]

/** Where the steps speak when a machine listens: it is told by events, a step each. */
const silence: OutputStream = {
  write: (_text, done) => {
    done?.()
    return true
  },
  on: () => undefined,
}

/** Runs the demo in `dir`, or in the example's own folder; a read-only package is copied. */
export async function runDemo(
  context: CommandContext,
  dir: string | undefined,
): Promise<VerbOutcome> {
  const { output } = context
  const { paint } = output
  const folder = demoFolder(dir, context.workingFolder)
  const project = join(folder, 'safelanding.yaml')
  rmSync(join(folder, 'lake'), { recursive: true, force: true })
  const answer = makeNorthshireExtracts(join(folder, 'extracts'))
  const rows = Object.values(answer).reduce((sum, table) => sum + table.rows, 0)
  const shown = relative(context.workingFolder, project) || project
  output.story(paint.bold('Northshire, an invented provider, hands over five extracts'))
  output.story(`  ${thousands(rows)} rows: pipes, commas, TABs, semicolons, dd/mm/yyyy, M/F codes,`)
  output.story(
    '  a byte order mark, CRLF, quoted line ends, gzip, and planted defects of every kind.',
  )
  output.story(`  The project file that describes them: ${shown}`)
  for (const { title, words } of steps) {
    const line = words.map((word) =>
      /[\s"*]/.test(word) ? `"${word.replace(/\s+/g, ' ')}"` : word,
    )
    output.story()
    output.story(paint.bold(title))
    output.story(paint.dim(`  $ safelanding ${line.join(' ')}`))
    const exit = await runCommandLine(['--project', project, ...words], {
      stdout: output.json ? silence : process.stdout,
      stderr: output.json ? silence : process.stderr,
      variables: context.variables,
      workingFolder: context.workingFolder,
    })
    output.event('step', { title, words, exit })
    if (exit !== 0) return { exit }
  }
  const lake = relative(context.workingFolder, join(folder, 'lake')) || join(folder, 'lake')
  output.story()
  output.story(paint.bold('Next'))
  output.story(`  any Parquet reader:  ${lake}/current/core/clinical_events/*.parquet`)
  output.story(`  safelanding --project ${shown} quarantine list`)
  output.story(`  safelanding --project ${shown} query "SELECT * FROM medications LIMIT 5"`)
  output.story('  safelanding init my-backend --from my-extract.csv --contract core/patients')
  return { finished: { project: shown, lake } }
}

function demoFolder(dir: string | undefined, workingFolder: string): string {
  const example = join(packageRoot, 'examples', 'northshire')
  if (dir === undefined && canWrite(example) && !packageRoot.includes('node_modules'))
    return example
  const folder = resolve(workingFolder, dir ?? 'safelanding-demo')
  if (existsSync(folder) && !existsSync(join(folder, '.safelanding-demo'))) {
    throw new LandingError(
      'usage',
      `${folder} is there already and is not a demo: name another --dir`,
    )
  }
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(example, 'safelanding.yaml'), join(folder, 'safelanding.yaml'))
  copyFileSync(join(example, 'safelanding.yaml'), join(folder, '.safelanding-demo'))
  return folder
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
