// A permitted deviation: a recorded, approved, bounded, expiring difference between a backend and a
// contract. Plain data, as the register states it; whether it is in force on a day is judged by
// judge-deviations.ts, what it does to a contract by apply-deviations.ts.
import type { Ceiling } from './ceiling.ts'
import type { Bound } from './table-contract.ts'

export const deviationKinds = [
  'row_share',
  'column_absent',
  'nulls_allowed',
  'extra_category',
  'wider_range',
  'narrower_range',
  'coarser_date',
  'late_coverage',
] as const
export type DeviationKind = (typeof deviationKinds)[number]

export const deviationStatuses = ['proposed', 'approved', 'withdrawn'] as const
export type DeviationStatus = (typeof deviationStatuses)[number]

/** Rules that an entry may name, kind by kind; every other rule is a breach wherever it fails. */
export const rulesOfKinds = {
  row_share: [
    ...(['categorical', 'first_of_month', 'regex', 'closed_range', 'general_range'] as const),
    ...(['date_after', 'no_future_dates', 'unique', 'null_share'] as const),
  ],
  column_absent: ['not_null'],
  nulls_allowed: ['not_null'],
  extra_category: ['categorical'],
  wider_range: ['closed_range', 'general_range'],
  narrower_range: ['closed_range', 'general_range'],
  coarser_date: ['type'],
  late_coverage: ['coverage'],
} as const satisfies Record<DeviationKind, readonly string[]>

export type DeviationRule = (typeof rulesOfKinds)[DeviationKind][number]

/** Kinds whose use is counted in rows, and so needs a ceiling. */
export const countedKinds: readonly DeviationKind[] = [
  ...(['row_share', 'nulls_allowed', 'extra_category', 'wider_range', 'coarser_date'] as const),
]

export interface Deviation {
  /** Unique in the register; never used again for another agreement. */
  readonly id: string
  /** `namespace/table`. */
  readonly contract: string
  /** Major version of the contract that the entry was agreed for. */
  readonly major: number
  /** One column; for `unique` all columns of the key. */
  readonly columns: readonly string[]
  readonly rule: DeviationRule
  readonly kind: DeviationKind
  /** null for kinds whose use is not counted in rows. */
  readonly ceiling: Ceiling | null
  readonly reason: string
  /** What researchers read. */
  readonly publicWording: string
  readonly requestedBy: string
  readonly approvedBy: string | null
  /** YYYY-MM-DD. */
  readonly approvedOn: string | null
  /** The last day on which the entry holds, YYYY-MM-DD. */
  readonly expires: string
  readonly status: DeviationStatus
  /** row_share: failing values pass, or become null. */
  readonly failing: 'pass' | 'null'
  /** extra_category. */
  readonly values: readonly (string | number)[]
  /** wider_range and narrower_range; null: as the contract has it. */
  readonly minimum: Bound | null
  readonly maximum: Bound | null
  /** coarser_date. */
  readonly granularity: 'month' | 'year' | null
  readonly formats: readonly string[]
  /** late_coverage: the months that are covered, YYYY-MM; null: as the contract has it. */
  readonly first: string | null
  readonly last: string | null
  /** Where the entry stands, for messages: `deviations.yaml:3`. */
  readonly where: string
}

/** The rule whose warnings count the use of an entry: a narrower range is stated as a general one. */
export function countedRule({ kind, rule }: Pick<Deviation, 'kind' | 'rule'>): DeviationRule {
  return kind === 'narrower_range' ? 'general_range' : rule
}

/** The column of an entry, or all columns of its key: `a, b`. */
export function columnText({ columns }: Pick<Deviation, 'columns'>): string {
  return columns.join(', ')
}

/** What an entry asks for, without a full stop: `numeric_value may fail closed_range`. */
export function describeDeviation(entry: Deviation): string {
  const column = columnText(entry)
  const bounds = [
    ...(entry.minimum === null ? [] : [`from ${entry.minimum}`]),
    ...(entry.maximum === null ? [] : [`to ${entry.maximum}`]),
  ].join(' ')
  const months = [
    ...(entry.first === null ? [] : [`from ${entry.first}`]),
    ...(entry.last === null ? [] : [`to ${entry.last}`]),
  ].join(' ')
  switch (entry.kind) {
    case 'row_share':
      return entry.failing === 'null'
        ? `${column} becomes null where it fails ${entry.rule}`
        : `${column} may fail ${entry.rule}`
    case 'column_absent':
      return `${column} is absent: null in every row`
    case 'nulls_allowed':
      return `${column} may be null`
    case 'extra_category':
      return `${column} may also be ${entry.values.join(', ')}`
    case 'wider_range':
      return `${column} may range ${bounds}`
    case 'narrower_range':
      return `${column} only ranges ${bounds}`
    case 'coarser_date':
      return `${column} may be known to the ${entry.granularity} only`
    case 'late_coverage':
      return `${column} covers ${months}`
  }
}
