// Random contracts for generative tests: every type, constraint, severity, check and steering of
// dummy data, with prose and values that are awkward to quote.
import fc from 'fast-check'
import { columnTypes } from '../../contracts/contract-schema.ts'
import type {
  ColumnConstraint,
  ColumnType,
  ContractColumn,
  DummyConstraint,
  Severity,
  TableCheck,
  TableContract,
} from '../../contracts/table-contract.ts'

const reserved = ['select', 'table', 'order', 'group', 'user', 'date', 'key', 'end', 'null', 'yes']
const readerColumns = ['patient_id', 'filename', 'file_row_number', 'file_index']

const name = fc
  .oneof(
    fc.constantFrom(...reserved),
    fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/),
    fc.stringMatching(/^[a-z][a-z0-9_]{62}$/),
  )
  .filter((text) => !readerColumns.includes(text))

const awkward = fc.constantFrom(
  ...["it's", '"quoted"', '`', 'null', '~', 'true', 'Yes', '01', '1e3', '1.50', '0x1F', '-', '- a'],
  ...['a: b', '#c', 'a #b', '%', '@', '&x', '*x', '!!str', '{a}', '[b]', '|', '>', '?', ': ', ', '],
  ...['line\nbreak', 'cr\rlf\r\n', '\ttab', '  spaces  inside ', 'trailing ', '\u0000', '\u0085'],
  ...[
    '\u2028',
    '\ufeff',
    '\ud800',
    '🩺',
    'Zoë',
    'שלום',
    '--',
    '*/',
    '{{ ref() }}',
    '{% raw %}',
    '\\',
  ],
  ...['2020-01-01', '<<', '=', '...', '---', '$&', "N'x'", ']]', 'a\n\n b\n', '\u001b[31m', '%%'],
)

/** Text of any characters, long and short. */
export const awkwardText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: awkward },
  fc.string({ maxLength: 30, unit: 'binary' }),
  fc.array(fc.oneof(fc.lorem({ maxCount: 6 }), awkward), { maxLength: 12 }).map((w) => w.join(' ')),
)

const prose = awkwardText.map((text) => text.trim())
const isoDate = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const month = isoDate.map((date) => date.slice(0, 7))
const share = fc
  .oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.double({ min: 0, max: 99.9, noNaN: true }).map((value) => Number(value.toFixed(5))),
  )
  .map((percent) => percent / 100)

const safeInteger = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0)

const boundOf = (type: ColumnType): fc.Arbitrary<number | string> =>
  type === 'date' ? isoDate : type === 'int' ? safeInteger : finite

const ordered = <Value extends number | string>(arbitrary: fc.Arbitrary<Value>) =>
  fc
    .tuple(arbitrary, arbitrary)
    .filter(([left, right]) => left !== right)
    .map(([left, right]) => (left < right ? [left, right] : [right, left]) as [Value, Value])

type Rule = DummyConstraint | ColumnConstraint

function ranges(type: ColumnType): fc.Arbitrary<Rule>[] {
  const pair = ordered(boundOf(type))
  const step =
    type === 'date'
      ? fc.constant(1)
      : fc.oneof(
          fc.constantFrom(1, 2, 5),
          fc.constantFrom(...(type === 'float' ? [0.1, 2.5] : [7])),
        )
  const closed = fc
    .tuple(pair, step)
    .map(([[minimum, maximum], by]): Rule => ({ kind: 'closed_range', minimum, maximum, step: by }))
  const general = fc
    .tuple(pair, fc.constantFrom('low', 'high', 'both'), fc.boolean(), fc.boolean())
    .map(
      ([[low, high], which, includesMinimum, includesMaximum]): Rule => ({
        kind: 'general_range',
        minimum: which === 'high' ? null : low,
        maximum: which === 'low' ? null : high,
        includesMinimum,
        includesMaximum,
      }),
    )
  return [closed, general]
}

const patterns = fc.constantFrom(
  ...['[A-Z]{2}[0-9]{3}', 'a|b', "it's", '[^"\\\\]+', '\\d{4}-\\d{2}', '(?:x|y)z?', '.*', '"'],
  ...['[\\p{L}]{1,5}', '01', 'é+', '\\$\\{x\\}', '#', 'null', '[a-z]{1,40}[0-9]?', 'A\\.B'],
)

function rulesFor(type: ColumnType, dates: readonly string[]): fc.Arbitrary<Rule>[] {
  const word = (kind: 'not_null' | 'unique'): fc.Arbitrary<Rule> => fc.constant({ kind })
  const common = [word('not_null'), word('unique')]
  const values = (arbitrary: fc.Arbitrary<string | number>) =>
    fc
      .uniqueArray(arbitrary, { minLength: 1, maxLength: 6 })
      .map((list): Rule => ({ kind: 'categorical', values: list }))
  if (type === 'bool') return common
  if (type === 'int') return [...common, ...ranges(type), values(safeInteger)]
  if (type === 'float') return [...common, ...ranges(type)]
  if (type === 'date') {
    const after = fc
      .subarray([...dates], { minLength: Math.min(1, dates.length) })
      .map((columns): Rule => ({ kind: 'date_after', columns }))
    const own: fc.Arbitrary<Rule>[] = [
      fc.constant({ kind: 'first_of_month' }),
      fc.constant({ kind: 'no_future_dates' }),
    ]
    return [...common, ...own, ...ranges(type), ...(dates.length === 0 ? [] : [after])]
  }
  const pattern = patterns.map((text): Rule => ({ kind: 'regex', pattern: text }))
  const digit: fc.Arbitrary<Rule>[] =
    type === 'snomedct' || type === 'dmd' ? [fc.constant({ kind: 'check_digit' })] : []
  return [...common, values(awkwardText), pattern, ...digit]
}

