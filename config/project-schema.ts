// What a project file may hold, as the shape of its YAML: keys, words and kinds of values, with the
// descriptions that editors show. What takes the contract to judge is in read-mapping.ts.
import * as z from 'zod'
import {
  booleanSchema,
  nonEmptyTextSchema,
  pathSchema,
  textSchema,
  wholeNumberSchema,
} from '../contracts/yaml-scalars.ts'

const textList = z.array(textSchema).meta({ expected: 'a list of texts' })

/** One ASCII character: the scanner compares single bytes. */
const characterSchema = textSchema
  .pipe(z.string().regex(/^[\x01-\x7f]$/))
  .meta({ expected: 'one ASCII character' })

const characterOrNone = textSchema
  .pipe(z.string().regex(/^([\x01-\x7f]|none)$/))
  .meta({ expected: 'one ASCII character, or none' })

const sha256Text = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/)
  .meta({ expected: 'a SHA-256 of 64 hexadecimal digits' })

const controlSchema = z
  .strictObject({
    rows: wholeNumberSchema(0).optional(),
    sha256: z
      .union([sha256Text, z.record(z.string(), sha256Text)])
      .meta({ expected: 'a SHA-256 of 64 hexadecimal digits, or a map of file names to them' })
      .optional(),
  })
  .meta({ description: 'Totals the sender gives; a disagreement refuses publication.' })

const sourceSchema = z.strictObject({
  csv: z.union([pathSchema, z.array(pathSchema).min(1)]).meta({
    description: 'Files of the extract; relative paths start at the project file. .gz too.',
    expected: 'a file, a glob such as extracts/patients_*.csv, or a list of them',
  }),
  delimiter: textSchema
    .pipe(z.string().min(1))
    .meta({
      description: 'Default ",". May be several bytes.',
      expected: 'text such as "," or "\\t"',
    })
    .optional(),
  quote: characterOrNone.meta({ description: "Default '\"'; none: no quoting." }).optional(),
  escape: characterOrNone
    .meta({ description: 'Default: the quote doubled; or a character such as a backslash.' })
    .optional(),
  newline: textSchema
    .pipe(z.string().min(1))
    .meta({
      description: 'Default auto: LF, CRLF, CR and mixtures; or the exact row terminator.',
      expected: 'auto, or the exact row terminator in double quotes',
    })
    .optional(),
  header: booleanSchema
    .meta({ description: 'Default true. false: `from` is the 1-based number of the field.' })
    .optional(),
  fields: wholeNumberSchema(1)
    .meta({ description: 'Fields of each record where there is no header.' })
    .optional(),
  comment: characterSchema
    .meta({ description: 'Lines that open with this character are skipped and counted.' })
    .optional(),
  skip_lines: wholeNumberSchema(0)
    .meta({ description: 'Lines above the header that are not data. Default 0.' })
    .optional(),
  encoding: textSchema.meta({ description: 'utf-8.' }).optional(),
  final_newline: z
    .enum(['report', 'required'])
    .meta({ description: 'What a missing line end at the end of a file means. Default report.' })
    .optional(),
  control: controlSchema.optional(),
})

const utf8Word = z
  .enum(['reject', 'replace'])
  .meta({ description: 'Fields that are not UTF-8: refused (default), or U+FFFD, counted.' })
const nulWord = z
  .enum(['reject', 'empty'])
  .meta({ description: 'NUL bytes: refused (default), or a field of one NUL is the empty text.' })
const nullTexts = textList.meta({ description: 'Texts that mean null. Default: the empty field.' })

