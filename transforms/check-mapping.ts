// What a mapping of one column cannot mean: options for another type, formats that are none, texts
// that clash, constants and map results that the column itself would refuse.
import { LandingError } from '../contracts/errors.ts'
import type { ColumnMapping } from '../contracts/extract.ts'
import { explainReject } from './explain-reject.ts'
import type { ColumnPlan } from './table-plan.ts'
import { compileCoarserFormat, compileDateFormat } from './values/date-format.ts'

export const defaultDateFormat = '%Y-%m-%d'

type Refuse = (message: string) => never

function checkDateOptions(mapping: ColumnMapping, plan: ColumnPlan, refuse: Refuse): void {
  if (plan.type !== 'date') {
    const { formats } = mapping
    const isDefault = formats.length === 1 && formats[0] === defaultDateFormat
    if (formats.length > 0 && !isDefault) refuse(`format does not apply to type ${plan.type}`)
    if (mapping.pivot !== null) refuse(`pivot does not apply to type ${plan.type}`)
    if (mapping.round !== null) refuse(`round does not apply to type ${plan.type}`)
    return
  }
  const { pivot } = mapping
  if (pivot !== null && !(Number.isInteger(pivot) && pivot >= 1 && pivot <= 9900)) {
    refuse('pivot must be a year from 1 to 9900')
  }
  for (const format of plan.formats) {
    const compiled = compileDateFormat(format)
    if (typeof compiled === 'string') {
      refuse(`the format "${format}" ${compiled}`)
      continue
    }
    if (compiled.hasShortYear && pivot === null) {
      refuse(`the format "${format}" has a year of two digits and needs a pivot`)
    }
    if (!compiled.hasDay && mapping.round === null) {
      refuse(`the format "${format}" has no day; that needs round: first_of_month`)
    }
  }
}

/** Formats of the register, where a permitted deviation states a coarser date. */
function checkCoarserFormats(plan: ColumnPlan, refuse: Refuse): void {
  for (const format of plan.coarserFormats) {
    const fault = compileCoarserFormat(format)
    if (typeof fault === 'string') refuse(`the coarser format "${format}" ${fault}`)
  }
}

function checkNumberOptions(mapping: ColumnMapping, plan: ColumnPlan, refuse: Refuse): void {
  const isNumber = plan.type === 'int' || plan.type === 'float'
  if (mapping.wholeDecimals && plan.type !== 'int') {
    refuse(`whole decimals do not apply to type ${plan.type}`)
  }
  if (!isNumber && mapping.thousands !== null) {
    refuse(`a thousands separator does not apply to type ${plan.type}`)
  }
  if (!isNumber && mapping.decimal !== '.') {
    refuse(`a decimal separator does not apply to type ${plan.type}`)
  }
  if (mapping.thousands === mapping.decimal) {
    refuse('the thousands separator is also the decimal separator')
  }
}

function checkBooleans(plan: ColumnPlan, refuse: Refuse): void {
  if (plan.type !== 'bool' || plan.field < 0) return
  if (plan.trueTexts.length === 0 || plan.falseTexts.length === 0) {
    refuse('booleans need at least one text for true and one for false')
  }
  const clash = plan.trueTexts.find((text) => plan.falseTexts.includes(text))
  if (clash !== undefined) refuse(`the text "${clash}" stands for both true and false`)
}

/** Does a text of the project file, past null tokens and value map, land in the column? */
function faultOfText(plan: ColumnPlan, text: string): string | null {
  const bare: ColumnPlan = {
    ...plan,
    field: 0,
    nulls: [],
    trim: false,
    values: null,
    otherwise: null,
    constraints: plan.constraints.filter(({ kind }) => kind !== 'date_after'),
  }
  const { failures, nulled } = explainReject({ columns: [bare] }, [new TextEncoder().encode(text)])
  return (failures[0] ?? nulled[0])?.expected ?? null
}

function checkValueMap(mapping: ColumnMapping, plan: ColumnPlan, refuse: Refuse): void {
  if (plan.values === null) {
    if (plan.otherwise !== null) refuse('otherwise stands without values')
    return
  }
  for (const [, target] of plan.values) {
    // Where its entry is not in force, the rows are refused, and not the mapping.
    if (mapping.extraCategories?.includes(target)) continue
    const expected = faultOfText(plan, target)
    if (expected !== null) refuse(`values maps to "${target}"; expected ${expected}`)
  }
  if (plan.otherwise === null || mapping.extraCategories?.includes(plan.otherwise)) return
  const expected = faultOfText(plan, plan.otherwise)
  if (expected !== null) refuse(`otherwise is "${plan.otherwise}"; expected ${expected}`)
}

function checkOrigin(mapping: ColumnMapping, plan: ColumnPlan, refuse: Refuse): void {
  const { origin } = mapping
  if (origin.kind === 'field' && origin.from === '') refuse('from is empty')
  if (origin.kind !== 'constant') return
  const constraints = plan.constraints.filter(({ kind }) => kind !== 'date_after')
  const { failures, nulled } = explainReject({ columns: [{ ...plan, constraints }] }, [])
  const failure = failures[0] ?? nulled[0]
  if (failure !== undefined) refuse(`the constant is refused; expected ${failure.expected}`)
}

/**
 * Throws `mapping_invalid` where the mapping of a column cannot work. `where` opens the message.
 */
export function checkMapping(mapping: ColumnMapping, plan: ColumnPlan, where: string): void {
  const refuse: Refuse = (message) => {
    throw new LandingError('mapping_invalid', `${where}: ${message}`)
  }
  checkDateOptions(mapping, plan, refuse)
  checkCoarserFormats(plan, refuse)
  checkNumberOptions(mapping, plan, refuse)
  checkBooleans(plan, refuse)
  checkValueMap(mapping, plan, refuse)
  checkOrigin(mapping, plan, refuse)
}