const oneOfEachKind = (rules: fc.Arbitrary<Rule>[]): fc.Arbitrary<Rule[]> =>
  fc.uniqueArray(fc.oneof(...rules), { selector: ({ kind }) => kind, maxLength: 4 })

function graded(rule: Rule, severity: Severity, isNeverNull: boolean): ColumnConstraint {
  const cannotNull = isNeverNull || rule.kind === 'not_null' || rule.kind === 'unique'
  const isPlain = severity === 'reject' || (severity === 'null' && cannotNull)
  return (isPlain ? rule : { ...rule, severity }) as ColumnConstraint
}

function column(name: string, type: ColumnType, dates: readonly string[]) {
  const dummyCategories = fc.array(fc.oneof(awkwardText, fc.integer(), finite, fc.constant(null)), {
    minLength: 1,
    maxLength: 4,
  })
  const dummy = oneOfEachKind(rulesFor(type, dates)).chain((rules) =>
    dummyCategories.map((values) =>
      rules.map((rule) => (rule.kind === 'categorical' ? { ...rule, values } : rule)),
    ),
  )
  const severity = fc.constantFrom('reject', 'reject', 'null', 'warn', 'refuse')
  return fc
    .record({
      description: prose,
      rules: oneOfEachKind(rulesFor(type, dates)),
      severities: fc.array(severity, { minLength: 4, maxLength: 4 }),
      dummy: fc.option(dummy, { nil: undefined }),
    })
    .map(({ description, rules, severities, dummy }): ContractColumn => {
      const isNeverNull = rules.some(({ kind }) => kind === 'not_null')
      const constraints = rules.map((rule, index) =>
        graded(rule, (severities[index] ?? 'reject') as Severity, isNeverNull),
      )
      return {
        ...{ name, type, description, constraints },
        ...(dummy === undefined ? {} : { dummy: dummy as DummyConstraint[] }),
      }
    })
}

function checksFor(table: string, names: readonly string[], dates: readonly string[]) {
  const checks: fc.Arbitrary<TableCheck>[] = [
    fc
      .subarray(['patient_id', ...names], { minLength: 1 })
      .map((columns) => ({ kind: 'unique', columns })),
    fc
      .tuple(share, share, fc.constantFrom('both', 'up', 'down'))
      .map(([increase, decrease, which]) => ({
        kind: 'row_count_change',
        increase: which === 'down' ? null : increase,
        decrease: which === 'up' ? null : decrease,
      })),
    fc
      .tuple(fc.constantFrom(...names), share)
      .map(([column, max]) => ({ kind: 'null_share', column, max })),
  ]
  if (table !== 'patients') checks.push(fc.constant({ kind: 'patient_exists' }))
  if (dates.length > 0) {
    const coverage = fc.tuple(fc.constantFrom(...dates), ordered(month), fc.boolean())
    checks.push(
      coverage.map(([column, [first, last], open]) => ({
        ...{ kind: 'coverage', column, first, last: open ? null : last },
      })),
    )
  }
  const severity = fc.constantFrom('usual', 'warn', 'refuse')
  const gradedCheck = fc.tuple(fc.oneof(...checks), severity).map(([check, grade]) => {
    const ofRows = check.kind === 'patient_exists' || check.kind === 'unique'
    const isUsual = grade === 'usual' || (grade === 'refuse' && !ofRows)
    return (isUsual ? check : { ...check, severity: grade }) as TableCheck
  })
  return fc.uniqueArray(gradedCheck, {
    selector: ({ severity: _, ...rule }) => JSON.stringify(rule),
    maxLength: 5,
  })
}

/** A contract as the loader would give it, but for its digest, which is empty. */
export const contractArbitrary: fc.Arbitrary<TableContract> = fc
  .tuple(
    fc.constantFrom('own', 'raw.own', 'tpp'),
    fc.oneof(fc.constant('patients'), name),
    fc.uniqueArray(fc.tuple(name, fc.constantFrom(...columnTypes)), {
      selector: ([text]) => text,
      minLength: 1,
      maxLength: 6,
    }),
  )
  .chain(([namespace, table, columns]) => {
    const dates = columns.filter(([, type]) => type === 'date').map(([text]) => text)
    const names = columns.map(([text]) => text)
    return fc.record({
      namespace: fc.constant(namespace),
      table: fc.constant(table),
      id: fc.constant(`${namespace}/${table}`),
      version: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.')),
      title: awkwardText,
      description: prose,
      rows: fc.constantFrom('one_per_patient' as const, 'many_per_patient' as const),
      extends: fc.constantFrom(null, null, 'core/base'),
      columns: fc.tuple(
        ...columns.map(([text, type]) =>
          column(
            text,
            type,
            dates.filter((other) => other !== text),
          ),
        ),
      ),
      checks: checksFor(table, names, dates),
      digest: fc.constant(''),
    })
  })
