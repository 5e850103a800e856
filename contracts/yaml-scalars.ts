// The scalars that YAML files of ours are made of, as zod schemas: text that may have been
// written as a number, numbers that may have come out of a reference as text. Used by contracts
// and project file.
import * as z from 'zod'

/** Text; an unquoted number, true or false is the text that was written. */
export const textSchema = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .meta({ expected: 'text' })

export const nonEmptyTextSchema = z
  .union([z.string().min(1), z.number(), z.boolean()])
  .transform(String)
  .meta({ expected: 'text that is not empty' })

/** A path: `~` would name a folder of that name, for only shells resolve it. */
export const pathSchema = nonEmptyTextSchema
  .refine((text) => !/^~($|\/)/.test(text), 'the path in full, for ~ is not resolved here')
  .meta({ expected: 'text that is not empty' })

const readNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value)
    ? Number(value)
    : value

const readBoolean = (value: unknown): unknown =>
  typeof value === 'string' && /^(true|True|TRUE|false|False|FALSE)$/.test(value)
    ? value.toLowerCase() === 'true'
    : value

/** A whole number of at least `minimum`, within what JavaScript counts exactly. */
export const wholeNumberSchema = (minimum: number) =>
  z
    .preprocess(readNumber, z.number().int().min(minimum))
    .meta({ expected: `a whole number of at least ${minimum}` })

export const numberSchema = z.preprocess(readNumber, z.number()).meta({ expected: 'a number' })

export const booleanSchema = z
  .preprocess(readBoolean, z.boolean())
  .meta({ expected: 'true or false' })

/** A JSON Schema (draft 2020-12) of what may be written, for editors. */
export function jsonSchemaOf(schema: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      const expected = jsonSchema['expected']
      delete jsonSchema['expected']
      if (typeof expected === 'string') jsonSchema.description ??= `Expected: ${expected}.`
    },
  })
  return { $schema, title, ...rest }
}
