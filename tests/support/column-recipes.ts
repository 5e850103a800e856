// Arbitrary columns for generative tests: a type with mapping options and constraints, and fields
// that are nearly right for it, so that both sides of every decision are met.
import fc from 'fast-check'
import type { ColumnMapping } from '../../contracts/extract.ts'
import type { ColumnConstraint, ColumnType } from '../../contracts/table-contract.ts'
import { coarserFormats, dateFormats, dateTexts } from './date-texts.ts'
import { gradedConstraints } from './graded-constraints.ts'

export interface ColumnRecipe {
  readonly type: ColumnType
  readonly mapping: Partial<ColumnMapping>
  readonly constraints: readonly ColumnConstraint[]
  /** Texts near the form of the column. */
  readonly texts: fc.Arbitrary<string>
}

/** Half of the columns have no constraint, so that most rows of most tables can land. */
const subset = (...constraints: ColumnConstraint[]): fc.Arbitrary<ColumnConstraint[]> =>
  fc.oneof(fc.constant<ColumnConstraint[]>([]), fc.shuffledSubarray(constraints))

/** Mostly right texts, and some that are only near. */
const mostly = (right: fc.Arbitrary<string>, near: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: near })

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength })

const near64 = fc
  .tuple(
    fc.constantFrom(0n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 10n ** 9n, 10n ** 18n),
    fc.integer({ min: -3, max: 3 }),
    fc.boolean(),
  )
  .map(([base, offset, negative]) => String((base + BigInt(offset)) * (negative ? -1n : 1n)))

const wholeTexts = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  near64,
  digits(0, 21),
  fc.tuple(fc.constantFrom('', '-', '+'), digits(1, 20)).map((parts) => parts.join('')),
  fc.string({ unit: fc.constantFrom(..."0123,.'- +e"), maxLength: 9 }),
  fc
    .tuple(
      digits(1, 3),
      fc.constantFrom(',', '.', ' ', "'"),
      digits(3, 3),
      fc.constantFrom('', '.0', ',00', '.'),
    )
    .map((parts) => parts.join('')),
)

const intRecipe: fc.Arbitrary<ColumnRecipe> = fc.record({
  type: fc.constant('int' as const),
  mapping: fc.record({
    wholeDecimals: fc.boolean(),
    decimal: fc.constant('.' as const),
    thousands: fc.constantFrom(null, null, ',' as const, ' ' as const, "'" as const),
  }),
  constraints: subset(
    { kind: 'not_null' },
    { kind: 'closed_range', minimum: -7, maximum: 9_000_000_000, step: 2 },
    {
      kind: 'general_range',
      minimum: -4.5,
      maximum: 11,
      includesMinimum: false,
      includesMaximum: false,
    },
    { kind: 'categorical', values: [1, 5, 9, 9_007_199_254_740_991, -3] },
  ),
  texts: fc.constant(mostly(fc.integer({ min: -20, max: 20 }).map(String), wholeTexts)),
})

const floatTexts = fc.oneof(
  fc.double({ noNaN: true }).map(String),
  fc.double({ min: -30, max: 30, noNaN: true }).map((value) => value.toFixed(1)),
  fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits(0, 17),
      fc.constantFrom('', '.', ','),
      digits(0, 17),
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(digits(1, 3), fc.constantFrom('e', 'E', 'e+', 'e-', 'x'), digits(0, 4))
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '1e309',
    '-0',
    '.',
    '-',
    '5e-324',
    '2e-325',
  ),
  wholeTexts,
)

const floatRecipe: fc.Arbitrary<ColumnRecipe> = fc.record({
  type: fc.constant('float' as const),
  mapping: fc.constantFrom<Partial<ColumnMapping>>(
    {},
    { decimal: ',' },
    { thousands: ',' },
    { decimal: ',', thousands: '.' },
  ),
  constraints: subset(
    { kind: 'not_null' },
    { kind: 'closed_range', minimum: -10, maximum: 20, step: 0.5 },
    {
      kind: 'general_range',
      minimum: -1.5,
      maximum: 7,
      includesMinimum: false,
      includesMaximum: true,
    },
  ),
  texts: fc.constant(
    mostly(
      fc.integer({ min: -40, max: 40 }).map((half) => String(half / 2)),
      floatTexts,
    ),
  ),
})

