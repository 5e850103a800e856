// What the register of deviations may hold, as the shape of its YAML. What takes more than one key,
// or the contract, to judge is in read-deviations.ts.
import * as z from 'zod'
import { contractIdPattern, monthPattern } from './contract-schema.ts'
import { deviationKinds, deviationStatuses } from './deviation.ts'
import { isIsoDate } from './iso-date.ts'
import { nonEmptyTextSchema, textSchema } from './yaml-scalars.ts'

/** `core/clinical_events@1`. */
export const agreedContractPattern = new RegExp(
  `${contractIdPattern.source.replace(/\$$/, '')}@(0|[1-9]\\d{0,5})$`,
)

const prose = (description: string) => nonEmptyTextSchema.meta({ description })

const day = z
  .string()
  .refine(isIsoDate, 'a date YYYY-MM-DD')
  .meta({ expected: 'a date YYYY-MM-DD', pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

const month = z.string().regex(monthPattern).meta({ expected: 'a month YYYY-MM' })

const bound = z.union([z.number(), z.string()]).meta({ expected: 'a number or a date YYYY-MM-DD' })

const columnName = nonEmptyTextSchema

const entrySchema = z.strictObject({
  id: textSchema
    .pipe(z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/))
    .meta({ description: 'Never used again.', expected: 'an id such as NS-001' }),
  contract: z.string().regex(agreedContractPattern).meta({
    description: 'The contract and the major version that the entry was agreed for.',
    expected: 'namespace/table@major, such as core/clinical_events@1',
  }),
  column: z.union([columnName, z.array(columnName).min(1)]).meta({
    description: 'The column; for unique all columns of the key.',
    expected: 'the name of a column, or a list of them',
  }),
  rule: nonEmptyTextSchema.meta({
    description: 'The rule that the data does not meet.',
    expected: 'the name of a rule, such as closed_range',
  }),
  kind: z.enum(deviationKinds).meta({ description: 'How the data deviates.' }),
  ceiling: textSchema
    .pipe(z.string().regex(/^(\d{1,12}|(100(\.0+)?|\d{1,2}(\.\d+)?) ?%)$/))
    .meta({
      description: 'Rows that may use the entry: above it, it is not in force.',
      expected: 'a share of the rows such as 0.5%, or a count such as 25',
    })
    .optional(),
  values: z
    .array(z.union([z.string(), z.number()]).meta({ expected: 'text or a whole number' }))
    .min(1)
    .meta({ description: 'extra_category: the other values.', expected: 'a list of values' })
    .optional(),
  minimum: bound.optional(),
  maximum: bound.optional(),
  granularity: z
    .enum(['month', 'year'])
    .meta({ description: 'coarser_date: how much of the date is known.' })
    .optional(),
  formats: z
    .array(nonEmptyTextSchema)
    .min(1)
    .meta({
      description: 'coarser_date: how it is written. Default %Y-%m for month, %Y for year.',
      expected: 'a list of formats such as "%Y-%m"',
    })
    .optional(),
  first: month.meta({ description: 'late_coverage: first month of the data.' }).optional(),
  last: month.meta({ description: 'late_coverage: last month of the data.' }).optional(),
  // In YAML a bare null is no text.
  // biome-ignore lint/suspicious/noThenProperty: the word of the register; nobody awaits a schema.
  then: z
    .union([z.literal('null'), z.null().transform(() => 'null' as const)])
    .meta({
      description: 'row_share: failing values become null instead of passing.',
      expected: 'null',
    })
    .optional(),
  reason: prose('Why the data deviates.'),
  public_wording: prose('What researchers are told.'),
  requested_by: prose('Who asked.'),
  approved_by: prose('Who approved; not who asked.').optional(),
  approved_on: day.meta({ description: 'From this day on the entry holds.' }).optional(),
  expires: day.meta({ description: 'The last day on which the entry holds.' }),
  status: z.enum(deviationStatuses),
})

export const registerSchema = z.array(entrySchema).meta({ expected: 'a list of entries' })

export type DeviationText = z.output<typeof entrySchema>
