// The cases of the benchmark: columns with their checks, as a contract states them, and the rows of the
// extract. Data follows from a seed; nobody is described. None of it is ever committed.
import { dirtyRows, settings, statusMap } from './data/dirty-rows.ts'
import { eventRows, quotedRows } from './data/event-rows.ts'
import type { WriteRow } from './data/row-bytes.ts'
import {
  causeCount,
  diagnosisCount,
  patientRows,
  places,
  sexes,
  wideRows,
} from './data/table-rows.ts'

/** As in a contract. */
export type BenchConstraint =
  | 'not_null'
  | 'first_of_month'
  | { readonly categorical: readonly string[] }
  | { readonly regex: string }
  | { readonly closed_range: { readonly minimum: number; readonly maximum: number } }
  | { readonly general_range: { readonly minimum: number | string; readonly maximum?: number } }
  | { readonly date_after: readonly string[] }

export interface BenchColumn {
  readonly name: string
  /** Contract type; `patient_id` for the implied first column. */
  readonly type: 'patient_id' | 'date' | 'snomedct' | 'icd10' | 'float' | 'int' | 'string'
  readonly constraints: readonly BenchConstraint[]
  /** Values of the extract and what they land as. */
  readonly values?: Readonly<Record<string, string>>
}

export interface BenchCase {
  readonly name: string
  readonly about: string
  readonly columns: readonly BenchColumn[]
  readonly rows: (rows: number, seed: number) => WriteRow
  readonly isCompressed?: boolean
  /** Some rows are refused: only those who refuse rows can do it. */
  readonly isDirty?: boolean
  /** The same case without the faults, landed beside it. */
  readonly twin?: BenchCase
}

const column = (
  name: string,
  type: BenchColumn['type'],
  constraints: readonly BenchConstraint[] = [],
): BenchColumn => ({ name, type, constraints })

const numbered = (name: string, count: number, type: BenchColumn['type']): BenchColumn[] =>
  Array.from({ length: count }, (_, i) => column(`${name}_${String(i + 1).padStart(2, '0')}`, type))

export const eventColumns: readonly BenchColumn[] = [
  column('patient_id', 'patient_id'),
  column('date', 'date'),
  column('snomedct_code', 'snomedct'),
  column('numeric_value', 'float'),
]

export const patientColumns: readonly BenchColumn[] = [
  column('patient_id', 'patient_id'),
  column('date_of_birth', 'date', ['not_null', 'first_of_month']),
  column('sex', 'string', ['not_null', { categorical: sexes }]),
  column('date_of_death', 'date'),
]

const wideColumns: readonly BenchColumn[] = [
  column('patient_id', 'patient_id'),
  column('date', 'date'),
  column('place', 'string', [{ categorical: places }]),
  column('underlying_cause_of_death', 'icd10'),
  ...numbered('cause_of_death', causeCount, 'icd10'),
  column('arrival_date', 'date'),
  column('discharge_destination', 'snomedct'),
  ...numbered('diagnosis', diagnosisCount, 'snomedct'),
]

const dirtyColumns: readonly BenchColumn[] = [
  column('patient_id', 'patient_id'),
  column('date', 'date', ['not_null', { general_range: { minimum: '1900-01-01' } }]),
  column('snomedct_code', 'snomedct'),
  column('numeric_value', 'float', [{ general_range: { minimum: 0, maximum: 1_000 } }]),
  {
    ...column('status', 'string', [{ categorical: Object.values(statusMap) }]),
    values: statusMap,
  },
  column('recorded_on', 'date', ['first_of_month', { date_after: ['date'] }]),
  column('visits', 'int', [{ closed_range: { minimum: 1, maximum: 100 } }]),
  column('practice', 'string', [{ regex: 'E[0-9]{5}' }]),
  column('setting', 'string', [{ categorical: settings }]),
]

const cleanTwin: BenchCase = {
  name: 'dirty-twin',
  about: 'the rows of dirty, none of them refused',
  columns: dirtyColumns,
  rows: (rows, seed) => dirtyRows(rows, seed, true),
}

export const benchCases: readonly BenchCase[] = [
  {
    name: 'events',
    about: 'patient, date, SNOMED CT code, value',
    columns: eventColumns,
    rows: (rows, seed) => eventRows(rows, seed, false),
  },
  {
    name: 'patients',
    about: 'dates and categories',
    columns: patientColumns,
    rows: patientRows,
  },
  {
    name: 'wide',
    about: '40 columns: causes of death and diagnoses of emergency care',
    columns: wideColumns,
    rows: wideRows,
  },
  {
    name: 'quoted',
    about: 'events with a note, every text quoted, some with line ends and doubled quotes',
    columns: [...eventColumns, column('note', 'string')],
    rows: quotedRows,
  },
  {
    name: 'dirty',
    about: 'one row in ten refused, over all the rules',
    columns: dirtyColumns,
    rows: (rows, seed) => dirtyRows(rows, seed, false),
    isDirty: true,
    twin: cleanTwin,
  },
  {
    name: 'sorted',
    about: 'events clustered by patient',
    columns: eventColumns,
    rows: (rows, seed) => eventRows(rows, seed, true),
  },
  {
    name: 'gz',
    about: 'events, gzip-compressed',
    columns: eventColumns,
    rows: (rows, seed) => eventRows(rows, seed, false),
    isCompressed: true,
  },
]

/** First line of the extract. */
export const headerOf = ({ columns }: Pick<BenchCase, 'columns'>): string =>
  columns.map(({ name }) => name).join(',')
