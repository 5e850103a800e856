// What a provider is told about the register of deviations: for each mistake the position, what was
// expected and the nearest word; for what is never permitted the words of the policy. Each case
// replaces one line of a good entry; positions are counted by hand.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { loadCatalogue } from '../../../contracts/catalogue.ts'
import { deviationKinds } from '../../../contracts/deviation.ts'
import { isLandingError, type LandingError } from '../../../contracts/errors.ts'
import { forbiddenReason } from '../../../contracts/forbidden-deviations.ts'
import { readDeviations } from '../../../contracts/read-deviations.ts'
import { type RuleName, ruleDefinitions } from '../../../contracts/rules.ts'
import { fencesOf } from '../../support/markdown.ts'
import { repositoryRoot } from '../../support/paths.ts'
import { violations } from '../../support/validate-json-schema.ts'

const good = `- id: NS-001
  contract: core/clinical_events@1
  column: numeric_value
  rule: closed_range
  kind: row_share
  ceiling: 0.5%
  reason: Readings without their point.
  public_wording: Some values lie outside the range.
  requested_by: Northshire
  approved_by: Platform team
  approved_on: 2026-11-01
  expires: 2027-05-01
  status: approved
`

const { contracts } = loadCatalogue(['core'], { folder: '.', bytesMax: 1 << 20 })
const read = (text: string) => readDeviations(text, 'd.yaml', { bytesMax: 1 << 20, contracts })

function refusal(text: string): LandingError {
  try {
    read(text)
  } catch (error) {
    if (isLandingError(error)) return error
    throw error
  }
  throw new Error('the register was accepted')
}

function withLines(changes: Readonly<Record<number, string>>): string {
  const lines = good.split('\n')
  for (const [number, line] of Object.entries(changes)) lines[Number(number) - 1] = line
  return lines.filter((line) => line !== '-').join('\n')
}

test('a good entry is read as it is written', () => {
  expect(read(good)).toEqual([
    {
      id: 'NS-001',
      contract: 'core/clinical_events',
      major: 1,
      columns: ['numeric_value'],
      rule: 'closed_range',
      kind: 'row_share',
      ceiling: { kind: 'share', share: 0.005 },
      reason: 'Readings without their point.',
      publicWording: 'Some values lie outside the range.',
      requestedBy: 'Northshire',
      approvedBy: 'Platform team',
      approvedOn: '2026-11-01',
      expires: '2027-05-01',
      status: 'approved',
      failing: 'pass',
      values: [],
      minimum: null,
      maximum: null,
      granularity: null,
      formats: [],
      first: null,
      last: null,
      where: 'd.yaml:1',
    },
  ])
})

test('a register without entries is an empty one', () => {
  expect([read(''), read('# nothing yet\n'), read('[]\n')]).toEqual([[], [], []])
})

const invalid: readonly (readonly [changes: Record<number, string>, message: string])[] = [
  [{ 1: '- id: 1st' }, '1:7: id: "1st"; expected an id such as NS-001'],
  [
    { 2: '  contract: core/clinical_events' },
    '2:13: contract: "core/clinical_events"; expected namespace/table@major, such as core/clinical_events@1',
  ],
  [
    { 2: '  contract: core/clinical_events@1.0.0' },
    '2:13: contract: "core/clinical_events@1.0.0"; expected namespace/table@major, such as core/clinical_events@1',
  ],
  [
    { 3: '  colum: numeric_value' },
    '3:3: unknown key "colum"; expected id, contract, column, rule, kind, ceiling, values, minimum, maximum, granularity, formats, first, last, then, reason, public_wording, requested_by, approved_by, approved_on, expires or status; did you mean "column"?',
  ],
  [
    { 4: '  rule: closed_rang' },
    '4:9: rule: "closed_rang" with kind row_share; expected categorical, first_of_month, regex, closed_range, general_range, date_after, no_future_dates, unique or null_share; did you mean "closed_range"?',
  ],
  [
    { 4: '  rule: not_null' },
    '4:9: rule: "not_null" with kind row_share; expected categorical, first_of_month, regex, closed_range, general_range, date_after, no_future_dates, unique or null_share; of not_null there is kind column_absent or nulls_allowed',
  ],
  [
    { 5: '  kind: rowshare' },
    '5:9: kind: "rowshare"; expected row_share, column_absent, nulls_allowed, extra_category, wider_range, narrower_range, coarser_date or late_coverage; did you mean "row_share"?',
  ],
  [
    { 6: '  ceiling: 101%' },
    '6:12: ceiling: "101%"; expected a share of the rows such as 0.5%, or a count such as 25',
  ],
  [
    { 6: '-' },
    '1:3: missing key "ceiling" of kind row_share; expected ceiling: the share or count of rows that may use it',
  ],
  [{ 5: '  kind: wider_range' }, '1:3: missing key "minimum" or "maximum" of kind wider_range'],
  [
    { 6: '  ceiling: 5\n  values: [1]' },
    '7:3: values with kind row_share; expected no such key; it belongs to extra_category',
  ],
  [
    { 5: '  kind: narrower_range\n  maximum: 5' },
    '7:3: ceiling with kind narrower_range; expected no such key; it belongs to row_share, nulls_allowed, extra_category, wider_range or coarser_date',
  ],
  [
    { 11: '  approved_on: 2026-02-30' },
    '11:16: approved_on: "2026-02-30"; expected a date YYYY-MM-DD',
  ],
  [
    { 12: '  expires: 2026-10-31' },
    '12:12: expires before it was approved; expected a date from 2026-11-01',
  ],
  [{ 12: '-' }, '1:3: missing key "expires"; expected a date YYYY-MM-DD'],
  [
    { 13: '  status: aproved' },
    '13:11: status: "aproved"; expected proposed, approved or withdrawn; did you mean "approved"?',
  ],
  [
    { 3: '  column: [date, numeric_value]' },
    '3:11: several columns with rule closed_range; expected one column; a list is for unique',
  ],
  [{ 13: `  status: approved\n${good.trimEnd()}` }, '14:7: id "NS-001" twice; expected each once'],
]

