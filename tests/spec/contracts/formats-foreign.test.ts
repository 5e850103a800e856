// ODCS documents and JSON Schemas that others wrote, or that were changed after we wrote them: what
// maps is taken, every other thing is told with its position, and what is wrong is refused.
import { expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { contractPlain } from '../../../contracts/formats/contract-text.ts'
import { type Imported, noticeLines } from '../../../contracts/formats/conversion.ts'
import { exportContract } from '../../../contracts/formats/export-contracts.ts'
import { importJsonSchema } from '../../../contracts/formats/read-json-schema.ts'
import { importOdcs } from '../../../contracts/formats/read-odcs.ts'
import { problemLine } from '../../../contracts/problems.ts'
import { everythingContract, ownPatients } from '../../support/format-contract.ts'

const options = { bytesMax: 100_000, namespace: null }

const odcs = (text: string): Imported => importOdcs(text, 'f.yaml', options)
const schema = (value: unknown): Imported =>
  importJsonSchema(JSON.stringify(value, null, 1), 'visit.json', options)

const foreign = `apiVersion: v3.0.2
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 2.1
status: draft
domain: Sea Food
tenant: ClimateQuantumInc
description: {purpose: Visits., limitations: Weekends are missing.}
team: []
schema:
  - name: HospitalVisits
    physicalName: hv_1
    tags: [a]
    properties:
      - {name: PatientID, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: VisitNo, logicalType: integer, primaryKey: true, primaryKeyPosition: 2, logicalTypeOptions: {minimum: 1, maximum: 20, multipleOf: 3}}
      - {name: "Größe in cm", logicalType: number, logicalTypeOptions: {minimum: 0, exclusiveMaximum: 300}}
      - {name: kind, logicalType: string, classification: secret, logicalTypeOptions: {maxLength: 3, pattern: '^[A-Z]+$'}}
      - name: ward
        logicalType: string
        quality:
          - {metric: invalidValues, arguments: {validValues: [a, b]}, mustBe: 0}
          - {metric: nullValues, mustBeLessOrEqualTo: 2.5, unit: percent}
          - {type: text, description: Wards exist.}
          - {metric: nullValues, mustBe: 0, severity: info}
      - {name: at, logicalType: timestamp, logicalTypeOptions: {minimum: 2020-01-01}}
      - {name: legacy, physicalType: 'DECIMAL(10,2)'}
      - {name: address, logicalType: object, properties: []}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 10}
customProperties:
  - {property: ruleset, value: x}
`

test('an ODCS document of others: what maps is taken', () => {
  const { contracts, problems } = odcs(foreign)
  expect(problems).toEqual([])
  expect(contracts.map((contract) => contractPlain(contract))).toEqual([
    {
      contract: 'sea_food/hospital_visits',
      version: '2.1.0',
      title: 'HospitalVisits',
      description: 'Visits.',
      rows: 'many_per_patient',
      columns: {
        visit_no: {
          type: 'int',
          constraints: [{ closed_range: { minimum: 3, maximum: 20, step: 3 } }, 'not_null'],
        },
        grosse_in_cm: {
          type: 'float',
          constraints: [{ general_range: { minimum: 0, maximum: 300, includes_maximum: false } }],
        },
        kind: { type: 'string', constraints: [{ regex: '[A-Z]+' }] },
        ward: { type: 'string', constraints: [{ categorical: ['a', 'b'] }] },
        at: { type: 'date', constraints: [{ general_range: { minimum: '2020-01-01' } }] },
        legacy: { type: 'float' },
      },
      checks: [
        { null_share: { column: 'ward', max: '2.5%' } },
        { unique: ['patient_id', 'visit_no'] },
      ],
    },
  ])
})

test('an ODCS document of others: what is left out is told, with its place', () => {
  const id = 'sea_food/hospital_visits'
  expect(noticeLines(odcs(foreign).notices, 'f.yaml')).toEqual([
    `f.yaml:4:10: ${id}: version 2.1 is 2.1.0 here`,
    `f.yaml:32:3: ${id}: customProperties ruleset is left out`,
    `f.yaml:7:1: ${id}: tenant is left out`,
    `f.yaml:9:1: ${id}: team is left out`,
    `f.yaml:5:1: ${id}: status draft is left out`,
    `f.yaml:8:33: ${id}: description limitations is left out`,
    `f.yaml:13:5: ${id}: tags is left out`,
    `f.yaml:30:9: ${id}: quality rowCount is left out`,
    `f.yaml:16:9: ${id} visit_no: name is "VisitNo" there`,
    `f.yaml:17:9: ${id} grosse_in_cm: name is "Größe in cm" there`,
    `f.yaml:18:9: ${id} kind: classification is left out`,
    `f.yaml:18:9: ${id} kind: maxLength is left out`,
    `f.yaml:19:9: ${id} ward: quality text is left out`,
    `f.yaml:19:9: ${id} ward: quality nullValues of severity info is left out`,
    `f.yaml:26:9: ${id} at: timestamp is read as date: the time is cut`,
    `f.yaml:27:9: ${id} legacy: logicalType is not stated: read as float`,
    `f.yaml:28:9: ${id} address: column is left out: no type of ours holds it`,
  ])
})

test.each([
  ['kind: Contract\n', 'f.yaml:1:7: no ODCS document; expected kind: DataContract'],
  ['kind: DataContract\napiVersion: v2.2.2\n', 'f.yaml:2:13: apiVersion "v2.2.2"; expected v3.1.0'],
  [foreign.replace('schema:', 'scheme:'), 'f.yaml:1:1: no tables; expected a list "schema"'],
  [foreign.replace('name: VisitNo', 'name: "12"'), 'f.yaml:16:9: "12" cannot become the name'],
  [
    foreign.replace('required: true', 'required: yes'),
    'required is no flag; expected true or false',
  ],
  [foreign.replace('maximum: 20', 'maximum: 1'), 'f.yaml:16:9: no value lies between the bounds'],
  [
    foreign.replace('minimum: 1,', 'minimum: x,'),
    'f.yaml:16:9: minimum: "x" on a column of type int',
  ],
  [foreign.replace('[A-Z]+', '[A-Z'), 'pattern'],
  [foreign.replace('name: kind', 'name: visit-no'), 'f.yaml:18:9: a second column "visit_no"'],
  ['a: [', 'f.yaml:1:5: not valid YAML'],
  ['x'.repeat(100_001), 'the file is too large; expected at most 100000 bytes'],
])('an ODCS document that is wrong, case %#', (text, message) => {
  const { contracts, problems, notices } = odcs(text)
  const said = [...problems.map(problemLine), ...notices.map(({ what }) => what)]
  expect(said.join('\n')).toContain(message)
  if (problems.length > 0) expect(contracts).toEqual([])
})

test('a change of an exported ODCS document counts, and what it has no words for is kept', () => {
  const document = parse(exportContract(everythingContract, 'odcs', 'int').text)
  const property = (name: string) =>
    document.schema[0].properties.find((one: { name: string }) => one.name === name)
  property('select').required = false
  property('concept').description = 'Another concept.'
  document.schema[0].quality.shift()
  const { contracts, notices, problems } = odcs(stringify(document))
  expect(problems).toEqual([])
  const [contract] = contracts
  const column = (name: string) => contract?.columns.find((one) => one.name === name)
  expect(column('select')?.constraints).toEqual([{ kind: 'first_of_month' }])
  expect(column('concept')).toMatchObject({
    type: 'snomedct',
    description: 'Another concept.',
    constraints: [{ kind: 'check_digit' }],
  })
  expect(contract?.checks.map(({ kind }) => kind)).not.toContain('unique')
  expect(notices.map(({ column, what }) => `${column} ${what}`)).toEqual(['select safelanding'])
})

test('a JSON Schema of others: what maps is taken, the rest is told', () => {
  const { contracts, notices, problems } = schema({
    title: 'Hospital visit',
    type: 'object',
    required: ['PatientID', 'ward', 'seenAt'],
    properties: {
      PatientID: { type: 'integer' },
      ward: { $ref: '#/$defs/ward' },
      seenAt: { type: 'string', format: 'date-time' },
      weight: { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'null' }], unit: 'kg' },
      born: { type: 'string', format: 'date', pattern: '^[0-9]{4}-[0-9]{2}-01$' },
      email: { type: 'string', format: 'email', pattern: '@', maxLength: 80 },
      tags: { type: 'array', items: { type: 'string' } },
      count: { enum: [1, 2, null] },
    },
    patternProperties: { '^x': {} },
    $defs: { ward: { type: 'string', pattern: '^(?:[A-Z]|x)$', description: 'The ward.' } },
  })
  expect(problems).toEqual([])
  expect(contracts.map((contract) => contractPlain(contract))).toEqual([
    {
      contract: 'imported/hospital_visit',
      version: '0.1.0',
      title: 'Hospital visit',
      rows: 'many_per_patient',
      columns: {
        ward: {
          type: 'string',
          description: 'The ward.',
          constraints: [{ regex: '[A-Z]|x' }, 'not_null'],
        },
        seen_at: { type: 'date', constraints: ['not_null'] },
        weight: {
          type: 'float',
          constraints: [{ general_range: { minimum: 0, includes_minimum: false } }],
        },
        born: { type: 'date', constraints: ['first_of_month'] },
        email: { type: 'string' },
        count: { type: 'int', constraints: [{ categorical: [1, 2] }] },
      },
    },
  ])
  expect(noticeLines(notices).map((line) => line.replace('imported/hospital_visit', ''))).toEqual([
    ': version is 0.1.0: the schema states none',
    ': rows is many_per_patient: the schema cannot say',
    ': patternProperties is left out',
    ' seen_at: name is "seenAt" there',
    ' seen_at: format date-time is read as date: the time is cut',
    ' weight: unit is left out',
    ' email: format email is left out',
    ' email: maxLength is left out',
    ' email: pattern is left out: it is not of the whole text, from ^ to $',
    ' tags: column is left out: no type of ours holds it',
  ])
})

