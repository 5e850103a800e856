// What `deviations check` finds: entries that have expired, were exceeded, are no longer needed, or are
// about something that the contract does not have. Pure: a register as judged today, and what the
// last load came to.
import { limits } from '../config/limits.ts'
import type { DeviationUse } from '../contracts/deviation-use.ts'
import type { DeviationState, JudgedDeviation } from '../contracts/judge-deviations.ts'

export interface DeviationFinding {
  readonly id: string
  readonly where: string
  readonly finding: string
  /** false: worth knowing, and no reason to say no. */
  readonly counts: boolean
  readonly what: string
  readonly mend: string
}

/** The last use of each entry, by id, with the run that counted it. */
export type LastUses = ReadonlyMap<string, DeviationUse & { readonly run: string }>

type Said = Omit<DeviationFinding, 'id' | 'where'>

const mends: Readonly<Partial<Record<DeviationState, readonly [counts: boolean, mend: string]>>> = {
  expired: [true, 'correct the data, or agree a new entry with an id of its own'],
  proposed: [false, 'the platform team approves it or withdraws it'],
  unapproved: [true, 'the platform team states approved_by and approved_on'],
  not_yet: [false, 'nothing: it waits for its day'],
  other_version: [true, 'read the new contract; where the entry is still needed, agree it anew'],
  no_such: [true, 'correct contract, column or rule, or withdraw the entry'],
  needless: [true, 'withdraw the entry: the contract permits it'],
  second: [true, 'withdraw one of the two entries'],
}

const say = (finding: string, counts: boolean, what: string, mend: string): Said => ({
  ...{ finding, counts, what, mend },
})

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000
}

function expiry({ entry }: JudgedDeviation, today: string): Said[] {
  const days = daysBetween(today, entry.expires)
  if (days > limits.deviationNoticeDays) return []
  const when = days === 0 ? 'today is its last day' : `it expires on ${entry.expires}`
  return [say('expiring', false, when, 'correct the data, or agree a new entry in time')]
}

function usage({ entry }: JudgedDeviation, last: LastUses): Said[] {
  const use = last.get(entry.id)
  if (use === undefined) return []
  const { run, observed, of, ceiling } = use
  if (use.state === 'exceeded') {
    const what = `run ${run}: ${observed} of ${of} rows, above its ceiling of ${ceiling}`
    return [say('exceeded', true, what, 'correct the data; a higher ceiling needs a new approval')]
  }
  if (entry.kind === 'narrower_range') {
    const what = `run ${run}: ${observed} of ${of} rows lie outside the range that it states`
    return observed === 0 ? [] : [say('untrue', true, what, 'correct the range, or withdraw it')]
  }
  if (!use.in_force || observed > 0 || of === 0) return []
  const what = `run ${run}: none of ${of} rows needed it`
  return [say('no_longer_needed', true, what, 'withdraw the entry')]
}

function findingsOf(
  judged: JudgedDeviation,
  renewed: boolean,
  last: LastUses,
  today: string,
  tables: readonly string[],
): Said[] {
  const { entry, state, reason } = judged
  const said: Said[] = []
  const [counts = true, mend = ''] = mends[state] ?? []
  const isRenewed = state === 'expired' && renewed
  if (reason !== null && mend !== '' && !isRenewed) said.push(say(state, counts, reason, mend))
  if (state === 'in_force') said.push(...expiry(judged, today), ...usage(judged, last))
  if (state === 'in_force' && !tables.includes(entry.contract)) {
    const what = `the project does not load ${entry.contract}`
    said.push(say('not_loaded', false, what, 'map the table, or withdraw the entry'))
  }
  if (entry.approvedBy !== null && entry.approvedBy === entry.requestedBy) {
    const what = 'it was approved by who asked for it'
    said.push(
      say('self_approved', false, what, 'have somebody else of the platform team approve it'),
    )
  }
  return state === 'withdrawn' ? [] : said
}

/**
 * The findings of a register in its order. `today` is YYYY-MM-DD in UTC, `tables` are those that the
 * project loads. An expired entry that another one in force has taken the place of is none.
 */
export function deviationFindings(
  judged: readonly JudgedDeviation[],
  last: LastUses,
  today: string,
  tables: readonly string[],
): DeviationFinding[] {
  const place = ({ entry }: JudgedDeviation): string =>
    JSON.stringify([entry.contract, entry.columns, entry.rule, entry.kind])
  const inForce = new Set(judged.filter(({ state }) => state === 'in_force').map(place))
  return judged.flatMap((one) => {
    const { id, where } = one.entry
    const said = findingsOf(one, inForce.has(place(one)), last, today, tables)
    return said.map((finding) => ({ id, where, ...finding }))
  })
}
