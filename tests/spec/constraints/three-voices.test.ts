// Every type and constraint in three voices: the contract's YAML, the sentence for its readers, and
// the value-free message for the sender of a row, with examples that kernels and reference agree on.
import { expect, test } from '@jest/globals'
import { codeSystemForms, multiCodeForms } from '../../../contracts/code-systems.ts'
import {
  type ConstraintCase,
  constraintCases,
  dayOfCases,
  tableCheckCases,
} from '../../../contracts/constraint-cases.ts'
import { columnTypes } from '../../../contracts/contract-schema.ts'
import { describeCheck, describeConstraint } from '../../../contracts/describe-constraint.ts'
import { readContractText } from '../../../contracts/load-contract.ts'
import { ruleDefinitions, ruleName } from '../../../contracts/rules.ts'
import { checkKinds, severities, type TableContract } from '../../../contracts/table-contract.ts'
import { compilePlan } from '../../../transforms/compile-plan.ts'
import { explainReject } from '../../../transforms/explain-reject.ts'
import { openTransform } from '../../../transforms/run-plan.ts'
import { fieldBatchOf } from '../../support/field-batch.ts'
import { readColumns } from '../../support/read-columns.ts'
import { columnMappingOf, tableMappingOf } from '../../support/table-setup.ts'

function contractWith(column: string, checks = ''): TableContract {
  const text = `contract: own/rows
version: 1.0.0
rows: many_per_patient
columns:
  value: ${column}
  other: {type: date}
checks: [${checks}]
`
  const { contract, problems } = readContractText(text, 'rows.yaml', {
    ...{ bytesMax: 10_000, id: 'own/rows' },
  })
  expect(problems).toEqual([])
  if (contract === null) throw new Error('no contract')
  return contract
}

const planOf = (one: ConstraintCase) => {
  const mapping = tableMappingOf(
    ['patient_id', 'value', 'other'].map((name) => columnMappingOf(name)),
  )
  return compilePlan(contractWith(one.yaml), mapping, 'int', dayOfCases)
}

const sentenceOf = ({ columns: [value] }: TableContract): string => {
  const [constraint] = value?.constraints ?? []
  if (constraint !== undefined) return describeConstraint(constraint)
  const type = value?.type ?? 'string'
  const forms: Readonly<Record<string, { title: string }>> = {
    ...codeSystemForms,
    ...multiCodeForms,
  }
  return forms[type]?.title ?? (type === 'nhs_number' ? 'NHS number' : type)
}

test.each(constraintCases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
  expect(sentenceOf(contractWith(one.yaml))).toBe(one.sentence)
  const plan = planOf(one)
  const encoder = new TextEncoder()
  for (const text of [...one.accepted, ...one.refused]) {
    const isRight = one.accepted.includes(text)
    const fields = ['1', text, one.other ?? ''].map((field) => encoder.encode(field))
    const explained = explainReject(plan, fields)
    const transform = openTransform(plan, [])
    const { recordBatch, rejects } = transform.apply(fieldBatchOf([fields], 3))
    const found = [...explained.failures, ...explained.warned, ...explained.nulled]
    const told = found.map(({ rule, expected }) => [rule, expected])
    expect([text, told]).toEqual([text, isRight ? [] : [[one.rule, one.message]]])
    const outcome = one.outcome ?? 'refused'
    expect([text, rejects.count]).toEqual([text, isRight || outcome !== 'refused' ? 0 : 1])
    if (rejects.count > 0) {
      expect(ruleName(rejects.rules[0] ?? 0)).toBe(one.rule)
      continue
    }
    const [, [value] = []] = readColumns(recordBatch)
    const isNull = text === '' || (!isRight && outcome === 'null')
    expect([text, value === null]).toEqual([text, isNull])
    expect(transform.warnings()).toHaveLength(!isRight && outcome === 'warn' ? 1 : 0)
  }
})

test.each(tableCheckCases.map((one) => [one.yaml, one] as const))('%s', (_yaml, one) => {
  const { checks } = contractWith('{type: date}', one.yaml)
  expect(checks.map(({ kind }) => kind)).toEqual([one.kind])
  expect(checks.map(describeCheck)).toEqual([one.sentence])
  if (one.message !== null) expect(ruleDefinitions[one.kind as 'unique'].expected).toBe(one.message)
})

test('every type, column rule, severity and table check has a case', () => {
  const yamls = constraintCases.map(({ yaml }) => yaml).join('\n')
  for (const type of columnTypes) expect(yamls).toMatch(new RegExp(`type: ${type}\\b`, 'u'))
  for (const severity of severities) {
    if (severity !== 'reject') expect(yamls).toContain(`severity: ${severity}`)
  }
  // What is wrong with the bytes of a text, and value maps, are no matter of contracts.
  const others = ['invalid_utf8', 'nul_byte', 'unmapped_value']
  const rules = Object.entries(ruleDefinitions).flatMap(([name, { scope }]) =>
    scope === 'column' && !others.includes(name) ? [name] : [],
  )
  expect([...new Set(constraintCases.map(({ rule }) => rule))].sort()).toEqual(rules.sort())
  expect(tableCheckCases.map(({ kind }) => kind)).toEqual([...checkKinds])
})
