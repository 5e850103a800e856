// The cases of the benchmark: what the extract looks like, its contract, and the same work said in
// DuckDB's SQL. Data follows from a seed; nobody is described. None of it is ever committed.
import { seededRandom } from '../../contracts/dummy/seeded-random.ts'

export interface BenchColumn {
  readonly name: string
  /** Contract type; `patient_id` for the implied first column. */
  readonly type: 'patient_id' | 'date' | 'snomedct' | 'icd10' | 'float' | 'int' | 'string'
  readonly constraints: readonly string[]
}

export interface BenchCase {
  readonly name: string
  readonly about: string
  readonly columns: readonly BenchColumn[]
  readonly compressed: boolean
  /** Are there rows that the contract refuses? */
  readonly refuses: boolean
  /** Makes the line of row `index`, without its line end. */
  readonly lines: (rows: number, seed: number) => (index: number) => string
}

const column = (
  name: string,
  type: BenchColumn['type'],
  constraints: readonly string[] = [],
): BenchColumn => ({ name, type, constraints })

const eventColumns = [
  column('patient_id', 'patient_id'),
  column('date', 'date'),
  column('snomedct_code', 'snomedct'),
  column('numeric_value', 'float'),
]

const dayMs = 86_400_000
const dates = Array.from({ length: 9_000 }, (_, i) =>
  new Date((10_950 + i) * dayMs).toISOString().slice(0, 10),
)
const months = dates.map((date) => `${date.slice(0, 8)}01`)

function snomedCodes(seed: number): string[] {
  const random = seededRandom(seed)
  return Array.from({ length: 5_000 }, () => {
    const digits = 6 + random.below(11)
    let code = String(1 + random.below(9))
    while (code.length < digits) code += String(random.below(10))
    return code
  })
}

function icd10Codes(seed: number): string[] {
  const random = seededRandom(seed)
  return Array.from({ length: 2_000 }, () => {
    const letter = String.fromCharCode(65 + random.below(26))
    return letter + String(100 + random.below(900))
  })
}

function eventFields(rows: number, seed: number, sorted: boolean) {
  const random = seededRandom(seed)
  const codes = snomedCodes(seed + 1)
  const patients = Math.max(1, Math.floor(rows / 20))
  return (index: number): [string, string, string, string] => {
    const patient = sorted ? Math.floor(index / 20) : random.below(patients)
    const value = random.chance(0.4) ? '' : (random.below(2_000) / 10).toFixed(1)
    return [String(patient + 1), random.pick(dates), random.pick(codes), value]
  }
}

const events = (sorted: boolean) => (rows: number, seed: number) => {
  const fields = eventFields(rows, seed, sorted)
  return (index: number): string => fields(index).join(',')
}

/** Every text field quoted; one row in a hundred has a line end, one a doubled quote, in its note. */
const quoted = (rows: number, seed: number) => {
  const fields = eventFields(rows, seed, false)
  return (index: number): string => {
    const [patient, date, code, value] = fields(index)
    const odd = index % 100
    const note = odd === 7 ? 'two\nlines' : odd === 8 ? 'so ""called""' : 'plain, with comma'
    return `"${patient}","${date}","${code}",${value},"${note}"`
  }
}

/** One row in ten is refused, over all the kinds of reasons that a row of events can have. */
const dirty = (rows: number, seed: number) => {
  const fields = eventFields(rows, seed, false)
  return (index: number): string => {
    const row = fields(index)
    if (index % 10 !== 3) return row.join(',')
    switch (Math.floor(index / 10) % 6) {
      case 0:
        row[0] = ''
        break
      case 1:
        row[1] = '2021-02-30'
        break
      case 2:
        row[2] = '0123'
        break
      case 3:
        row[3] = 'high'
        break
      case 4:
        row[1] = '31/01/2021'
        row[2] = 'X76C0'
        break
      default:
        row[0] = 'p-1'
    }
    return row.join(',')
  }
}

const patients = (_rows: number, seed: number) => {
  const random = seededRandom(seed)
  const sexes = ['female', 'male', 'intersex', 'unknown']
  return (index: number): string => {
    const died = random.chance(0.9) ? '' : random.pick(dates)
    return `${index + 1},${random.pick(months)},${random.pick(sexes)},${died}`
  }
}

const wideCodes = Array.from({ length: 28 }, (_, i) =>
  column(`diagnosis_${String(i + 1).padStart(2, '0')}`, i < 15 ? 'icd10' : 'snomedct'),
)
const wideColumns = [
  column('patient_id', 'patient_id'),
  column('arrival_date', 'date', ['not_null']),
  column('date', 'date'),
  column('place', 'string', ['{categorical: [Home, Hospital, Hospice, Elsewhere]}']),
  ...wideCodes,
  ...Array.from({ length: 8 }, (_, i) => column(`count_${i + 1}`, 'int')),
]

const wide = (rows: number, seed: number) => {
  const random = seededRandom(seed)
  const icd10 = icd10Codes(seed + 2)
  const snomed = snomedCodes(seed + 1)
  const places = ['Home', 'Hospital', 'Hospice', 'Elsewhere']
  return (): string => {
    const patient = 1 + random.below(Math.max(1, Math.floor(rows / 5)))
    const codes = wideCodes.map(({ type }, i) =>
      random.chance(1 / (1 + i / 3)) ? random.pick(type === 'icd10' ? icd10 : snomed) : '',
    )
    const counts = Array.from({ length: 8 }, () => random.below(1_000))
    const fields = [patient, random.pick(dates), random.pick(dates), random.pick(places)]
    return [...fields, ...codes, ...counts].join(',')
  }
}

export const benchCases: readonly BenchCase[] = [
  {
    name: 'events',
    columns: eventColumns,
    lines: events(false),
    compressed: false,
    refuses: false,
    about: 'patient_id, date, SNOMED CT code, value',
  },
  {
    name: 'sorted',
    columns: eventColumns,
    lines: events(true),
    compressed: false,
    refuses: false,
    about: 'events clustered by patient',
  },
  {
    name: 'quoted',
    columns: eventColumns,
    lines: quoted,
    compressed: false,
    refuses: false,
    about: 'events, every text quoted, some with line ends and doubled quotes',
  },
  {
    name: 'dirty',
    columns: eventColumns,
    lines: dirty,
    compressed: false,
    refuses: true,
    about: 'events, one row in ten refused',
  },
  {
    name: 'patients',
    columns: [
      column('patient_id', 'patient_id'),
      column('date_of_birth', 'date', ['first_of_month', 'not_null']),
      column('sex', 'string', ['{categorical: [female, male, intersex, unknown]}', 'not_null']),
      column('date_of_death', 'date'),
    ],
    lines: patients,
    compressed: false,
    refuses: false,
    about: 'dates and categories',
  },
  {
    name: 'wide',
    columns: wideColumns,
    lines: wide,
    compressed: false,
    refuses: false,
    about: '40 columns, most of them codes',
  },
  {
    name: 'gz',
    columns: eventColumns,
    lines: events(false),
    compressed: true,
    refuses: false,
    about: 'events, gzip-compressed',
  },
]

/** Header of the extract: the columns of the contract, and those that the load ignores. */
export function headerOf(benchCase: BenchCase): string {
  const names = benchCase.columns.map(({ name }) => name)
  return [...names, ...(benchCase.name === 'quoted' ? ['note'] : [])].join(',')
}
