// `npm run bench`: Safe Landing and its peers on the same extract, in the same run, interleaved, whole
// processes. Figures are for comparison by hand; no test depends on one. Options: bench-options.ts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../support/paths.ts'
import { benchCases } from './bench-cases.ts'
import { type BenchOptions, readOptions, UsageError, usage } from './bench-options.ts'
import { peers } from './contenders.ts'
import { describeMachine, machineLines } from './machine.ts'
import { type Print, runCase } from './run-case.ts'

const print: Print = (line) => void process.stdout.write(`${line}\n`)

async function runOne(name: string, options: BenchOptions, folder: string): Promise<unknown[]> {
  const benchCase = benchCases.find((candidate) => candidate.name === name)
  if (benchCase !== undefined) {
    const contenders = peers.filter((peer) => options.peers.includes(peer.name))
    return await runCase(benchCase, contenders, options, folder, print)
  }
  if (name === 'query') {
    const { benchQuery } = await import('./bench-query.ts')
    // Fewer rows than landing is measured with: statements take a tenth of a second, not seconds.
    const rows = Math.max(1, Math.round(options.rows / 4))
    return [await benchQuery({ ...options, rows, folder }, print)]
  }
  if (name === 'start') {
    const { measureStart } = await import('./cases/start.ts')
    return measureStart(options.rounds, folder, print)
  }
  if (name === 'encoder') {
    const { measureEncoder } = await import('./cases/encoder.ts')
    return measureEncoder(options, folder, print)
  }
  const { measureChecks } = await import('./cases/checks.ts')
  return await measureChecks(options, folder, print)
}

async function main(options: BenchOptions): Promise<void> {
  const machine = describeMachine()
  for (const line of machineLines(machine)) print(line)
  const results: unknown[] = []
  for (const name of options.cases) {
    results.push(...(await runOne(name, options, join(repositoryRoot, 'bench-data'))))
    // After each case, so that a long run that is stopped leaves what it has measured.
    if (options.out !== null) {
      writeFileSync(options.out, `${JSON.stringify({ machine, options, results }, null, 2)}\n`)
    }
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(usage)
  else await main(options)
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1
  const text = error instanceof Error ? error.message : String(error)
  const hint = error instanceof UsageError ? '\nnpm run bench -- --help names the options' : ''
  process.stderr.write(`bench: ${text}${hint}\n`)
}
