// A contract that uses every type, constraint and severity, for the tests of formats.
import { loadContract } from '../../contracts/load-contract.ts'
import type { TableContract } from '../../contracts/table-contract.ts'

const text = `contract: own/order
version: 2.1.0
title: "Orders: what's ordered"
description: "It's a table; with {{ braces }} and -- dashes."
rows: many_per_patient
columns:
  select: {type: date, description: "First day's date.", constraints: [first_of_month, not_null]}
  end: {type: date, constraints: [{date_after: [select]}, no_future_dates]}
  born: {type: date, constraints: [{closed_range: {minimum: 1900-01-01, maximum: 2030-12-31}}]}
  seen: {type: date, constraints: [{general_range: {minimum: 2000-01-01, includes_minimum: false}}]}
  flag: {type: bool}
  score: {type: int, constraints: [{closed_range: {minimum: 0, maximum: 100, step: 5}}]}
  odd: {type: int, constraints: [{closed_range: {minimum: 1, maximum: 99, step: 2}}]}
  level: {type: int, constraints: [{categorical: [1, 2, 3]}, not_null]}
  ratio: {type: float, constraints: [{general_range: {minimum: 0, maximum: 1, includes_maximum: false}}]}
  dose: {type: float, constraints: [{closed_range: {minimum: 0, maximum: 10, step: 0.5}}]}
  kind: {type: string, constraints: [{categorical: ["it's", b, "c%"]}]}
  place: {type: string, constraints: [{regex: 'E020[0-9]{5}'}, unique]}
  note: {type: string, constraints: [{regex: '[^0-9]*'}, {not_null: true, severity: warn}]}
  concept: {type: snomedct, constraints: [check_digit], dummy: [{categorical: ["24700007", null]}]}
  causes: {type: icd10_multi}
  linkage: {type: nhs_number}
  code: {type: icd10, constraints: [{categorical: [A00, B01], severity: warn}]}
  other: {type: ctv3, constraints: [{regex: 'X.*', severity: "null"}]}
checks:
  - patient_exists
  - unique: [patient_id, score]
  - row_count_change: {increase: 20%, decrease: 0.5%}
  - {coverage: {column: select, first: 2020-01}, severity: warn}
  - null_share: {column: kind, max: 12.5%}
`

/** `own/order`, with awkward names and prose. */
export const everythingContract: TableContract = loadContract(text, 'order.yaml', {
  bytesMax: 100_000,
  id: 'own/order',
})

/** The patients that it refers to. */
export const ownPatients: TableContract = loadContract(
  `contract: own/patients
version: 1.0.0
title: Patients
rows: one_per_patient
columns: {sex: {type: string, constraints: [{categorical: [female, male]}, not_null]}}
`,
  'patients.yaml',
  { bytesMax: 100_000, id: 'own/patients' },
)
