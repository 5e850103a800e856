// A contract that is written in another format and read again is the same contract, whatever its
// columns, constraints and prose. The same means: everything but `digest`, which is that of a text,
// and `extends`, which is null because the contract is written out.
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { parse } from 'yaml'
import { contractPlain, contractYaml } from '../../../contracts/formats/contract-text.ts'
import { exportJsonSchema } from '../../../contracts/formats/json-schema.ts'
import { exportOdcs } from '../../../contracts/formats/odcs.ts'
import { importJsonSchema } from '../../../contracts/formats/read-json-schema.ts'
import { importOdcs } from '../../../contracts/formats/read-odcs.ts'
import { loadContract } from '../../../contracts/load-contract.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { contractArbitrary } from '../../support/contract-arbitrary.ts'
import { generativeParameters } from '../../support/generative.ts'
import { odcsViolations } from '../../support/odcs-schema.ts'

const schemas = new Ajv2020({ strict: false, validateFormats: false })

const same = (contract: TableContract) => ({ ...contract, digest: '', extends: null })

test('YAML', () => {
  fc.assert(
    fc.property(contractArbitrary, (contract) => {
      const text = Buffer.from(contractYaml(contract)).toString()
      const read = loadContract(text, 'own.yaml', { bytesMax: 1_000_000, id: contract.id })
      expect(same(read)).toStrictEqual(same(contract))
      expect(parse(text)).toStrictEqual(contractPlain(contract))
    }),
    generativeParameters(80, 30),
  )
})

test('JSON Schema', () => {
  fc.assert(
    fc.property(contractArbitrary, (contract) => {
      const { text } = exportJsonSchema(contract, { patientId: 'int' })
      expect(schemas.validateSchema(JSON.parse(text))).toBe(true)
      const read = importJsonSchema(text, 'own.json', { bytesMax: 1_000_000, namespace: null })
      expect(read.problems).toEqual([])
      const kinds = new Set(read.notices.map(({ what }) => what))
      expect([...kinds].filter((what) => what !== 'extends')).toEqual([])
      expect(read.contracts.map(same)).toStrictEqual([same(contract)])
    }),
    generativeParameters(60, 20),
  )
})

test('ODCS', () => {
  fc.assert(
    fc.property(contractArbitrary, (contract) => {
      const { text } = exportOdcs(contract, { patientId: 'int' })
      expect(odcsViolations(parse(text))).toEqual([])
      const read = importOdcs(text, 'own.odcs.yaml', { bytesMax: 1_000_000, namespace: null })
      expect(read.problems).toEqual([])
      const kinds = new Set(read.notices.map(({ what }) => what))
      expect([...kinds].filter((what) => what !== 'extends')).toEqual([])
      expect(read.contracts.map(same)).toStrictEqual([same(contract)])
    }),
    generativeParameters(60, 20),
  )
})