const columnSchema = z.strictObject({
  from: nonEmptyTextSchema
    .meta({ description: 'Header name, or number where there is no header.' })
    .optional(),
  constant: textSchema.meta({ description: 'The same text in every row.' }).optional(),
  absent: z
    .literal(true)
    .meta({
      description:
        'The extract does not have it: null in every row, which refuses every row where the ' +
        'contract says never null.',
    })
    .optional(),
  nulls: nullTexts.optional(),
  trim: booleanSchema.meta({ description: 'Removes spaces and TABs at both ends.' }).optional(),
  format: z
    .union([nonEmptyTextSchema, z.array(nonEmptyTextSchema).min(1)])
    .meta({
      description: 'Date format in strftime words, or several tried in order. Default %Y-%m-%d.',
      expected: 'a format such as "%d/%m/%Y", or a list of them',
    })
    .optional(),
  pivot: wholeNumberSchema(1)
    .meta({ description: 'First year of the hundred that %y can mean, e.g. 1930.' })
    .optional(),
  round: z
    .literal('first_of_month')
    .meta({ description: 'Rounds a date down to the first of its month.' })
    .optional(),
  values: z
    .record(z.string(), textSchema)
    .meta({
      description: 'Texts of the extract and what they become.',
      expected: 'a map such as {M: male, F: female}',
    })
    .optional(),
  otherwise: textSchema.meta({ description: 'What unmapped non-null texts become.' }).optional(),
  booleans: z
    .strictObject({ true: textList.optional(), false: textList.optional() })
    .meta({ expected: 'a map such as {true: [Y], false: [N]}' })
    .optional(),
  decimal: z.enum(['.', ',']).meta({ description: 'Decimal separator. Default "."' }).optional(),
  thousands: z
    .enum([',', '.', ' ', "'"])
    .meta({ description: 'Thousands separator. Default: none allowed.' })
    .optional(),
  whole_decimals: booleanSchema.meta({ description: '54.0 is the whole number 54.' }).optional(),
  invalid_utf8: utf8Word.optional(),
  nul_bytes: nulWord.optional(),
})

const columnOrName = z
  .union([nonEmptyTextSchema, columnSchema])
  .meta({ expected: 'the name of a field, or a map with from, constant or absent' })

const tableSchema = z.strictObject({
  source: sourceSchema,
  nulls: nullTexts.optional(),
  trim: booleanSchema.optional(),
  columns: z
    .record(z.string(), columnOrName)
    .meta({ expected: 'a map of contract columns to fields of the extract' }),
  reject_ceiling: textSchema
    .pipe(z.string().regex(/^(\d+|\d+(\.\d+)? ?%)$/))
    .meta({
      description: 'Rows that may be refused before the table fails. Default 0.',
      expected: 'a count such as 10, or a share such as 0.1%',
    })
    .optional(),
  duplicates: z
    .enum(['refuse', 'keep_identical'])
    .meta({ description: 'keep_identical: of rows equal in every column the first is kept.' })
    .optional(),
  invalid_utf8: utf8Word.optional(),
  nul_bytes: nulWord.optional(),
})

export const projectSchema = z.strictObject({
  backend: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/)
    .meta({ description: 'Name of this backend.', expected: 'a snake_case name' }),
  lake: pathSchema.meta({ description: 'Folder of the published tables.' }),
  contracts: z.array(pathSchema).min(1).meta({
    description: 'Namespaces this backend implements, or paths to folders of its own contracts.',
    expected: 'a list of namespaces or paths',
  }),
  patient_id: z
    .enum(['int', 'string'])
    .meta({ description: 'Type of patient_id, the same in all tables.' }),
  tables: z
    .record(z.string(), tableSchema)
    .meta({ expected: 'a map of contracts such as core/patients to their extracts' }),
  deviations: pathSchema
    .meta({
      description: 'The register of deviations from the contracts, such as deviations.yaml.',
    })
    .optional(),
  compression: z
    .enum(['snappy', 'zstd', 'uncompressed'])
    .meta({ description: 'Of the Parquet files. Default snappy.' })
    .optional(),
  dictionary: z
    .enum(['auto', 'off'])
    .meta({ description: 'off: plain pages, for readers without dictionaries. Default auto.' })
    .optional(),
})

export type ProjectText = z.output<typeof projectSchema>
export type TableText = ProjectText['tables'][string]
export type SourceText = TableText['source']
export type ColumnText = z.output<typeof columnSchema>
