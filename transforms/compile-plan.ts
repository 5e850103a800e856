// Compiles a contract and the mapping of an extract onto it to a plan: plain data, made once on the
// main thread, run by workers and explained by the reference. What cannot work is refused here.
import { LandingError } from '../contracts/errors.ts'
import type { ColumnMapping, TableMapping } from '../contracts/extract.ts'
import type { ParquetColumn } from '../contracts/stage.ts'
import {
  type ColumnType,
  type ContractColumn,
  type PatientIdType,
  patientIdColumn,
  type TableContract,
} from '../contracts/table-contract.ts'
import { checkMapping, defaultDateFormat } from './check-mapping.ts'
import { planConstraints, refusesNull } from './plan-constraints.ts'
import type { ColumnPlan, ColumnStorage, TablePlan } from './table-plan.ts'

const storages: Partial<Record<ColumnType, ColumnStorage>> = {
  int: 'int64',
  float: 'double',
  date: 'date',
  bool: 'boolean',
}

const parquetTypes: Readonly<Record<ColumnStorage, ParquetColumn['type']>> = {
  int64: 'int64',
  double: 'double',
  date: 'date',
  boolean: 'boolean',
  text: 'string',
}

const refuse = (message: string): never => {
  throw new LandingError('mapping_invalid', message)
}

/**
 * The columns of the plan: patient_id, which every contract implies, then those of the contract.
 */
function contractColumns(contract: TableContract, patientIdType: PatientIdType): ContractColumn[] {
  const patientId: ContractColumn = {
    name: patientIdColumn,
    type: patientIdType,
    description: 'The patient.',
    constraints: [{ kind: 'not_null' }],
  }
  return [patientId, ...contract.columns]
}

function mappingsByColumn(
  columns: readonly ContractColumn[],
  mapping: TableMapping,
): Map<string, ColumnMapping> {
  const byName = new Map<string, ColumnMapping>()
  for (const column of mapping.columns) {
    const where = `${mapping.where} ${mapping.table} column ${column.column}`
    if (!columns.some(({ name }) => name === column.column)) {
      const names = columns.map(({ name }) => name).join(', ')
      refuse(`${where}: the contract has no such column; expected one of ${names}`)
    }
    if (byName.has(column.column)) refuse(`${where}: mapped twice`)
    byName.set(column.column, column)
  }
  return byName
}

function planColumn(
  columns: readonly ContractColumn[],
  column: ContractColumn,
  mapping: ColumnMapping,
  field: number,
  where: string,
  today: string | null,
): ColumnPlan {
  const { origin } = mapping
  const constraints = planConstraints(
    {
      where,
      type: column.type,
      today,
      find: (name) => {
        const index = columns.findIndex((other) => other.name === name)
        const other = columns[index]
        return other === undefined ? null : { index, type: other.type }
      },
    },
    column,
  )
  const hasFormats = column.type === 'date' && mapping.formats.length > 0
  const defaultFormats = column.type === 'date' ? [defaultDateFormat] : []
  return {
    name: column.name,
    type: column.type,
    storage: storages[column.type] ?? 'text',
    field,
    constant: origin.kind === 'constant' ? origin.value : null,
    nulls: [...mapping.nulls],
    trim: mapping.trim,
    formats: hasFormats ? [...mapping.formats] : defaultFormats,
    coarserFormats: column.type === 'date' ? [...(mapping.coarserFormats ?? [])] : [],
    pivot: mapping.pivot,
    roundToMonth: mapping.round === 'first_of_month',
    values: mapping.values === null ? null : Object.entries(mapping.values),
    otherwise: mapping.otherwise,
    trueTexts: [...mapping.booleans.true],
    falseTexts: [...mapping.booleans.false],
    decimal: mapping.decimal,
    thousands: mapping.thousands,
    wholeDecimals: mapping.wholeDecimals,
    replaceInvalidUtf8: mapping.invalidUtf8 === 'replace',
    nulByteIsEmpty: mapping.nulBytes === 'empty',
    constraints,
    nullable: !constraints.some(refusesNull),
    contractConstraints: structuredClone(column.constraints) as ContractColumn['constraints'],
  }
}

const asksForDay = ({ constraints }: ColumnPlan): boolean =>
  constraints.some(({ kind }) => kind === 'no_future_dates')

/**
 * The plan of a table. `today` is the day of the load, YYYY-MM-DD, which a contract with
 * no_future_dates needs. Throws LandingError `mapping_invalid` for a mapping that cannot work and
 * `contract_invalid` for constraints that cannot hold for their column.
 */
export function compilePlan(
  contract: TableContract,
  mapping: TableMapping,
  patientIdType: PatientIdType,
  today: string | null = null,
): TablePlan {
  const needed: string[] = []
  const columns = contractColumns(contract, patientIdType)
  const mappings = mappingsByColumn(columns, mapping)
  const plans = columns.map((column) => {
    const where = `${mapping.where} ${mapping.table} column ${column.name}`
    const columnMapping = mappings.get(column.name)
    if (columnMapping === undefined) {
      return refuse(`${where}: not mapped; name a field, a constant, or absent`)
    }
    const { origin } = columnMapping
    if (column.name === patientIdColumn && origin.kind !== 'field') {
      refuse(`${where}: the patient of a row must come from a field`)
    }
    let field = -1
    if (origin.kind === 'field') {
      field = needed.indexOf(origin.from)
      if (field < 0) field = needed.push(origin.from) - 1
    }
    const plan = planColumn(columns, column, columnMapping, field, where, today)
    checkMapping(columnMapping, plan, where)
    return plan
  })
  return {
    table: contract.id,
    needed,
    today: plans.some(asksForDay) ? today : null,
    columns: plans,
    parquetColumns: plans.map(({ name, storage, nullable }) => ({
      name,
      type: parquetTypes[storage],
      nullable,
    })),
  }
}