const dateRecipe: fc.Arbitrary<ColumnRecipe> = fc
  .record({
    type: fc.constant('date' as const),
    mapping: fc.record({
      formats: fc.shuffledSubarray(dateFormats, { minLength: 1, maxLength: 3 }),
      coarserFormats: fc.shuffledSubarray(coarserFormats, { maxLength: 2 }),
      pivot: fc.constantFrom(1930, 2000, 1),
      round: fc.constantFrom(null, 'first_of_month' as const),
    }),
    constraints: subset(
      { kind: 'not_null' },
      { kind: 'first_of_month' },
      { kind: 'closed_range', minimum: '1900-01-01', maximum: '2050-12-31', step: 1 },
      {
        kind: 'general_range',
        minimum: '1900-01-01',
        maximum: null,
        includesMinimum: false,
        includesMaximum: true,
      },
      { kind: 'no_future_dates' },
    ),
  })
  .map((recipe) => {
    const { formats, coarserFormats: coarser } = recipe.mapping
    return { ...recipe, texts: dateTexts([...formats, ...coarser]) }
  })

const words = ['male', 'female', 'M', 'F', ' M', 'unknown', 'été', '🙂', '\ufeffM', 'a b', 'E119']
const wordTexts = mostly(
  fc.constantFrom('M', 'F', 'male', 'female'),
  fc.oneof(
    fc.constantFrom(...words),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('\0', 'M', ' '), maxLength: 3 }),
  ),
)

const stringRecipe: fc.Arbitrary<ColumnRecipe> = fc
  .record({
    type: fc.constant('string' as const),
    mapping: fc.record({
      nulBytes: fc.constantFrom('reject' as const, 'empty' as const),
      values: fc.constantFrom(null, { M: 'male', F: 'female', '\ufffd': 'unknown' }),
    }),
    constraints: subset(
      { kind: 'not_null' },
      { kind: 'categorical', values: ['male', 'female', 'unknown'] },
      { kind: 'regex', pattern: '[a-zé]{3,7}' },
    ),
    texts: fc.constant(wordTexts),
  })
  .chain((recipe) => {
    const withOtherwise = { ...recipe, mapping: { ...recipe.mapping, otherwise: 'unknown' } }
    return recipe.mapping.values === null
      ? fc.constant(recipe)
      : fc.constantFrom(recipe, withOtherwise)
  })

const codeTexts = fc.oneof(
  digits(4, 20),
  fc.string({ unit: fc.constantFrom(...'AIX0192.a'), minLength: 2, maxLength: 6 }),
  fc.constantFrom(
    'E119',
    'A01X',
    'A01X2',
    'J849',
    'A012',
    'I80',
    '0212000AAAAAAAA',
    '0212000B0AAABAB',
    '21220000205',
    'XaBcD',
    'Xa...',
  ),
  fc.string({ unit: fc.constantFrom('|', ',', ' ', 'E119', 'J84', 'A01', 'X'), maxLength: 6 }),
  fc
    .tuple(
      fc.constantFrom('0', '1', '2'),
      digits(6, 6),
      fc.string({ unit: fc.constantFrom(...'A0B1'), minLength: 8, maxLength: 8 }),
    )
    .map((parts) => parts.join('')),
)

const codeExamples = {
  nhs_number: ['9990000018', '9990000026', '9990000034', '9990000010', '999 000 0018'],
  snomedct: ['123037004', '999999999999999999', '100000'],
  dmd: ['22480211000001104', '317335000'],
  ctv3: ['XaBcD', 'Xa...', '1374.', '14L2.'],
  icd10: ['E119', 'A01X', 'A01X2', 'I80', 'A0123'],
  opcs4: ['A01', 'Z943'],
  bnf: ['0212000AAAAAAAA', '0212000B0AAABAB', '21220000205'],
  icd10_multi: ['||E119 ,J849 ||I801', 'A01', ',E119,'],
  opcs4_multi: ['||A011 ,Z94||', 'A01 B02'],
} as const

const codeTypes = [
  'nhs_number',
  'snomedct',
  'dmd',
  'ctv3',
  'icd10',
  'opcs4',
  'bnf',
  'icd10_multi',
  'opcs4_multi',
] as const

const codeRecipe: fc.Arbitrary<ColumnRecipe> = fc
  .record({
    type: fc.constantFrom(...codeTypes),
    mapping: fc.constant({}),
    constraints: subset({ kind: 'not_null' }),
  })
  .map((recipe) => ({
    ...recipe,
    texts: mostly(fc.constantFrom(...codeExamples[recipe.type]), codeTexts),
  }))

/** Codes past 2^53 as tools leave them that read numbers as doubles, with fewer and fewer digits. */
const roundedCodes = fc
  .tuple(fc.bigInt({ min: 10n ** 15n, max: 10n ** 18n - 1n }), fc.integer({ min: 14, max: 18 }))
  .map(([code, digits]) => {
    const [mantissa = '', exponent = ''] = Number(code)
      .toExponential(digits - 1)
      .split('e')
    return mantissa.replace('.', '').padEnd(Number(exponent) + 1, '0')
  })