test.each([
  [[], 'visit.json:1:1: no JSON Schema of a row; expected an object with "properties"'],
  [{ properties: { a: { type: 'integer', minimum: 5, maximum: 1 } } }, 'visit.json:3:'],
  [{ properties: { '1': { type: 'integer' } } }, '"1" cannot become the name of a column'],
  [{ properties: { b: { $ref: '#/properties/b' } } }, 'no columns'],
  [
    {
      properties: {
        a: { type: 'string', 'x-safelanding': { type: 'int', constraints: ['uniqe'] } },
      },
    },
    'did you mean "unique"?',
  ],
])('a JSON Schema that is wrong, case %#', (value, message) => {
  const { contracts, problems } = schema(value)
  expect(problems.map(problemLine).join('\n')).toContain(message)
  expect(contracts).toEqual([])
})

test('a change of an exported JSON Schema counts', () => {
  const document = JSON.parse(exportContract(ownPatients, 'json-schema', 'int').text)
  document.properties.sex.enum.push('unknown')
  document.properties.sex['x-safelanding'] = {
    type: 'string',
    constraints: [{ categorical: ['female', 'male'] }, 'unique', 'not_null'],
  }
  const { contracts, notices } = schema(document)
  expect(contracts[0]?.columns[0]?.constraints).toEqual([
    { kind: 'categorical', values: ['female', 'male', 'unknown'] },
    { kind: 'not_null' },
    { kind: 'unique' },
  ])
  expect(notices.map(({ column, what }) => `${column} ${what}`)).toEqual(['sex x-safelanding'])
})
