// A table of the project file becomes a TableMapping: every contract column gets exactly one
// mapping, defaults filled, and options are refused where the type of the column gives them no
// meaning.
import { readCeiling } from '../contracts/ceiling.ts'
import type { Deviation } from '../contracts/deviation.ts'
import type { ColumnMapping, ColumnOrigin, TableMapping } from '../contracts/extract.ts'
import type { Complain } from '../contracts/load-contract.ts'
import { listWords, nearestWord } from '../contracts/nearest-word.ts'
import {
  type ColumnConstraint,
  type ContractColumn,
  type PatientIdType,
  patientIdColumn,
  type TableContract,
} from '../contracts/table-contract.ts'
import type { YamlPath } from '../contracts/yaml-document.ts'
import type { ColumnText, TableText } from './project-schema.ts'
import { readSource } from './read-source.ts'

/** What a bool column reads where the project file says nothing. */
export const defaultBooleans = {
  true: ['true', 'True', 'TRUE', 't', 'T', '1'],
  false: ['false', 'False', 'FALSE', 'f', 'F', '0'],
} as const

export const defaultNulls: readonly string[] = ['']
export const defaultFormats: readonly string[] = ['%Y-%m-%d']

interface TableContext {
  readonly table: TableText
  readonly contract: TableContract
  readonly patientIdType: PatientIdType
  readonly path: YamlPath
  readonly complain: Complain
  /** Entries of the register about the contract, in force or not. */
  readonly deviations: readonly Deviation[]
}

/** Options that mean something for some types only. */
const optionTypes: Readonly<Partial<Record<keyof ColumnText, readonly string[]>>> = {
  format: ['date'],
  pivot: ['date'],
  round: ['date'],
  booleans: ['bool'],
  decimal: ['int', 'float'],
  thousands: ['int', 'float'],
  whole_decimals: ['int'],
}

const fieldOptions = [
  ...(['nulls', 'trim', 'format', 'pivot', 'round', 'values', 'otherwise', 'booleans'] as const),
  ...(['decimal', 'thousands', 'whole_decimals', 'invalid_utf8', 'nul_bytes'] as const),
]

function readOrigin(column: ColumnText, context: TableContext, path: YamlPath): ColumnOrigin {
  const { complain, table } = context
  const given = (['from', 'constant', 'absent'] as const).filter((key) => column[key] !== undefined)
  if (given.length !== 1) {
    complain(path, `${path.at(-1)} has ${given.length === 0 ? 'none' : 'several'} of them`, {
      expected: 'one of from, constant or absent',
    })
  }
  if (column.from !== undefined) {
    const header = table.source.header ?? true
    const place = typeof table.columns[String(path.at(-1))] === 'object' ? [...path, 'from'] : path
    const fields = table.source.fields ?? Number.POSITIVE_INFINITY
    if (!header && !/^[1-9]\d{0,5}$/.test(column.from)) {
      complain(place, `from: "${column.from}"`, {
        expected: 'the number of a field, from 1, as there is no header',
      })
    } else if (!header && Number(column.from) > fields) {
      complain(place, `from: "${column.from}"`, { expected: `a number up to fields: ${fields}` })
    }
    return { kind: 'field', from: column.from }
  }
  for (const option of fieldOptions) {
    if (column.absent === true && column[option] !== undefined) {
      complain(
        [...path, option],
        `${option} on an absent column`,
        { expected: 'no such key' },
        'key',
      )
    }
  }
  if (column.constant !== undefined) return { kind: 'constant', value: column.constant }
  // Of another column that is never null the contract refuses every row: said here, so it is meant.
  if (path.at(-1) === patientIdColumn && column.absent === true) {
    complain([...path, 'absent'], `${patientIdColumn} is absent`, {
      expected: 'from: the field it comes from',
      errorName: 'mapping_invalid',
    })
  }
  return { kind: 'absent' }
}

function checkOptions(column: ColumnText, type: string, path: YamlPath, complain: Complain): void {
  for (const [option, types] of Object.entries(optionTypes)) {
    if (column[option as keyof ColumnText] === undefined || types.includes(type)) continue
    complain(
      [...path, option],
      `${option} on a column of type ${type}`,
      { expected: `a column of type ${listWords(types)}`, errorName: 'mapping_invalid' },
      'key',
    )
  }
  const formats = column.format === undefined ? [] : [column.format].flat()
  for (const [index, format] of formats.entries()) {
    if (format.includes('%')) continue
    const place = typeof column.format === 'string' ? ['format'] : ['format', index]
    complain([...path, ...place], `format: "${format}"`, {
      expected: 'strftime words such as %d/%m/%Y',
    })
  }
  const twoDigits = formats.some((format) => format.replaceAll('%%', '').includes('%y'))
  if (twoDigits && column.pivot === undefined) {
    complain([...path, 'format'], 'a year of two digits (%y) without pivot', {
      expected: 'pivot: the first year that %y can mean, e.g. 1930',
    })
  }
  if (!twoDigits && column.pivot !== undefined) {
    complain([...path, 'pivot'], 'pivot without %y in format', { expected: 'no such key' }, 'key')
  }
  if (column.otherwise !== undefined && column.values === undefined) {
    complain([...path, 'otherwise'], 'otherwise without values', { expected: 'values' }, 'key')
  }
  if (column.thousands !== undefined && column.thousands === (column.decimal ?? '.')) {
    complain([...path, 'thousands'], 'thousands is the decimal separator', {
      expected: 'different ones',
    })
  }
  const { true: trueTexts = defaultBooleans.true, false: falseTexts = defaultBooleans.false } =
    column.booleans ?? {}
  if (trueTexts.some((text) => (falseTexts as readonly string[]).includes(text))) {
    complain([...path, 'booleans'], 'a text that is both true and false', {
      expected: 'each text once (a list left out keeps its defaults)',
    })
  }
}