const checkedCodeRecipe: fc.Arbitrary<ColumnRecipe> = fc
  .record({
    type: fc.constantFrom('snomedct' as const, 'dmd' as const),
    mapping: fc.constant({}),
    constraints: subset({ kind: 'check_digit' }, { kind: 'not_null' }),
  })
  .map((recipe) => ({
    ...recipe,
    texts: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('73211009', '22480211000001104', '317335000') },
      { weight: 1, arbitrary: digits(6, 18) },
      { weight: 1, arbitrary: roundedCodes },
      { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 53n - 4n, max: 2n ** 53n + 9n }).map(String) },
    ),
  }))

const boolRecipe: fc.Arbitrary<ColumnRecipe> = fc.record({
  type: fc.constant('bool' as const),
  mapping: fc.constantFrom<Partial<ColumnMapping>>(
    { booleans: { true: ['true', '1', 'Y'], false: ['false', '0', 'N', 'é'] } },
    { values: { '1': 'true', '0': 'false' } },
  ),
  constraints: subset({ kind: 'not_null' }),
  texts: fc.constant(fc.constantFrom('true', 'false', '1', '0', 'Y', 'N', 'é', 'TRUE', 'y', '01')),
})

/** Columns whose texts are mapped before their type is read. */
const mappedRecipe: fc.Arbitrary<ColumnRecipe> = fc.constantFrom<ColumnRecipe>(
  {
    type: 'int',
    mapping: { values: { M: '1', F: '-9223372036854775808', x: '007' } },
    constraints: [{ kind: 'not_null' }],
    texts: wordTexts,
  },
  {
    type: 'float',
    mapping: { values: { M: '1.5', F: '-0' }, otherwise: '1e22' },
    constraints: [],
    texts: wordTexts,
  },
  {
    type: 'date',
    mapping: {
      values: { M: '2020-02-29', F: '0001-01-01' },
      round: 'first_of_month',
      formats: ['%Y-%m-%d'],
    },
    constraints: [],
    texts: wordTexts,
  },
)

const nullLists = [[''], [], ['', 'NULL'], ['M', '0'], ['2000-01-01', '31/12/9999', ''], ['é', '1']]

export const columnRecipes: fc.Arbitrary<ColumnRecipe> = fc
  .tuple(
    fc.oneof(
      intRecipe,
      floatRecipe,
      dateRecipe,
      dateRecipe,
      stringRecipe,
      codeRecipe,
      checkedCodeRecipe,
      boolRecipe,
      mappedRecipe,
    ),
    fc.constantFrom(...nullLists),
    fc.boolean(),
    fc.constantFrom('reject' as const, 'reject' as const, 'replace' as const),
  )
  .chain(([recipe, nulls, trim, invalidUtf8]) => {
    const mapping = { ...recipe.mapping, nulls, trim, invalidUtf8 }
    return fc
      .tuple(gradedConstraints(recipe.constraints), originsFor(recipe))
      .map(([constraints, origin]) => ({
        ...recipe,
        constraints,
        mapping: { ...mapping, ...origin },
      }))
  })

/** Mostly a field; now and then a constant near the form of the column, or nothing at all. */
function originsFor({ texts }: ColumnRecipe): fc.Arbitrary<Partial<ColumnMapping>> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ origin: { kind: 'absent' as const } }) },
    {
      weight: 1,
      arbitrary: texts.map((value) => ({ origin: { kind: 'constant' as const, value } })),
    },
  )
}

/** Does the column read a field of the rows? */
export const readsField = ({ mapping }: ColumnRecipe): boolean =>
  mapping.origin === undefined || mapping.origin.kind === 'field'

const encoder = new TextEncoder()

/** Fields for a recipe: near texts, null tokens, blanks around them, and any bytes. */
export function fieldsFor(recipe: ColumnRecipe): fc.Arbitrary<Uint8Array> {
  const texts = fc.oneof(
    { weight: 10, arbitrary: recipe.texts },
    { weight: 2, arbitrary: fc.constantFrom('', ...(recipe.mapping.nulls ?? [])) },
  )
  const blank = fc.oneof(
    { weight: 5, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(' ', '\t', '  ') },
  )
  const near = fc.tuple(blank, texts, blank).map((parts) => encoder.encode(parts.join('')))
  return fc.oneof(
    { weight: 30, arbitrary: near },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(near, fc.constantFrom(0, 0x80, 0xc3, 0xff))
        .map(([bytes, byte]) => Uint8Array.from([...bytes, byte])),
    },
  )
}
