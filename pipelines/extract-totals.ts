// What can only be said of a whole extract: that its files agree with the control totals, that they
// were not cut, and what the operator should know about them.
import { LandingError } from '../contracts/errors.ts'
import { checkControl } from '../sources/csv/check-control.ts'
import type { CommittedBatch } from './land-table.ts'
import type { PlannedTable } from './plan-load.ts'
import { unpublishableColumns } from './refuse-unpublishable.ts'

/** Refuses an extract that disagrees with its control totals or lacks a required final newline. */
export async function checkTotals(
  planned: PlannedTable,
  batches: readonly CommittedBatch[],
): Promise<void> {
  const { source, table } = planned.mapping
  const cut = filesWithoutFinalNewline(batches)
  const [first] = cut
  if (source.dialect.finalNewline === 'required' && first !== undefined) {
    throw new LandingError(
      'final_newline_missing',
      `${table}: ${first} does not end with a line end`,
    )
  }
  if (source.control === null) return
  const rows = batches.reduce((total, { result }) => total + result.rowsIn, 0)
  const files = planned.files.map(({ file }) => file)
  await checkControl(source.control, files, rows)
}

/** What is worth knowing although nothing was refused for it; no values, no counts of patients. */
export function extractNotices(
  planned: PlannedTable,
  batches: readonly CommittedBatch[],
): string[] {
  const notices = planned.duplicates.map(
    (names) => `${names.join(', ')} have the same content: were all meant to load?`,
  )
  if (planned.mapping.source.control === null) {
    for (const name of filesWithoutFinalNewline(batches)) {
      notices.push(`${name} does not end with a line end: truncation cannot be excluded`)
    }
  }
  for (const name of unpublishableColumns(planned.contract)) {
    notices.push(`${name} has NHS numbers: the table can be checked, and never published`)
  }
  for (const name of filesWithoutRows(planned, batches)) notices.push(`${name} has no rows`)
  return notices
}

function filesWithoutRows(planned: PlannedTable, batches: readonly CommittedBatch[]): string[] {
  const withRows = new Set(batches.flatMap(({ file, result }) => (result.rowsIn > 0 ? [file] : [])))
  return planned.files.flatMap(({ file }) => (withRows.has(file) ? [] : [file.name]))
}

function filesWithoutFinalNewline(batches: readonly CommittedBatch[]): string[] {
  return batches
    .filter(({ result }) => result.slice.finalNewline === false)
    .map(({ file }) => file.name)
}