/** A value map or constant that leads to no category of the contract would refuse its rows. */
function checkCategories(
  column: ColumnText,
  constraints: readonly ColumnConstraint[],
  nulls: readonly string[],
  extra: readonly string[],
  path: YamlPath,
  complain: Complain,
): void {
  const categorical = constraints.find((constraint) => constraint.kind === 'categorical')
  if (categorical === undefined) return
  const categories = [...categorical.values.map(String), ...extra]
  const targets: (readonly [text: string | undefined, path: YamlPath])[] = [
    [column.constant, [...path, 'constant']],
    [column.otherwise, [...path, 'otherwise']],
    ...Object.entries(column.values ?? {}).map(
      ([key, text]) => [text, [...path, 'values', key]] as const,
    ),
  ]
  for (const [text, place] of targets) {
    if (text === undefined || categories.includes(text) || nulls.includes(text)) continue
    complain(place, `"${text}" is no category of ${path.at(-1)}`, {
      expected: listWords(categories),
      suggestion: nearestWord(text, categories),
      errorName: 'mapping_invalid',
    })
  }
}

function readColumn(
  { name, type, constraints }: Pick<ContractColumn, 'name' | 'constraints'> & { type: string },
  context: TableContext,
): ColumnMapping {
  const { table } = context
  const path = [...context.path, 'columns', name]
  const given = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined
  const column: ColumnText = given === undefined ? { absent: true } : asColumn(given)
  const nulls = column.nulls ?? table.nulls ?? defaultNulls
  const extra = context.deviations.flatMap((entry) =>
    entry.columns[0] === name ? entry.values.map(String) : [],
  )
  if (given !== undefined) {
    checkOptions(column, type, path, context.complain)
    checkCategories(column, constraints, nulls, extra, path, context.complain)
  }
  const origin: ColumnOrigin =
    given === undefined ? { kind: 'absent' } : readOrigin(column, context, path)
  return {
    column: name,
    origin,
    nulls,
    trim: column.trim ?? table.trim ?? false,
    formats: column.format === undefined ? defaultFormats : [column.format].flat(),
    pivot: column.pivot ?? null,
    round: column.round ?? null,
    values: column.values ?? null,
    otherwise: column.otherwise ?? null,
    booleans: {
      true: column.booleans?.true ?? defaultBooleans.true,
      false: column.booleans?.false ?? defaultBooleans.false,
    },
    decimal: column.decimal ?? '.',
    thousands: column.thousands ?? null,
    wholeDecimals: column.whole_decimals ?? false,
    invalidUtf8: column.invalid_utf8 ?? table.invalid_utf8 ?? 'reject',
    nulBytes: column.nul_bytes ?? table.nul_bytes ?? 'reject',
    ...(extra.length === 0 ? {} : { extraCategories: extra }),
  }
}

function asColumn(given: string | ColumnText): ColumnText {
  return typeof given === 'string' ? { from: given } : given
}

function checkNames(context: TableContext, columns: readonly ContractColumn[]): void {
  const { table, contract, path, complain, deviations } = context
  const absent = deviations.flatMap(({ kind, columns: own }) =>
    kind === 'column_absent' ? own : [],
  )
  const names = [patientIdColumn, ...columns.map((column) => column.name)]
  for (const name of Object.keys(table.columns)) {
    if (names.includes(name)) continue
    complain(
      [...path, 'columns', name],
      `${contract.id} has no column "${name}"`,
      {
        expected: listWords(names),
        suggestion: nearestWord(name, names),
        errorName: 'mapping_invalid',
      },
      'key',
    )
  }
  const needed = columns
    .filter((column) => column.constraints.some(({ kind }) => kind === 'not_null'))
    .map((column) => column.name)
  for (const name of [patientIdColumn, ...needed]) {
    // Whether the entry is in force is judged on the day of a load: if not, every row is refused.
    if (Object.hasOwn(table.columns, name) || absent.includes(name)) continue
    complain(
      [...path, 'columns'],
      `column ${name} of ${contract.id} is not mapped`,
      {
        expected:
          `${name}: the field it comes from; it is never null` +
          (name === patientIdColumn ? '' : ' ({absent: true} refuses every row)'),
        errorName: 'mapping_invalid',
      },
      'key',
    )
  }
}

/** Reads one validated table; what is wrong goes to `complain` and a usable guess is returned. */
export function readMapping(
  table: TableText,
  contract: TableContract,
  patientIdType: PatientIdType,
  place: { readonly folder: string; readonly where: string; readonly path: YamlPath },
  complain: Complain,
  deviations: readonly Deviation[] = [],
): TableMapping {
  const context: TableContext = {
    ...{ table, contract, patientIdType, path: place.path, complain, deviations },
  }
  checkNames(context, contract.columns)
  const patientId = {
    name: patientIdColumn,
    type: patientIdType,
    constraints: [{ kind: 'not_null' as const }],
  }
  const ceiling = readCeiling(table.reject_ceiling ?? '0')
  const tooHigh =
    ceiling.kind === 'share' ? ceiling.share > 1 : !Number.isSafeInteger(ceiling.count)
  if (tooHigh) {
    complain([...place.path, 'reject_ceiling'], 'reject_ceiling is above all rows', {
      expected: 'at most 100%',
    })
  }
  return {
    table: contract.id,
    source: readSource(table.source, place.folder, [...place.path, 'source'], complain),
    columns: [patientId, ...contract.columns].map((column) => readColumn(column, context)),
    rejectCeiling: ceiling,
    duplicates: table.duplicates ?? 'refuse',
    where: place.where,
  }
}
