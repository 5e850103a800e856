// A contract of a few lines for tests of what is made from contracts, with everything in it that
// changes a page.
import { loadContract } from '../../contracts/load-contract.ts'
import type { TableContract } from '../../contracts/table-contract.ts'

export const visitsText = `contract: own/visits
version: 2.1.0
title: Visits
description: Visits to a ward, one row for each.
rows: many_per_patient
columns:
  start:
    type: date
    description: First day.
    constraints: [not_null, {general_range: {minimum: 1900-01-01}, severity: warn}]
    dummy: [{categorical: [null]}]
  end:
    type: date
    description: Last day.
    constraints: [{date_after: [start]}, {no_future_dates: true, severity: null}]
  ward:
    type: string
    description: Ward, by letter.
    constraints: [{regex: "[A-F]|Z"}]
  kind:
    type: string
    description: How the visit came about.
    constraints: [{categorical: [planned, urgent]}]
checks:
  - {coverage: {column: start, first: 2019-01}}
  - {row_count_change: {max: 20%}}
`

/** Reads the text of a contract; `resolve` finds what it extends. */
export function readSample(
  text: string,
  resolve?: (id: string) => TableContract | null,
): TableContract {
  const options = { bytesMax: 100_000, id: null, ...(resolve && { resolve }) }
  return loadContract(text, 'sample.yaml', options)
}
