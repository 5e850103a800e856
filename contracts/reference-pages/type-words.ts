// The types of columns in words: what a value is, which form it takes and how it lands in Parquet.
import { codeSystemForms, multiCodeForms } from '../code-systems.ts'
import { columnTypes } from '../contract-schema.ts'
import type { ColumnType, TableContract } from '../table-contract.ts'

export interface TypeWords {
  readonly type: ColumnType
  readonly title: string
  readonly form: string
  readonly parquet: string
}

const text = 'BYTE_ARRAY (STRING)'

const plainTypes: Readonly<Record<string, Omit<TypeWords, 'type'>>> = {
  bool: { title: 'True or false', form: 'true or false', parquet: 'BOOLEAN' },
  int: { title: 'Whole number', form: 'a whole number of at most 64 bits', parquet: 'INT64' },
  float: { title: 'Number', form: 'a number of double precision', parquet: 'DOUBLE' },
  date: { title: 'Date', form: 'a day, without a time', parquet: 'INT32 (DATE)' },
  string: { title: 'Text', form: 'any text', parquet: text },
  nhs_number: {
    title: 'NHS number',
    form: '10 digits, the last of them a check digit; never in a published table',
    parquet: 'none',
  },
}

function wordsOf(type: ColumnType): Omit<TypeWords, 'type'> {
  const plain = plainTypes[type]
  if (plain !== undefined) return plain
  const forms: Readonly<Record<string, { title: string; expected: string }>> = {
    ...codeSystemForms,
    ...multiCodeForms,
  }
  const { title = type, expected: form = '' } = forms[type] ?? {}
  return { title, form, parquet: text }
}

/** Words of every type, in the order of the vocabulary. */
export const typeWords: readonly TypeWords[] = columnTypes.map((type) => ({
  type,
  ...wordsOf(type),
}))

/** The types that any of the contracts has a column of, and how many columns those are. */
export function typeUses(contracts: readonly TableContract[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const { columns } of contracts) {
    for (const { type } of columns) uses.set(type, (uses.get(type) ?? 0) + 1)
  }
  return uses
}
