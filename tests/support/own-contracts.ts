// Contracts of a provider's own that hold everything a contract may say, for what is rendered of them:
// each type, constraint and severity, hostile prose, and names that Python has for something else.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const visits = `contract: ours/visits
version: 2.1.0
title: Visits to clinics
description: |-
  One row for each visit.

  - a list item that is rather long, so that it has to be wrapped on to a second line somewhere
  - another
rows: many_per_patient
columns:
  booked: {type: date, description: Day of booking., constraints: [not_null]}
  day:
    type: date
    description: Day of the visit; never before that of the booking, and never in the future of a load.
    constraints: [no_future_dates, {date_after: [booked]}, {general_range: {minimum: 2010-01-01, includes_minimum: false}}]
  month: {type: date, description: '', constraints: [first_of_month], dummy: [{categorical: [2020-02-01, null]}]}
  kind:
    type: string
    description: Kind of the visit.
    constraints: [{categorical: [first, 'say "hello"', 'back\\slash'], severity: null}]
    dummy: [{categorical: [first]}]
  outcome: {type: string, constraints: [{categorical: [a, b], severity: warn}, {regex: '[ab]\\d{2,3}(?:x|y)?'}]}
  postcode: {type: string, constraints: [{regex: '^.+$'}]}
  score: {type: int, constraints: [unique, {closed_range: {minimum: 0, maximum: 32800, step: 100}, severity: refuse}]}
  weight: {type: float, constraints: [{closed_range: {minimum: 0, maximum: 250.5, step: 0.5}}]}
  attended: {type: bool, description: Whether the patient came.}
  reason: {type: snomedct, check_digit: true, constraints: [{categorical: ['38341003', 'none']}]}
  drug: {type: dmd, constraints: [{categorical: ['39113311000001107']}]}
  formulary: {type: bnf, description: Where the drug stands in the BNF.}
  read_code: {type: ctv3}
  cause: {type: icd10}
  operation: {type: opcs4}
  causes: {type: icd10_multi, constraints: [not_null]}
  operations: {type: opcs4_multi}
  number: {type: nhs_number, description: NHS number.}
  class: {type: string}
  int: {type: int}
  sort_by: {type: int}
checks:
  - patient_exists
  - row_count_change: {max: 20%}
  - coverage: {column: day, first: 2020-01}
`

const carers = `contract: ours/carers
version: 1.0.0
title: Carers
description: The carer of each patient.
rows: one_per_patient
columns:
  relation: {type: string, description: "ends in a quote \\" and \\"\\"\\" three, a backslash \\\\"}
  since: {type: date, dummy: [{date_after: [until]}]}
  until: {type: date, dummy: [{date_after: [since]}]}
`

const keyword = `contract: ours/import
version: 1.0.0
title: A table that Python cannot name
description: Its rows.
rows: many_per_patient
columns: {day: {type: date, description: A day.}}
`

/** Writes the contracts below a folder, and returns what names them on the command line. */
export function writeOwnContracts(folder: string): string {
  const path = join(folder, 'contracts', 'ours')
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries({ visits, carers, import: keyword })) {
    writeFileSync(join(path, `${name}.yaml`), text)
  }
  return './contracts/ours'
}
