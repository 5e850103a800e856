// What a column expected, in words for a person, and the shape of what was there: neither ever
// holds a value of a row. Words of the contract and of the project file may appear.
import {
  codeSystemForms,
  isCodeSystem,
  isMultiCodeSystem,
  multiCodeForms,
} from '../../contracts/code-systems.ts'
import { type RuleName, ruleDefinitions } from '../../contracts/rules.ts'
import type { ColumnConstraint } from '../../contracts/table-contract.ts'
import type { ColumnPlan, PlannedConstraint } from '../table-plan.ts'

const shapeCharactersMax = 32

/** Letters as A and a, digits as 9, ASCII punctuation and spaces kept, all else `?`. */
export function shapeOf(field: Uint8Array): string {
  const characters = Array.from(Buffer.from(field).toString('utf8'))
  const shape = characters.slice(0, shapeCharactersMax).map((character) => {
    if (/\p{Lu}/u.test(character)) return 'A'
    if (/\p{L}/u.test(character)) return 'a'
    if (/\p{N}/u.test(character)) return '9'
    return /[ -~]/u.test(character) ? character : '?'
  })
  if (characters.length <= shapeCharactersMax) return shape.join('')
  return `${shape.join('')}… (${characters.length} characters)`
}

function expectedType(plan: ColumnPlan): string {
  const { type } = plan
  if (isCodeSystem(type)) return codeSystemForms[type].expected
  if (isMultiCodeSystem(type)) return multiCodeForms[type].expected
  const separators = plan.thousands === null ? '' : `, thousands separated by "${plan.thousands}"`
  switch (type) {
    case 'int':
      return `a whole number of at most 64 bits${separators}`
    case 'float':
      return `a number with "${plan.decimal}" before its decimals${separators}`
    case 'date':
      return `a date written ${[...plan.formats, ...plan.coarserFormats].join(' or ')}`
    case 'bool':
      return `true as ${plan.trueTexts.join(', ')} or false as ${plan.falseTexts.join(', ')}`
    case 'nhs_number':
      return 'an NHS number: 10 digits without spaces'
    case 'string':
      return 'text'
  }
}

function expectedRange(constraint: ColumnConstraint & { kind: 'general_range' }): string {
  const { minimum, maximum, includesMinimum, includesMaximum } = constraint
  const ends: string[] = []
  if (minimum !== null) ends.push(`${includesMinimum ? 'at least' : 'above'} ${minimum}`)
  if (maximum !== null) ends.push(`${includesMaximum ? 'at most' : 'below'} ${maximum}`)
  return `a value ${ends.join(' and ')}`
}

function expectedConstraint(constraint: ColumnConstraint): string | null {
  switch (constraint.kind) {
    case 'categorical':
      return `one of ${constraint.values.join(', ')}`
    case 'regex':
      return `text that matches ${constraint.pattern}`
    case 'closed_range': {
      const { minimum, maximum, step } = constraint
      return `a value from ${minimum} to ${maximum}${step === 1 ? '' : ` in steps of ${step}`}`
    }
    case 'general_range':
      return expectedRange(constraint)
    case 'date_after':
      return `a date not before ${constraint.columns.join(' or ')}`
    default:
      return null
  }
}

/** What the rule expected of the column; `constraint` is the one that failed, null before any. */
export function expectedForm(
  plan: ColumnPlan,
  rule: RuleName,
  constraint: PlannedConstraint | null,
): string {
  if (rule === 'type') return expectedType(plan)
  if (rule === 'check_digit' && constraint?.place === -1) {
    return 'an NHS number whose last digit is right (modulus 11)'
  }
  const stated = constraint === null ? undefined : plan.contractConstraints[constraint.place]
  const words = stated === undefined ? null : expectedConstraint(stated)
  return words ?? ruleDefinitions[rule].expected
}
