// The Python module that implements a backend in OpenSAFELY Data Builder (ehrQL): a pure function from
// what the backend has to its text. ehrQL validates the class when it is made, by table and column
// names, so that nothing here may name what is not landed.
import type { PatientIdType, TableContract } from '../../contracts/table-contract.ts'
import { ehrqlModules, titleOf } from './ehrql-names.ts'
import { type LandedTables, lackSentences } from './landed-tables.ts'
import { moduleHeader } from './module-header.ts'
import { atom, call, dictionary, layOut, list, text } from './python-layout.ts'
import { docstringLines } from './python-text.ts'

/** A deviation in force, as researchers may know of it. */
export interface PublicDeviation {
  readonly id: string
  /** `namespace/table`. */
  readonly contract: string
  /** The column; several as `a, b`. */
  readonly column: string
  readonly kind: string
  readonly public_wording: string
  /** The last day on which it holds, YYYY-MM-DD. */
  readonly expires: string
}

export interface BackendModuleInput {
  readonly backend: string
  readonly patientIdType: PatientIdType
  readonly landed: LandedTables
  readonly deviations: readonly PublicDeviation[]
}

/** `north_shire` is `NorthShireBackend`. */
export const backendClass = (backend: string): string =>
  `${titleOf(backend).replaceAll(' ', '')}Backend`

/** `north_shire` is `north_shire_backend`. */
export const backendModule = (backend: string): string => `${backend}_backend`

/** A list of sentences below one that ends in a colon; none where the list is empty. */
const listed = (title: string, entries: readonly string[]): string[] =>
  entries.length === 0 ? [] : [`${title}\n\n${entries.map((entry) => `- ${entry}`).join('\n')}`]

/** What the class says of itself: which tables it has, which it lacks, where it deviates. */
function implementationNotes(input: BackendModuleInput): string[] {
  const { backend, deviations, landed, patientIdType } = input
  const tables = [...landed.tables.values()].map(
    ({ id, table, version }) => `${table}: ${id} ${version}`,
  )
  const partial = landed.partial.flatMap((one) =>
    lackSentences(one).map((lack) => `${ehrqlModules[one.namespace]}: ${lack}`),
  )
  const notes = deviations.map(({ id, contract, column, kind, public_wording, expires }) => {
    const wording = public_wording.trim().replace(/\s+/g, ' ')
    return `${id} (${contract}, ${column}, ${kind}, until ${expires}): ${wording}`
  })
  return [
    `Backend ${backend}: tables that were checked against their contracts and landed by Safe ` +
      'Landing.',
    ...listed('Tables, the contract of each and its version:', tables),
    ...listed('Modules of ehrQL that it does not implement whole, and what they lack:', partial),
    ...listed('Tables that ehrQL cannot reach, for want of a usable name:', landed.unusable),
    ...(patientIdType === 'string'
      ? ['Patient identifiers are text here; ehrQL expects whole numbers in its results.']
      : []),
    ...(notes.length === 0 ? ['There are no deviations from the contracts.'] : []),
    ...listed('Permitted deviations from the contracts:', notes),
  ]
}

function tableLines({ table, columns }: TableContract, backend: string): string[] {
  const entries = columns.map(({ name }) => [name, text(name)] as const)
  const mapped = call('MappedTable', [], {
    source: text(table),
    schema: text(backend),
    columns: dictionary(entries),
  })
  return layOut(mapped, '    ', `${table} = `)
}

const scratchHook = `
    def modify_temp_table_schema(
        self,
        temp_table_schema: str | None,
        dsn: str | None,
        environ: Mapping[str, str],
    ) -> str | None:
        # Temporary tables belong in the schema that each user may write to, which bears
        # the user's name.
        username = urllib.parse.urlparse(dsn or "").username
        return urllib.parse.unquote(username) if username else temp_table_schema
`

/** The module's text; the same for the same input. */
export function renderBackendModule(input: BackendModuleInput): string {
  const { backend, landed } = input
  const modules = landed.implemented.map((namespace) => ehrqlModules[namespace] ?? '')
  const tables = [...landed.tables.values()]
  const implemented = list(
    modules.map((name) => atom(name)),
    modules.length > 1,
  )
  return [
    moduleHeader('safelanding ehrql backend'),
    '',
    'import urllib.parse',
    'from collections.abc import Mapping',
    '',
    ...[...modules].sort().map((name) => `import ${name}`),
    `from ehrql.backends.base import ${tables.length === 0 ? '' : 'MappedTable, '}SQLBackend`,
    'from ehrql.query_engines.trino import TrinoQueryEngine',
    '',
    '',
    `class ${backendClass(backend)}(SQLBackend):`,
    ...docstringLines(implementationNotes(input), '    '),
    '',
    `    display_name = "${titleOf(backend)}"`,
    '    query_engine_class = TrinoQueryEngine',
    '    patient_join_column = "patient_id"',
    ...layOut(implemented, '    ', 'implements = '),
    ...scratchHook.trimEnd().split('\n'),
    ...tables.flatMap((contract) => ['', ...tableLines(contract, backend)]),
    '',
  ].join('\n')
}
