// A contract needs no prose to be loaded: a platform team sketches first. The linter asks for it.
import { expect, test } from '@jest/globals'
import { lintContract } from '../../../contracts/lint-contract.ts'
import { readContractText } from '../../../contracts/load-contract.ts'

const bare = `contract: northshire/patients
version: 1.0.0
rows: one_per_patient
columns:
  sex:
    type: string
    constraints: [not_null, {categorical: [female, male]}]
checks: [patient_exists]
`
const options = { bytesMax: 10_000, id: 'northshire/patients' }

test('without title and descriptions it is loaded; of patients itself patient_exists is true', () => {
  const { contract, problems } = readContractText(bare, 'patients.yaml', options)
  expect(problems).toEqual([])
  expect(contract).toMatchObject({ title: 'northshire/patients', description: '', checks: [] })
})

test('the linter finds the prose that is missing', () => {
  const { findings } = lintContract(bare, 'patients.yaml', options)
  expect(findings.map(({ what }) => what)).toEqual([
    'title is empty',
    'description is empty',
    'columns.sex.description is empty',
  ])
})
