// A small project that loads, and ways to spoil it: two tables, one of them from a folder of contracts
// of its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'

export const smallProject = `backend: small
lake: ./lake
contracts: [core, ./contracts/ours]
patient_id: int
tables:
  core/patients:
    source: {csv: extracts/patients.csv}
    columns: {patient_id: id, date_of_birth: born, sex: sex, date_of_death: {absent: true}}
    reject_ceiling: 1
  ours/visits:
    source: {csv: extracts/visits.csv}
    columns: {patient_id: id, day: day, kind: kind}
`

const visitsContract = `contract: ours/visits
version: 1.0.0
title: Visits
description: Visits to a clinic.
rows: many_per_patient
columns:
  day:
    type: date
    description: Day of the visit.
    constraints: [not_null]
  kind:
    type: string
    description: Kind of the visit.
`

const patients = 'id,born,sex\n1,1980-01-01,female\n2,1975-05-01,male\n3,1990-12-01,unknown\n'
const visits = 'id,day,kind\n1,2020-02-03,first\n1,2020-03-03,\n2,2021-01-01,"a, b"\n'

export function writeSmallProject(folder: string): void {
  mkdirSync(join(folder, 'extracts'), { recursive: true })
  mkdirSync(join(folder, 'contracts', 'ours'), { recursive: true })
  writeFileSync(join(folder, 'safelanding.yaml'), smallProject)
  writeFileSync(join(folder, 'contracts', 'ours', 'visits.yaml'), visitsContract)
  writeFileSync(join(folder, 'extracts', 'patients.csv'), patients)
  writeFileSync(join(folder, 'extracts', 'visits.csv'), visits)
}

/** Replaces text of a file of the project, which must be there. */
export function replaceIn(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
}
