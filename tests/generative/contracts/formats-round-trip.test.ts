// A contract that is written in another format and read again is the same contract, whatever its
// columns, constraints and prose. The same means: everything but `digest`, which is that of a text,
// and `extends`, which is null because the contract is written out.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { contractPlain, contractYaml } from '../../../contracts/formats/contract-text.ts'
import { loadContract } from '../../../contracts/load-contract.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { contractArbitrary } from '../../support/contract-arbitrary.ts'
import { generativeParameters } from '../../support/generative.ts'

const same = (contract: TableContract) => ({ ...contract, digest: '', extends: null })

test('YAML', () => {
  fc.assert(
    fc.property(contractArbitrary, (contract) => {
      const text = Buffer.from(contractYaml(contract)).toString()
      const read = loadContract(text, 'own.yaml', { bytesMax: 1_000_000, id: contract.id })
      expect(same(read)).toStrictEqual(same(contract))
      expect(parse(text)).toStrictEqual(contractPlain(contract))
    }),
    generativeParameters(),
  )
})
