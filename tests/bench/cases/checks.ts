// `--case checks`: patients and events with table checks (a row for each patient, a unique key, every
// patient known), beside the same load without. The share of the checks is the difference of the two.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchColumn, eventColumns, headerOf, patientColumns } from '../bench-cases.ts'
import { type BenchTable, writeProject } from '../bench-files.ts'
import type { BenchOptions } from '../bench-options.ts'
import { median } from '../bench-result.ts'
import { command } from '../contenders.ts'
import { keyedEventRows, patientsOf } from '../data/event-rows.ts'
import { patientRows } from '../data/table-rows.ts'
import { writeExtract } from '../data/write-extract.ts'
import { type Measured, measureNode } from '../measure-process.ts'
import type { Print } from '../run-case.ts'

const [patientId, ...restOfEvent] = eventColumns
const eventId: BenchColumn = { name: 'event_id', type: 'int', constraints: ['not_null'] }
// The order of the extract; the implied column comes first in the contract.
const keyedColumns = [eventId, ...eventColumns]
const contractColumns = [...(patientId === undefined ? [] : [patientId]), eventId, ...restOfEvent]

async function makeTables(folder: string, rows: number, seed: number): Promise<BenchTable[]> {
  const patients = join(folder, 'patients.csv')
  const events = join(folder, 'events.csv')
  await writeExtract({
    ...{ path: patients, header: headerOf({ columns: patientColumns }), seed },
    ...{ rows: patientsOf(rows), makeRows: patientRows, isCompressed: false },
  })
  await writeExtract({
    ...{ path: events, header: headerOf({ columns: keyedColumns }), seed },
    ...{ rows, makeRows: keyedEventRows, isCompressed: false },
  })
  return [
    { name: 'patients', columns: patientColumns, extract: patients },
    { name: 'events', columns: contractColumns, extract: events },
  ]
}

const withChecks = (table: BenchTable): BenchTable =>
  table.name === 'patients'
    ? { ...table, rowsPerPatient: 'one_per_patient' }
    : { ...table, unique: ['event_id'], checks: ['patient_exists'] }

interface Finished {
  readonly checks_not_run?: readonly unknown[]
  readonly tables: Record<string, { readonly accepted: number; readonly rejected: number }>
}

/** Throws unless all rows landed: then the checks have run, and none of them refused a row. */
function assertLanded(name: string, { exit, stdout, stderr }: Measured, rows: number): void {
  if (exit !== 0) throw new Error(`checks: ${name} ended with ${exit}\n${stderr.slice(-2_000)}`)
  const finished = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Finished
  const { accepted, rejected } = finished.tables['bench/events'] ?? { accepted: 0, rejected: 0 }
  const notRun = finished.checks_not_run ?? []
  if (accepted !== rows || rejected !== 0 || notRun.length > 0) {
    throw new Error(`checks: ${name} accepted ${accepted} of ${rows} events`)
  }
}

export async function measureChecks(
  { rows, rounds, seed }: BenchOptions,
  root: string,
  print: Print,
): Promise<unknown[]> {
  const folder = join(root, `checks-${rows}-${seed}`)
  const tables = await makeTables(folder, rows, seed)
  const entries = [
    { name: 'with table checks', folder: join(folder, 'with'), tables: tables.map(withChecks) },
    { name: 'without', folder: join(folder, 'without'), tables },
  ].map((entry) => ({
    ...entry,
    project: writeProject(entry.folder, entry.tables),
    measured: [] as Measured[],
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { name, folder, project, measured } of entries) {
      rmSync(join(folder, 'lake'), { recursive: true, force: true })
      const one = measureNode([command, '--project', project, '--json', 'load'])
      assertLanded(name, one, rows)
      measured.push(one)
    }
  }
  print(`checks: ${rows} events of ${patientsOf(rows)} patients, median of ${rounds}`)
  const results = entries.map(({ name, measured }) => ({
    case: 'checks',
    contender: name,
    rows,
    median_seconds: median(measured.map(({ seconds }) => seconds)),
    median_cpu_seconds: median(measured.map(({ cpuSeconds }) => cpuSeconds)),
    peak_megabytes: Math.round(median(measured.map(({ peakBytes }) => peakBytes)) / 1e6),
    seconds: measured.map(({ seconds }) => seconds),
  }))
  for (const result of results) {
    print(
      `  ${result.contender.padEnd(22)}${result.median_seconds.toFixed(2).padStart(8)} s` +
        `${result.median_cpu_seconds.toFixed(2).padStart(8)} cpu s` +
        `${String(result.peak_megabytes).padStart(7)} MB peak`,
    )
  }
  const [checked, bare] = results
  const shares = (checked?.seconds ?? []).map((one, i) => 1 - (bare?.seconds[i] ?? 0) / one)
  const share = Number(median(shares).toFixed(3))
  print(`  share of the table checks in the whole time: ${(share * 100).toFixed(0)} %`)
  return [...results, { case: 'checks', rows, share_of_table_checks: share, shares }]
}