test.each(invalid)('%j is told where it stands', (changes, message) => {
  const error = refusal(withLines(changes))
  expect(error.message).toBe(`d.yaml:${message}`)
  expect([error.errorName, error.exit]).toEqual(['deviation_invalid', 10])
})

test('a register that is no list is told so', () => {
  const error = refusal('id: NS-001\n')
  expect(error.message).toBe('d.yaml:1:1: the document is a map; expected a list of entries')
})

const type = 'it falls under "a different type, unit or coding system"'
const identity = 'it falls under "a missing or duplicated patient identity"'
const optOut = 'it falls under "weakening an opt-out"'

const forbidden: readonly (readonly [changes: Record<number, string>, reason: string])[] = [
  [{ 4: '  rule: type' }, type],
  [{ 4: '  rule: unit' }, type],
  [{ 4: '  rule: coding_system' }, type],
  [{ 3: '  column: snomedct_code', 4: '  rule: check_digit' }, type],
  [{ 3: '  column: snomedct_code', 4: '  rule: float_rounded_code' }, type],
  [{ 4: '  rule: invalid_utf8' }, type],
  [{ 4: '  rule: nul_byte' }, type],
  [{ 4: '  rule: too_few_fields' }, type],
  [{ 4: '  rule: too_many_fields' }, type],
  [{ 4: '  rule: unterminated_quote' }, type],
  [{ 4: '  rule: text_after_quote' }, type],
  [{ 4: '  rule: record_too_long' }, type],
  [{ 4: '  rule: field_too_long' }, type],
  [{ 3: '  column: patient_id', 4: '  rule: type' }, identity],
  [{ 3: '  column: patient_id', 4: '  rule: not_null', 5: '  kind: column_absent' }, identity],
  [{ 3: '  column: patient_id', 4: '  rule: unique' }, identity],
  [{ 3: '  column: [patient_id, date]', 4: '  rule: unique' }, identity],
  [{ 4: '  rule: one_row_per_patient' }, identity],
  [{ 4: '  rule: patient_exists' }, identity],
  [{ 4: '  rule: patient_refused' }, identity],
  [{ 4: '  rule: opt_out' }, optOut],
  [{ 3: '  column: type_1_opt_out' }, optOut],
  [{ 2: '  contract: opt_outs/national@1' }, optOut],
]

test.each(forbidden)('%j is never permitted', (changes, reason) => {
  const error = refusal(withLines(changes))
  expect([error.errorName, error.exit]).toEqual(['deviation_forbidden', 10])
  expect(error.message).toMatch(/^d\.yaml:4:9: NS-001: .* may never deviate: /)
  expect(error.message).toContain(reason)
})

test('a part of a key that holds the patient is no key of its own', () => {
  const events = contracts.get('core/clinical_events')
  if (events === undefined) throw new Error('no contract')
  const keyed = {
    ...events,
    checks: [{ kind: 'unique', columns: ['patient_id', 'date'] }],
  } as const
  const question = {
    contract: events.id,
    columns: ['date'],
    rule: 'unique',
    kind: 'row_share',
  } as const
  expect(forbiddenReason(question, keyed)).toContain(identity)
  expect(forbiddenReason(question, events)).toBeNull()
})

test('every rule of the registry may deviate, is forbidden, or is said to be a mapping', () => {
  const permitted: RuleName[] = [
    ...(['not_null', 'categorical', 'first_of_month', 'regex', 'closed_range'] as const),
    ...(['general_range', 'date_after', 'no_future_dates', 'unique'] as const),
    // Words of the project file: what a value becomes, and which copies are dropped.
    ...(['unmapped_value', 'identical_duplicate'] as const),
  ]
  for (const [rule, { scope }] of Object.entries(ruleDefinitions)) {
    const question = {
      contract: 'core/patients',
      columns: ['sex'],
      rule,
      kind: 'row_share',
    } as const
    const isForbidden = forbiddenReason(question, null) !== null
    expect([rule, scope, isForbidden]).toEqual([
      rule,
      scope,
      !(permitted as string[]).includes(rule) &&
        !['row_count_change', 'coverage', 'null_share'].includes(rule),
    ])
  }
})

const page = readFileSync(join(repositoryRoot, 'docs/deviations.md'), 'utf8')
const schema = JSON.parse(
  readFileSync(join(repositoryRoot, 'docs/generated/deviations.schema.json'), 'utf8'),
)

test('the page has an example of every kind, which the register and its schema accept', () => {
  const fences = fencesOf(page).flatMap(({ text }) => (text.includes('kind:') ? [text] : []))
  const kinds = new Set<string>()
  for (const fence of fences) {
    const value = parse(fence)
    const whole = Array.isArray(value) ? value[0] : { ...parse(good)[0], ...value }
    if (!Array.isArray(value) && !('ceiling' in value)) delete whole.ceiling
    const register = [whole]
    expect([fence, violations(schema, register)]).toEqual([fence, []])
    expect(read(JSON.stringify(register)).map(({ kind }) => kind)).toEqual([whole.kind])
    kinds.add(whole.kind)
  }
  expect([...kinds].sort()).toEqual([...deviationKinds].sort())
  expect(violations(schema, [{ ...parse(good)[0], kind: 'other' }])).not.toEqual([])
})
