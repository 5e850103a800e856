// The reference as Markdown, for repositories and for reading beside the contracts: the same words
// as on the site. Prose is escaped, for descriptions come from files of other people.
import { namespacesOf, type Reference, standingsOf, tableNamesOf } from './reference.ts'
import {
  type ConstraintWords,
  publicRowCount,
  standingWords,
  type TableWords,
  tableWords,
} from './table-words.ts'
import { typeUses, typeWords } from './type-words.ts'

const escapeInline = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/(https?):\/\//g, '$1:&#47;&#47;')

/** What would begin a heading or a list at the start of a line does not. */
const escapeStart = (line: string): string =>
  line.replace(/^(\s*)([#+-]+)(?=\s|$)/, '$1\\$2').replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')

/** Text that stays text in Markdown, on one line, in a table too. */
export function escapeMarkdown(text: string): string {
  return escapeStart(escapeInline(text))
}

/** Text as code; backticks in it get a longer fence, bars an escape that tables need. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 || text.startsWith(' ') ? ' ' : ''
  return `${fence}${pad}${text.replace(/\n/g, ' ').replaceAll('|', '\\|')}${pad}${fence}`
}

/** Prose of a contract: what stands between backticks stays code. */
function prose(text: string): string {
  const parts = text.replace(/\s+/g, ' ').split(/`([^`]+)`/)
  const printed = parts.map((part, index) => (index % 2 === 1 ? code(part) : escapeInline(part)))
  return escapeStart(printed.join(''))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

const link = (text: string, target: string): string => `[${escapeMarkdown(text)}](${target})`

function constraintText({ rule, lead, literals, tail }: ConstraintWords): string {
  const texts = literals.length === 0 ? '' : ` ${literals.map(code).join(', ')}`
  return `${escapeMarkdown(lead)}${texts}${escapeMarkdown(tail)} (${code(rule)})`
}

function contractName(reference: Reference, id: string, root: string): string {
  const known = reference.contracts.some((contract) => contract.id === id)
  return known ? link(id, `${root}${id}.md`) : code(id)
}

function columnTable(words: TableWords): string[] {
  const rows = words.columns.map(({ name, type, description, constraints, dummy, mark }) => {
    const steering =
      dummy.length === 0 ? '' : `<br>In dummy extracts only: ${escapeMarkdown(dummy.join('; '))}.`
    return [
      mark === null ? code(name) : `${code(name)} (${mark})`,
      code(type),
      `${prose(description)}${steering}`,
      constraints.map(constraintText).join('<br>'),
    ]
  })
  const implied = ['`patient_id`', 'int or string', 'The patient.', 'Never null (`not_null`)']
  return table(['column', 'type', 'meaning', 'constraints'], [implied, ...rows])
}

function backendLines({ standings }: TableWords): string[] {
  if (standings.length === 0) return []
  const rows = standings.map((standing) => {
    const { backend, absentColumns, snapshot } = standing
    const landed =
      snapshot === null
        ? 'nothing published'
        : `${snapshot.number} of ${snapshot.publishedOn}: ` +
          `${publicRowCount(snapshot.rows)} rows, version ${snapshot.version}`
    return [
      ...[escapeMarkdown(backend), standingWords(standing)],
      ...[absentColumns.map(code).join(', '), landed],
    ]
  })
  const entries = standings.flatMap(({ backend, deviations }) =>
    deviations.map((entry) => [
      `${escapeMarkdown(backend)} ${escapeMarkdown(entry.id)}`,
      entry.columns.length === 0 ? 'the table' : entry.columns.map(code).join(', '),
      `${prose(entry.publicWording)}<br>${escapeMarkdown(entry.what)} (${code(entry.kind)})`,
      escapeMarkdown(entry.ceiling ?? 'none'),
      entry.inForce ? 'in force' : `not in force (${escapeMarkdown(entry.status)})`,
      entry.approvedOn ?? '',
      entry.expires ?? '',
    ]),
  )
  const heads = ['backend', 'column', 'what differs', 'ceiling', 'state', 'approved on', 'expires']
  return [
    ...['## Backends', ''],
    ...table(['backend', 'standing', 'absent columns', 'last snapshot'], rows),
    ...['', '## Deviations', ''],
    ...(entries.length === 0 ? ['None is registered.'] : table(heads, entries)),
    '',
  ]
}

function tableText(words: TableWords, reference: Reference): string {
  const { contract, rows, isMarked, checks, coverage, extendedBy } = words
  const base = contract.extends === null ? null : contractName(reference, contract.extends, '../')
  const facts = [
    `Version: ${contract.version}`,
    `Rows: ${rows}`,
    ...(base === null ? [] : [`Extends: ${base}`]),
    ...(extendedBy.length === 0
      ? []
      : [`Extended by: ${extendedBy.map((id) => contractName(reference, id, '../')).join(', ')}`]),
    `Digest: ${code(contract.digest)}`,
  ]
  const inheritance =
    base === null
      ? []
      : [isMarked ? `As in ${base}, but for what is marked.` : `All as in ${base}.`, '']
  const months = coverage.map(({ column, first, last }) => `- ${code(column)}: ${first} to ${last}`)
  return [
    `# ${escapeMarkdown(contract.title)} (${code(contract.id)})`,
    '',
    prose(contract.description),
    '',
    ...facts.map((fact) => `- ${fact}`),
    ...['', '## Columns', '', ...inheritance, ...columnTable(words), ''],
    ...['## Checks of the whole table', ''],
    ...(checks.length === 0 ? ['None.'] : checks.map((check) => `- ${escapeMarkdown(check)}`)),
    ...['', '## Coverage', ''],
    ...(months.length === 0 ? ['The contract states no months that must be there.'] : months),
    '',
    ...backendLines(words),
  ].join('\n')
}

function indexText(reference: Reference): string {
  const sections = namespacesOf(reference).flatMap((namespace) => [
    ...[`## ${escapeMarkdown(namespace)}`, ''],
    ...table(
      ['contract', 'title', 'rows', 'columns', 'version'],
      reference.contracts
        .filter((contract) => contract.namespace === namespace)
        .map(({ id, title, rows, columns, version }) => [
          link(id, `${id}.md`),
          escapeMarkdown(title),
          rows === 'one_per_patient' ? 'one for each patient' : 'many for a patient',
          ...[`${columns.length}`, version],
        ]),
    ),
    '',
  ])
  const others = [link('compatibility', 'compatibility.md'), link('types', 'types.md')]
  const more = `See also ${others.join(' and ')}.`
  return ['# Contract reference', '', more, '', ...sections].join('\n')
}

function compatibilityText(reference: Reference): string {
  const namespaces = namespacesOf(reference)
  const ids = new Set(reference.contracts.map(({ id }) => id))
  const backends = reference.backends.map(({ name }) => escapeMarkdown(name))
  const standings = reference.contracts.map(({ id }) => [
    link(id, `${id}.md`),
    ...standingsOf(reference, id).map(standingWords),
  ])
  const names = tableNamesOf(reference).map((name) => [
    code(name),
    ...namespaces.map((namespace) => {
      const id = `${namespace}/${name}`
      return ids.has(id) ? link('yes', `${id}.md`) : '–'
    }),
  ])
  return [
    ...['# Compatibility', ''],
    ...(backends.length === 0
      ? []
      : ['## Contracts and backends', '', ...table(['contract', ...backends], standings), '']),
    ...['## Tables and namespaces', '', ...table(['table', ...namespaces], names), ''],
  ].join('\n')
}

function typesText({ contracts }: Reference): string {
  const uses = typeUses(contracts)
  const rows = typeWords.map(({ type, title, form, parquet }) => [
    ...[code(type), escapeMarkdown(title), escapeMarkdown(form), code(parquet)],
    `${uses.get(type) ?? 0}`,
  ])
  return [
    ...['# Types', ''],
    ...table(['type', 'means', 'form', 'in Parquet', 'columns'], rows),
    '',
  ].join('\n')
}

/** Every Markdown page by its path: README.md, compatibility.md, types.md, namespace/table.md. */
export function markdownPages(reference: Reference): Map<string, string> {
  return new Map([
    ['README.md', indexText(reference)],
    ['compatibility.md', compatibilityText(reference)],
    ['types.md', typesText(reference)],
    ...reference.contracts.map(
      (contract) =>
        [`${contract.id}.md`, tableText(tableWords(reference, contract), reference)] as const,
    ),
  ])
}
