// What a contract file may hold, as the shape of its YAML: keys, words and kinds of values. What
// takes more than one key to judge (bounds that fit the type, columns that exist) is in load-
// contract.ts.
import { z } from 'zod'
import { booleanSchema, nonEmptyTextSchema, numberSchema, textSchema } from './yaml-scalars.ts'

export const columnTypes = [
  'bool',
  'int',
  'float',
  'date',
  'string',
  'snomedct',
  'dmd',
  'ctv3',
  'icd10',
  'opcs4',
  'bnf',
  'icd10_multi',
  'opcs4_multi',
] as const

/** Constraints written as a word; the others take values and are written as a map of one key. */
export const constraintWords = ['not_null', 'unique', 'first_of_month'] as const

/** Names of columns and tables: they become file, folder and SQL names everywhere. */
export const namePattern = /^[a-z][a-z0-9_]{0,62}$/
export const contractIdPattern = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\/[a-z][a-z0-9_]{0,62}$/
export const versionPattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

const columnName = z
  .string()
  .regex(namePattern)
  .meta({ expected: 'a snake_case name of at most 63 letters, digits and _' })

const bound = z.union([z.number(), z.string()]).meta({ expected: 'a number or a date YYYY-MM-DD' })

const constraintMap = z
  .strictObject({
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
  })
  .meta({ maxProperties: 1, minProperties: 1 })

const constraintExpected =
  'not_null, unique, first_of_month, or a map of one of categorical, regex, closed_range, ' +
  'general_range or date_after'

const constraint = z
  .union([z.enum(constraintWords).meta({ expected: constraintExpected }), constraintMap])
  .meta({ expected: constraintExpected })

const column = z.strictObject({
  type: z.enum(columnTypes).meta({ description: 'How the column lands and which form it takes.' }),
  // Prose is not needed to load; `contracts lint` finds where it is missing.
  description: textSchema
    .meta({ description: 'What the column means, for a researcher.' })
    .optional(),
  constraints: z.array(constraint).meta({ expected: 'a list of constraints' }).optional(),
})

const check = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .meta({ expected: 'patient_exists, or {unique: [columns]}' })

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
  rows: z
    .enum(['one_per_patient', 'many_per_patient'])
    .meta({ description: 'Whether a patient may have more than one row.' }),
  columns: z.record(columnName, column).meta({
    description: 'Columns in order. patient_id is implied: first, never null.',
    expected: 'a map of column names to their definitions',
  }),
  checks: z
    .array(check)
    .meta({ description: 'Checks over the whole table.', expected: 'a list of checks' })
    .optional(),
})

export type ContractText = z.output<typeof contractSchema>
export type ConstraintText = NonNullable<ContractText['columns'][string]['constraints']>[number]
