// Why a row can be refused, as a closed list. A row counts under its first failing rule:
// structure of the record, then columns in contract order (text before type before constraints),
// then table checks. The number is a bit in the mask of all failing rules, so it stays below 31
// and is never used again.

export type RuleScope = 'record' | 'column' | 'table'

export interface RuleDefinition {
  readonly number: number
  readonly scope: RuleScope
  /** What was expected, in words for a person; never contains a value of a row. */
  readonly expected: string
}

const rule = (number: number, scope: RuleScope, expected: string): RuleDefinition =>
  Object.freeze({ number, scope, expected })

export const ruleDefinitions = {
  too_few_fields: rule(0, 'record', 'as many fields as the header has'),
  too_many_fields: rule(1, 'record', 'as many fields as the header has'),
  unterminated_quote: rule(2, 'record', 'a closing quote before the record limit'),
  text_after_quote: rule(3, 'record', 'a delimiter or line end after a closing quote'),
  record_too_long: rule(4, 'record', 'a record within the record limit'),
  field_too_long: rule(5, 'record', 'a field within the field limit'),
  invalid_utf8: rule(6, 'column', 'valid UTF-8'),
  nul_byte: rule(7, 'column', 'text without NUL bytes'),
  unmapped_value: rule(8, 'column', 'a value that the value map of the project file names'),
  type: rule(9, 'column', 'a value of the type of the column'),
  not_null: rule(10, 'column', 'a value; the column is never null'),
  categorical: rule(11, 'column', 'one of the categories of the contract'),
  first_of_month: rule(12, 'column', 'the first day of a month'),
  regex: rule(13, 'column', 'text that matches the pattern of the contract'),
  closed_range: rule(14, 'column', 'a value within the range of the contract'),
  general_range: rule(15, 'column', 'a value within the range of the contract'),
  date_after: rule(16, 'column', 'a date on or after the date of the other column'),
  check_digit: rule(17, 'column', 'a code whose check digit is right'),
  float_rounded_code: rule(
    18,
    'column',
    'a code kept as text; this one was rounded by a tool that read it as a number',
  ),
  no_future_dates: rule(19, 'column', 'a date not after the day of the load'),
  unique: rule(24, 'table', 'a key that no other row has'),
  one_row_per_patient: rule(25, 'table', 'one row for each patient'),
  patient_exists: rule(26, 'table', 'a patient that the patients table has'),
  identical_duplicate: rule(27, 'table', 'a row that is not a copy of another row'),
  // Beside patient_exists, and never first: why the patient is missing.
  patient_refused: rule(28, 'table', 'a patient whose own row was accepted'),
} as const satisfies Record<string, RuleDefinition>

export type RuleName = keyof typeof ruleDefinitions

/** Rule names by number; holes are numbers not in use. */
export const ruleNamesByNumber: readonly (RuleName | undefined)[] = (() => {
  const names: (RuleName | undefined)[] = []
  for (const [name, definition] of Object.entries(ruleDefinitions)) {
    names[definition.number] = name as RuleName
  }
  return names
})()

/** The name of a rule number that a kernel recorded. */
export function ruleName(number: number): RuleName {
  const name = ruleNamesByNumber[number]
  if (name === undefined) throw new Error(`no rule has number ${number}`)
  return name
}

/** Names of all rules in a mask, in order of their numbers. */
export function rulesInMask(mask: number): RuleName[] {
  const names: RuleName[] = []
  for (let number = 0; number < 31; number++) {
    if ((mask & (1 << number)) !== 0) names.push(ruleName(number))
  }
  return names
}
