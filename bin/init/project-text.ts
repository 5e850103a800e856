// The text of a new project file. Everything guessed says so on its line, with `REVIEW`, so that a
// person can look for the word; everything else that can be said is there as a comment.
import {
  type ContractColumn,
  patientIdColumn,
  type TableContract,
} from '../../contracts/table-contract.ts'
import { guessDateFormat, guessPatientIdType, guessValueMap } from './guess-values.ts'
import { type Match, matchNames } from './match-names.ts'
import type { Sample } from './read-sample.ts'

export interface Guess {
  readonly contract: TableContract
  readonly sample: Sample
  /** The extract as the project file names it. */
  readonly csv: string
  /** The entry of `contracts:`, a namespace or a path. */
  readonly namespace: string
}

/** A YAML scalar in double quotes, or bare where that is safe. */
export function yamlText(text: string): string {
  return /^[A-Za-z][\w ]*\w$|^[A-Za-z]$/.test(text) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text)
}

function withComment(line: string, comment: string): string {
  return `${line.padEnd(44)} # ${comment}`
}

function columnLines(column: ContractColumn, match: Match | undefined, sample: Sample): string[] {
  const isNeeded = column.constraints.some(({ kind }) => kind === 'not_null')
  if (match === undefined) {
    const outcome = isNeeded ? 'it is never null: name the field' : 'null in every row'
    return [withComment(`      # ${column.name}:`, `REVIEW: no field looks like it; ${outcome}`)]
  }
  const from = sample.hasHeader ? yamlText(sample.head[match.field] ?? '') : `${match.field + 1}`
  const values = sample.records.map((record) => record[match.field] ?? '')
  const options = [`from: ${from}`]
  const notes = [`REVIEW: ${match.reason}`]
  if (column.type === 'date') {
    const guess = guessDateFormat(values)
    if (guess === null) notes.push('no date format fits the sample')
    else {
      if (guess.format !== '%Y-%m-%d') options.push(`format: "${guess.format}"`)
      if (guess.format.includes('%y')) options.push('pivot: 1930')
      if (guess.rival !== null) notes.push(`${guess.rival} fits the sample as well`)
      if (guess.hasTime) notes.push('times of day are cut off')
      const firstOfMonth = column.constraints.some(({ kind }) => kind === 'first_of_month')
      if (firstOfMonth && !guess.allFirstOfMonth) options.push('round: first_of_month')
    }
  }
  const map = guessValueMap(column, values)
  const line = options.length === 1 ? from : `{${options.join(', ')}}`
  const lines = [withComment(`      ${column.name}: ${line}`, notes.join('; '))]
  if (map !== null) lines.push(...valueMapLines(column, from, map))
  return lines
}

function valueMapLines(
  column: ContractColumn,
  from: string,
  map: NonNullable<ReturnType<typeof guessValueMap>>,
): string[] {
  const entries = Object.entries(map.values).map(([code, word]) => `${yamlText(code)}: ${word}`)
  const lines = [
    '      # REVIEW: the sample has texts that are no categories of the contract. A map could be:',
    `      # ${column.name}: {from: ${from}, values: {${entries.join(', ')}}, otherwise: …}`,
  ]
  if (map.unknownCount > 0) {
    lines.push(
      `      # Texts of other kinds in the sample: ${map.unknownCount}; otherwise: takes them.`,
    )
  }
  return lines
}

/** The project file for one extract. */
export function guessedProjectText(guess: Guess): string {
  const { contract, sample, csv, namespace } = guess
  const patientId: ContractColumn = {
    name: patientIdColumn,
    type: 'string',
    description: '',
    constraints: [{ kind: 'not_null' }],
  }
  const columns = [patientId, ...contract.columns]
  const names = sample.hasHeader ? sample.head : []
  const matches = matchNames(
    columns.map((column) => column.name),
    names,
  )
  const idField = matches.get(patientIdColumn)?.field
  const ids = sample.records.map((record) => (idField === undefined ? '' : (record[idField] ?? '')))
  const unused = names.filter(
    (_, index) => ![...matches.values()].some(({ field }) => field === index),
  )
  const header = sample.hasHeader
    ? []
    : [withComment('      header: false', 'REVIEW: the first record looks like data')]
  const table = [
    `  ${contract.id}:`,
    '    source:',
    `      csv: ${JSON.stringify(csv)}`,
    withComment(
      `      delimiter: ${JSON.stringify(sample.delimiter)}`,
      'REVIEW: seen in the sample',
    ),
    ...header,
    '    columns:',
    ...columns.flatMap((column) => columnLines(column, matches.get(column.name), sample)),
    ...(unused.length === 0 ? [] : [`      # Not used: ${unused.map(yamlText).join(', ')}.`]),
    withComment('    reject_ceiling: 0', 'rows that may be refused: a count, or a share as 0.1%'),
  ]
  return projectText({
    contracts: namespace,
    patientId: withComment(
      `patient_id: ${guessPatientIdType(ids)}`,
      'REVIEW: int or string, the same in all tables',
    ),
    table,
  })
}

/** The project file where there is no extract to guess from: the patients table, to be adapted. */
export function emptyProjectText(): string {
  return projectText({
    contracts: 'core',
    patientId: withComment('patient_id: int', 'or string; the same in all tables'),
    table: [
      '  core/patients:',
      '    source:',
      withComment('      csv: extracts/patients_*.csv', 'a file, a glob or a list; .gz too'),
      '    columns:',
      withComment('      patient_id: PatientID', 'short for {from: PatientID}'),
      '      date_of_birth: {from: DOB, format: "%d/%m/%Y", round: first_of_month}',
      '      sex: {from: Gender, values: {M: male, F: female, I: intersex}, otherwise: unknown}',
      '      date_of_death: {from: DOD, format: "%d/%m/%Y", nulls: ["", "31/12/9999"]}',
      withComment('    reject_ceiling: 0', 'rows that may be refused: a count, or a share as 0.1%'),
    ],
  })
}

const schemaPath = './node_modules/safelanding/docs/generated/project.schema.json'

function projectText(parts: {
  readonly contracts: string
  readonly patientId: string
  readonly table: readonly string[]
}): string {
  return `# yaml-language-server: $schema=${schemaPath}
# Safe Landing project file: which extracts land as which tables.
# Look at every line marked REVIEW, then run: safelanding check

${withComment('backend: my_backend', 'REVIEW: the name of your installation')}
${withComment('lake: ./lake', 'where published tables go')}
${withComment(`contracts: [${parts.contracts}]`, 'namespaces, or paths to contracts of your own')}
${parts.patientId}

tables:
${parts.table.join('\n')}

# What a table can also say (all under its name):
#   source:
#     quote: '"'                 or none
#     escape: '"'                doubled quote; or a character such as "\\\\"
#     newline: auto              LF, CRLF, CR and mixtures; or the exact terminator, e.g. "|\\r\\n"
#     header: false              then \`from\` is the number of the field, from 1
#     skip_lines: 2              lines above the header
#     comment: "#"               lines that open with it are skipped and counted
#     final_newline: required    refuses a file that may have been cut
#     control: {rows: 1000, sha256: "…"}
#   nulls: [""]                  texts that mean null; also for each column
#   trim: true                   removes spaces and TABs at both ends; also for each column
#   duplicates: keep_identical   of rows equal in every column the first is kept
# What a column can also say:
#   constant: text · absent: true · format: ["%d/%m/%Y", "%Y-%m-%d"] · pivot: 1930 (with %y)
#   booleans: {true: [Y], false: [N]} · decimal: "," · thousands: "." · whole_decimals: true
`
}
