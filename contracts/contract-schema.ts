// What a contract file may hold, as the shape of its YAML: keys, words and kinds of values. What
// takes more than one key to judge (bounds that fit the type, columns that exist) is in load-
// contract.ts.
import * as z from 'zod'
import { severities } from './table-contract.ts'
import { booleanSchema, nonEmptyTextSchema, numberSchema, textSchema } from './yaml-scalars.ts'

export const columnTypes = [
  'bool',
  'int',
  'float',
  'date',
  'string',
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

/** Constraints written as a word, or as `{word: true}`; the others take values. */
export const constraintWords = [
  'not_null',
  'unique',
  'first_of_month',
  'check_digit',
  'no_future_dates',
] as const

/** A share of rows in per cent, such as 0.5%. */
export const sharePattern = /^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/
/** A month, YYYY-MM. */
export const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/

/** Names of columns and tables: they become file, folder and SQL names everywhere. */
export const namePattern = /^[a-z][a-z0-9_]{0,62}$/
export const contractIdPattern = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\/[a-z][a-z0-9_]{0,62}$/
export const versionPattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

const columnName = z
  .string()
  .regex(namePattern)
  .meta({ expected: 'a snake_case name of at most 63 letters, digits and _' })

const bound = z.union([z.number(), z.string()]).meta({ expected: 'a number or a date YYYY-MM-DD' })

const flag = booleanSchema
  .refine((value) => value, 'true, or nothing at all')
  .meta({ expected: 'true' })
  .optional()

// In YAML a bare null is no text.
const severity = z
  .union([z.enum(severities), z.null().transform(() => 'null' as const)])
  .meta({ description: 'What happens to a row that fails. Default reject.' })
  .optional()

const constraintMap = z
  .strictObject({
    not_null: flag,
    unique: flag,
    first_of_month: flag,
    check_digit: flag,
    no_future_dates: flag,
    categorical: z
      .array(z.union([z.string(), z.number()]).meta({ expected: 'text or a whole number' }))
      .min(1)
      .meta({ description: 'Every value is one of these.', expected: 'a list of values' })
      .optional(),
    regex: nonEmptyTextSchema
      .meta({ description: 'The whole text matches this pattern.', expected: 'a pattern' })
      .optional(),
    closed_range: z
      .strictObject({
        minimum: bound,
        maximum: bound,
        step: numberSchema.optional(),
      })
      .meta({ expected: 'minimum and maximum, and step where it is not 1' })
      .optional(),
    general_range: z
      .strictObject({
        minimum: bound.nullish(),
        maximum: bound.nullish(),
        includes_minimum: booleanSchema.optional(),
        includes_maximum: booleanSchema.optional(),
      })
      .meta({ expected: 'minimum or maximum or both' })
      .optional(),
    date_after: z
      .array(columnName)
      .min(1)
      .meta({
        description: 'Not before any of these date columns of the same row.',
        expected: 'a list of date columns',
      })
      .optional(),
    severity,
  })
  .meta({ maxProperties: 2, minProperties: 1 })

const constraintExpected =
  `${constraintWords.join(', ')}, or a map of one of categorical, regex, closed_range, ` +
  'general_range or date_after'

const dummyConstraint = z
  .union([
    z.enum(constraintWords),
    constraintMap.omit({ categorical: true, severity: true }).extend({
      categorical: z
        .array(z.union([z.string(), z.number(), z.null()]))
        .min(1)
        .optional(),
    }),
  ])
  .meta({ expected: constraintExpected })

const constraint = z
  .union([z.enum(constraintWords).meta({ expected: constraintExpected }), constraintMap])
  .meta({ expected: constraintExpected })

const column = z.strictObject({
  type: z
    .enum(columnTypes)
    .meta({
      description: 'How the column lands and which form it takes; that of the extended column.',
    })
    .optional(),
  // Prose is not needed to load; `contracts lint` finds where it is missing.
  description: textSchema
    .meta({ description: 'What the column means, for a researcher.' })
    .optional(),
  constraints: z.array(constraint).meta({ expected: 'a list of constraints' }).optional(),
  check_digit: booleanSchema
    .meta({ description: 'The check digit of SNOMED CT and dm+d codes must be right, too.' })
    .optional(),
  dummy: z
    .array(dummyConstraint)
    .meta({
      description: 'Steers dummy extracts; never asked of data.',
      expected: 'a list of constraints',
    })
    .optional(),
})

const check = z.union([z.string(), z.record(z.string(), z.unknown())]).meta({
  expected: 'patient_exists, or a map of one of unique, row_count_change, coverage or null_share',
})

export const contractSchema = z.strictObject({
  contract: z.string().regex(contractIdPattern).meta({
    description: 'namespace/table, as folder and file name.',
    expected: 'namespace/table',
  }),
  version: textSchema
    .pipe(z.string().regex(versionPattern))
    .meta({ description: 'Semantic version.', expected: 'a version such as 1.0.0' }),
  title: textSchema
    .meta({ description: 'Name of the table for people.', expected: 'text' })
    .optional(),
  description: textSchema
    .meta({ description: 'What a row of the table is.', expected: 'text' })
    .optional(),
  extends: z
    .string()
    .regex(contractIdPattern)
    .meta({
      description: 'A contract whose columns and checks this one has, too, and adds to or narrows.',
      expected: 'namespace/table',
    })
    .optional(),
  rows: z
    .enum(['one_per_patient', 'many_per_patient'])
    .meta({ description: 'Whether a patient may have more than one row.' })
    .optional(),
  columns: z
    .record(columnName, column)
    .meta({
      description: 'Columns in order. patient_id is implied: first, never null.',
      expected: 'a map of column names to their definitions',
    })
    .optional(),
  checks: z
    .array(check)
    .meta({ description: 'Checks over the whole table.', expected: 'a list of checks' })
    .optional(),
})

export type ContractText = z.output<typeof contractSchema>
export type ColumnText = NonNullable<ContractText['columns']>[string]
export type ConstraintText = NonNullable<ColumnText['constraints']>[number]
export type DummyText = NonNullable<ColumnText['dummy']>[number]
