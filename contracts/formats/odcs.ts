// A contract as a document of the Open Data Contract Standard v3.1.0 (bitol-io, Apache-2.0): one
// document for each contract, with one schema object. Table checks are rules of the standard's
// library where it has them, and rules of an engine of our name where it has not.
import { describeCheck } from '../describe-constraint.ts'
import { patientIdColumn, type TableCheck, type TableContract } from '../table-contract.ts'
import { checkPlain, type Plain, shareText } from './contract-text.ts'
import { type Exported, type ExportOptions, isSame, noticesOf } from './conversion.ts'
import { listOf, nullShareOf } from './odcs-facts.ts'
import { customProperty, engine, odcsProperty, typeNames, warning } from './odcs-property.ts'
import { yamlText } from './yaml-text.ts'

export const odcsVersion = 'v3.1.0'

const gradeOf = ({ severity }: TableCheck): Plain => (severity === 'warn' ? warning : {})

/** A check over the whole table as a rule of the schema object; null where it stands elsewhere. */
function tableRule(check: TableCheck): Plain | null {
  const graded = gradeOf(check)
  const isWarning = check.severity === 'warn'
  if (check.kind === 'null_share' || (check.kind === 'patient_exists' && !isWarning)) return null
  if (check.kind === 'unique') {
    const properties = { properties: [...check.columns] }
    return { metric: 'duplicateValues', arguments: properties, mustBe: 0, ...graded }
  }
  return {
    type: 'custom',
    description: `${describeCheck(check)}.`,
    engine,
    implementation: { checks: [checkPlain(check)] },
    ...graded,
  }
}

/** Rules of a property that are table checks of ours. */
function shareRules(checks: readonly TableCheck[], column: string): Plain[] {
  return checks.flatMap((check) => {
    if (check.kind !== 'null_share' || check.column !== column) return []
    const percent = Number(shareText(check.max).slice(0, -1))
    const share = { mustBeLessOrEqualTo: percent, unit: 'percent' }
    return [{ metric: 'nullValues', ...share, ...gradeOf(check) }]
  })
}

/** Table checks that a schema object states, as a contract file writes them. */
export function checksOfSchema(object: Plain): unknown[] {
  const properties = listOf(object['properties'])
  const patient = properties.find(({ name }) => name === patientIdColumn)
  const targets = listOf(patient?.['relationships']).map(({ to }) => to)
  const exists = targets.includes(`patients.${patientIdColumn}`) ? ['patient_exists'] : []
  const rules = listOf(object['quality']).flatMap((rule: Plain): unknown[] => {
    const graded = rule['severity'] === 'warning' ? { severity: 'warn' } : {}
    if (
      (rule['metric'] ?? rule['rule']) === 'duplicateValues' &&
      Number(rule['mustBe'] ?? Number.NaN) === 0
    ) {
      const { properties: names } = (rule['arguments'] ?? {}) as Plain
      return Array.isArray(names) ? [{ unique: names as unknown[], ...graded }] : []
    }
    const { checks } = (rule['implementation'] ?? {}) as Plain
    return rule['engine'] === engine && Array.isArray(checks) ? (checks as unknown[]) : []
  })
  const shares = properties.flatMap(({ name, quality }) =>
    listOf(quality).flatMap((rule) => {
      const share = nullShareOf(rule)
      const graded = rule['severity'] === 'warning' ? { severity: 'warn' } : {}
      if (share === null) return []
      return [{ null_share: { column: name, max: shareText(share / 100) }, ...graded }]
    }),
  )
  return [...exists, ...rules, ...shares]
}

function patientProperty(contract: TableContract, options: ExportOptions): Plain {
  const isOne = contract.rows === 'one_per_patient'
  const exists = contract.checks.some(
    ({ kind, severity }) => kind === 'patient_exists' && severity !== 'warn',
  )
  const relationship = { type: 'foreignKey', to: `patients.${patientIdColumn}` }
  return {
    name: patientIdColumn,
    ...typeNames(options.patientId === 'int' ? 'int' : 'string'),
    description: 'The patient.',
    required: true,
    ...(isOne ? { unique: true, primaryKey: true, primaryKeyPosition: 1 } : {}),
    ...(exists ? { relationships: [relationship] } : {}),
  }
}

type Add = ReturnType<typeof noticesOf>['add']

/** The schema object of a contract. */
export function odcsSchema(contract: TableContract, options: ExportOptions, add: Add): Plain {
  const { table, title, description, rows, checks } = contract
  const properties = contract.columns.map((column) => {
    const property = odcsProperty(column, add)
    const shares = shareRules(checks, column.name)
    if (shares.length === 0) return property
    const { customProperties, ...rest } = property
    const kept = customProperties === undefined ? {} : { customProperties }
    return { ...rest, quality: [...listOf(property['quality']), ...shares], ...kept }
  })
  const quality = checks.flatMap((check) => tableRule(check) ?? [])
  for (const check of checks) {
    if (tableRule(check)?.['type'] !== 'custom') continue
    add(null, check.kind, 'is a rule for the engine safelanding, which other tools do not run')
  }
  const count = rows === 'one_per_patient' ? 'One row' : 'Any number of rows'
  return {
    name: table,
    logicalType: 'object',
    physicalName: table,
    physicalType: 'table',
    businessName: title,
    ...(description === '' ? {} : { description }),
    dataGranularityDescription: `${count} for each patient.`,
    properties: [patientProperty(contract, options), ...properties],
    ...(quality.length === 0 ? {} : { quality }),
  }
}

/** The contract as an ODCS document, in YAML. */
export function exportOdcs(contract: TableContract, options: ExportOptions): Exported {
  const { list, add } = noticesOf(contract.id)
  const { id, namespace, version, title, description, digest } = contract
  const schema = odcsSchema(contract, options, add)
  const checks = contract.checks.map(checkPlain)
  const kept = {
    ...(isSame(checksOfSchema(schema), checks) ? {} : { checks }),
    ...(contract.extends === null ? {} : { extends: contract.extends }),
    ...(digest === '' ? {} : { digest }),
  }
  if (contract.extends !== null) {
    add(null, 'extends', 'is a note: columns and checks are written out')
  }
  const document = {
    apiVersion: odcsVersion,
    kind: 'DataContract',
    id,
    name: title,
    version,
    status: 'active',
    domain: namespace,
    ...(description === '' ? {} : { description: { purpose: description } }),
    schema: [schema],
    ...(Object.keys(kept).length === 0
      ? {}
      : { customProperties: [{ property: customProperty, value: kept }] }),
  }
  return { text: yamlText(document, { forOldReaders: true }), notices: list }
}
