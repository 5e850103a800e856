// Contracts and mappings with every default filled in, so that a test names only what it is about.
import type { ColumnMapping, TableMapping } from '../../contracts/extract.ts'
import type { ContractColumn, TableContract } from '../../contracts/table-contract.ts'

export function contractOf(columns: readonly Partial<ContractColumn>[]): TableContract {
  return {
    namespace: 'test',
    table: 'rows',
    id: 'test/rows',
    version: '1.0.0',
    title: 'Rows',
    description: 'Rows of a test.',
    rows: 'many_per_patient',
    columns: columns.map((column) => ({
      name: 'value',
      type: 'string',
      description: 'A column of a test.',
      constraints: [],
      ...column,
    })),
    extends: null,
    checks: [],
    digest: '0',
  }
}

/** A mapping of a column from the field of its own name. */
export function columnMappingOf(
  column: string,
  options: Partial<ColumnMapping> = {},
): ColumnMapping {
  return {
    column,
    origin: { kind: 'field', from: column },
    nulls: [''],
    trim: false,
    formats: [],
    pivot: null,
    round: null,
    values: null,
    otherwise: null,
    booleans: { true: ['true'], false: ['false'] },
    decimal: '.',
    thousands: null,
    wholeDecimals: false,
    invalidUtf8: 'reject',
    nulBytes: 'reject',
    ...options,
  }
}

export function tableMappingOf(columns: readonly ColumnMapping[]): TableMapping {
  return {
    table: 'test/rows',
    source: {
      kind: 'csv',
      patterns: ['rows.csv'],
      dialect: {
        delimiter: ',',
        quote: '"',
        escape: '"',
        newline: 'auto',
        header: true,
        fields: null,
        comment: null,
        skipLines: 0,
        finalNewline: 'report',
      },
      control: null,
    },
    columns,
    rejectCeiling: { kind: 'count', count: 0 },
    duplicates: 'refuse',
    where: 'safelanding.yaml:1',
  }
}
