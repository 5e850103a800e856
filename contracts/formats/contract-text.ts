// A contract as the plain data of its own YAML, flattened: what it extends is written out. The way
// back from the vocabulary to the words of a contract file.
import type {
  CheckRule,
  ColumnConstraint,
  ContractColumn,
  DummyConstraint,
  TableCheck,
  TableContract,
} from '../table-contract.ts'
import { yamlText } from './yaml-text.ts'

export type Plain = Readonly<Record<string, unknown>>

/** A constraint as a contract file writes it: a word, or a map of one key. */
export function constraintPlain(constraint: ColumnConstraint | DummyConstraint): string | Plain {
  const severity = 'severity' in constraint ? constraint.severity : undefined
  const graded = severity === undefined || severity === 'reject' ? {} : { severity }
  switch (constraint.kind) {
    case 'categorical':
      return { categorical: [...constraint.values], ...graded }
    case 'regex':
      return { regex: constraint.pattern, ...graded }
    case 'date_after':
      return { date_after: [...constraint.columns], ...graded }
    case 'closed_range': {
      const { minimum, maximum, step } = constraint
      const range = { minimum, maximum, ...(step === 1 ? {} : { step }) }
      return { closed_range: range, ...graded }
    }
    case 'general_range': {
      const { minimum, maximum, includesMinimum, includesMaximum } = constraint
      const range = {
        ...(minimum === null ? {} : { minimum }),
        ...(maximum === null ? {} : { maximum }),
        ...(includesMinimum ? {} : { includes_minimum: false }),
        ...(includesMaximum ? {} : { includes_maximum: false }),
      }
      return { general_range: range, ...graded }
    }
    default:
      return severity === undefined || severity === 'reject'
        ? constraint.kind
        : { [constraint.kind]: true, ...graded }
  }
}

/** Decimal digits of a number without an exponent. */
function decimalText(value: number): string {
  const text = String(value)
  const match = /^(\d)(?:\.(\d+))?e-(\d+)$/.exec(text)
  if (match === null) return text
  const [, first = '', rest = '', zeros = ''] = match
  return `0.${'0'.repeat(Number(zeros) - 1)}${first}${rest}`
}

/** A share of 1 as a text in per cent that reads back as the same number. */
export function shareText(share: number): string {
  const rounded = Number((share * 100).toPrecision(15))
  const near = [rounded, share * 100, share * 100 * (1 + 2 ** -52), share * 100 * (1 - 2 ** -53)]
  return `${decimalText(near.find((percent) => percent / 100 === share) ?? share * 100)}%`
}

function checkRulePlain(check: CheckRule): unknown {
  switch (check.kind) {
    case 'patient_exists':
      return true
    case 'unique':
      return [...check.columns]
    case 'row_count_change': {
      const { increase, decrease } = check
      if (increase !== null && increase === decrease) return { max: shareText(increase) }
      return {
        ...(increase === null ? {} : { increase: shareText(increase) }),
        ...(decrease === null ? {} : { decrease: shareText(decrease) }),
      }
    }
    case 'coverage': {
      const { column, first, last } = check
      return { column, first, ...(last === null ? {} : { last }) }
    }
    case 'null_share':
      return { column: check.column, max: shareText(check.max) }
  }
}

/** A table check as a contract file writes it. */
export function checkPlain(check: TableCheck): string | Plain {
  const { severity } = check
  if (check.kind === 'patient_exists' && severity === undefined) return check.kind
  const graded = severity === undefined ? {} : { severity }
  return { [check.kind]: checkRulePlain(check), ...graded }
}

/** A column as a contract file writes it. */
export function columnPlain(column: ContractColumn): Plain {
  const { type, description, constraints, dummy } = column
  return {
    type,
    ...(description === '' ? {} : { description }),
    ...(constraints.length === 0 ? {} : { constraints: constraints.map(constraintPlain) }),
    ...(dummy === undefined ? {} : { dummy: dummy.map(constraintPlain) }),
  }
}

export interface ContractYamlOptions {
  /** Keeps `extends`: what is read then is the same only where that contract can be found. */
  readonly extending?: boolean
}

/** The plain data of a contract's YAML. */
export function contractPlain(contract: TableContract, options: ContractYamlOptions = {}): Plain {
  const { id, version, title, description, rows, columns, checks } = contract
  const isExtending = options.extending === true && contract.extends !== null
  return {
    contract: id,
    version,
    ...(isExtending ? { extends: contract.extends } : {}),
    title,
    ...(description === '' ? {} : { description }),
    rows,
    columns: Object.fromEntries(columns.map((column) => [column.name, columnPlain(column)])),
    ...(checks.length === 0 ? {} : { checks: checks.map(checkPlain) }),
  }
}

/**
 * A contract as canonical YAML, with all that it has from the contract it extends. Loading it gives
 * the same contract, but for `digest`, which is that of the text, and `extends`, which is null.
 */
export function contractYaml(contract: TableContract, options: ContractYamlOptions = {}): string {
  const comment =
    contract.extends === null || options.extending === true
      ? []
      : [`Written out with the columns and checks of ${contract.extends}, which it extends.`]
  return yamlText(contractPlain(contract, options), { comment })
}
