// The rows of dummy extracts as lines of CSV. A text is quoted where it must be; a byte that is no
// UTF-8 has a place-holder until the line becomes bytes.
import type { ColumnType, TableContract } from '../table-contract.ts'
import { isoDay } from './calendar-days.ts'
import type { DummyRow, DummyValue } from './column-truths.ts'

/** Stands for a byte 0xff in a line; no made text has it. */
export const invalidByte = '\uf8ff'

export function quoted(text: string): string {
  if (/[",\r\n]/.test(text)) return `"${text.replaceAll('"', '""')}"`
  return text
}

export type FieldText = (value: DummyValue) => string

const dateText: FieldText = (value) => (value === null ? '' : isoDay(Number(value)))
const plainText: FieldText = (value) => (value === null ? '' : String(value))
const freeText: FieldText = (value) => (value === null ? '' : quoted(String(value)))

/** The field texts of the columns of a table, patient_id first. */
export function fieldTexts(contract: TableContract): FieldText[] {
  const isFree = (type: ColumnType) => type === 'string' || type.endsWith('_multi')
  return [
    plainText,
    ...contract.columns.map(({ type }) =>
      type === 'date' ? dateText : isFree(type) ? freeText : plainText,
    ),
  ]
}

/** A row as a line without its end. `texts` replaces fields by place. */
export function lineOf(
  row: DummyRow,
  fields: readonly FieldText[],
  texts: ReadonlyMap<number, string> | null,
): string {
  let line = ''
  for (let place = 0; place < row.length; place++) {
    const other = texts?.get(place)
    const value = row[place] ?? null
    const text = other === undefined ? (fields[place]?.(value) ?? '') : quoted(other)
    line = place === 0 ? text : `${line},${text}`
  }
  return line
}
