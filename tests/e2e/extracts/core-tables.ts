// The facts of the core tables as their contracts state them, for any extract: its raw rows, and the
// SQL of the text of each column; a column that is not named is absent from the extract.
import {
  type ColumnFacts,
  categorical,
  dateColumn,
  firstOfMonth,
  floatColumn,
  icd10Column,
  intColumn,
  notNull,
  sctidColumn,
  textColumn,
} from '../../support/column-facts.ts'
import type { TableFacts } from '../../support/expected-rows.ts'

type Texts = Readonly<Record<string, string>>
type PatientId = 'int' | 'string'

function patientColumn(id: PatientId, texts: Texts): ColumnFacts {
  const text = texts['patient_id'] ?? 'patient_id'
  return (id === 'int' ? intColumn : textColumn)('patient_id', text, notNull)
}

const textOf = (texts: Texts, column: string): string => texts[column] ?? 'NULL'

export function patientsFacts(id: PatientId, raw: string, texts: Texts): TableFacts {
  return {
    table: 'core/patients',
    raw,
    onePerPatient: true,
    columns: [
      patientColumn(id, texts),
      dateColumn('date_of_birth', textOf(texts, 'date_of_birth'), firstOfMonth, notNull),
      textColumn(
        'sex',
        textOf(texts, 'sex'),
        categorical('female', 'male', 'intersex', 'unknown'),
        notNull,
      ),
      dateColumn('date_of_death', textOf(texts, 'date_of_death')),
    ],
  }
}

export function registrationsFacts(id: PatientId, raw: string, texts: Texts): TableFacts {
  return {
    table: 'core/practice_registrations',
    raw,
    patients: 'core/patients',
    columns: [
      patientColumn(id, texts),
      dateColumn('start_date', textOf(texts, 'start_date'), notNull),
      dateColumn('end_date', textOf(texts, 'end_date')),
      intColumn('practice_pseudo_id', textOf(texts, 'practice_pseudo_id'), notNull),
    ],
  }
}

export function deathsFacts(id: PatientId, raw: string, texts: Texts): TableFacts {
  const causes = Array.from({ length: 15 }, (_, at) => {
    return `cause_of_death_${String(at + 1).padStart(2, '0')}`
  })
  return {
    table: 'core/ons_deaths',
    raw,
    onePerPatient: true,
    patients: 'core/patients',
    columns: [
      patientColumn(id, texts),
      dateColumn('date', textOf(texts, 'date')),
      ...['underlying_cause_of_death', ...causes].map((name) =>
        icd10Column(name, textOf(texts, name)),
      ),
    ],
  }
}

export function eventsFacts(id: PatientId, raw: string, texts: Texts): TableFacts {
  return {
    table: 'core/clinical_events',
    raw,
    patients: 'core/patients',
    columns: [
      patientColumn(id, texts),
      dateColumn('date', textOf(texts, 'date')),
      sctidColumn('snomedct_code', textOf(texts, 'snomedct_code')),
      floatColumn('numeric_value', textOf(texts, 'numeric_value')),
    ],
  }
}

export function medicationsFacts(id: PatientId, raw: string, texts: Texts): TableFacts {
  return {
    table: 'core/medications',
    raw,
    patients: 'core/patients',
    columns: [
      patientColumn(id, texts),
      dateColumn('date', textOf(texts, 'date')),
      sctidColumn('dmd_code', textOf(texts, 'dmd_code')),
    ],
  }
}
