// Every format that contracts are written in, by name: one text for each contract, or one for all
// of them.
import type { PatientIdType, TableContract } from '../table-contract.ts'
import { contractYaml } from './contract-text.ts'
import type { Exported, Notice } from './conversion.ts'
import { exportDbt } from './dbt.ts'
import { exportFrictionless } from './frictionless.ts'
import { exportJsonSchema } from './json-schema.ts'
import { exportOdcs } from './odcs.ts'
import { exportSql } from './sql.ts'

export const exportFormats = [
  ...(['yaml', 'odcs', 'json-schema'] as const),
  ...(['duckdb', 'trino', 'tsql', 'frictionless', 'dbt'] as const),
] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Ends of file names: that of a contract's own file, and of all of the kind. */
export const fileEndings: Readonly<Record<ExportFormat, string>> = {
  yaml: '.yaml',
  odcs: '.odcs.yaml',
  'json-schema': '.schema.json',
  duckdb: '.duckdb.sql',
  trino: '.trino.sql',
  tsql: '.tsql.sql',
  frictionless: '.tableschema.json',
  dbt: '.dbt.yml',
}

function exportYaml(contract: TableContract): Exported {
  const text = 'is left out: its columns and checks are written out'
  const notice: Notice = { contract: contract.id, column: null, what: 'extends', text }
  return { text: contractYaml(contract), notices: contract.extends === null ? [] : [notice] }
}

/** One contract in a format; `beside` are the contracts that the same text holds. */
export function exportContract(
  contract: TableContract,
  format: ExportFormat,
  patientId: PatientIdType,
  beside: readonly TableContract[] = [contract],
): Exported {
  switch (format) {
    case 'yaml':
      return exportYaml(contract)
    case 'odcs':
      return exportOdcs(contract, { patientId })
    case 'json-schema':
      return exportJsonSchema(contract, { patientId })
    case 'frictionless':
      return exportFrictionless(contract, { patientId })
    case 'dbt':
      return exportDbt([contract], { patientId })
    default:
      return exportSql(contract, format, { patientId, beside })
  }
}

/** Tables of patients first, for other tables refer to them. */
const patientsFirst = (contracts: readonly TableContract[]): TableContract[] => [
  ...contracts.filter(({ table }) => table === 'patients'),
  ...contracts.filter(({ table }) => table !== 'patients'),
]

/**
 * Several contracts as one text: documents of a YAML stream, a list in JSON, statements of SQL, the
 * models of one dbt file.
 */
export function exportTogether(
  contracts: readonly TableContract[],
  format: ExportFormat,
  patientId: PatientIdType,
): Exported {
  if (format === 'dbt') return exportDbt(contracts, { patientId })
  const isSql = format === 'duckdb' || format === 'trino' || format === 'tsql'
  const ordered = isSql ? patientsFirst(contracts) : contracts
  const all = ordered.map((contract) => exportContract(contract, format, patientId, contracts))
  const notices = all.flatMap((one) => one.notices)
  const texts = all.map(({ text }) => text)
  if (texts.length === 1) return { text: texts[0] ?? '', notices }
  if (format === 'json-schema' || format === 'frictionless') {
    return { text: `[\n${texts.map((text) => text.trimEnd()).join(',\n')}\n]\n`, notices }
  }
  return { text: texts.join(isSql ? '\n' : '---\n'), notices }
}
