// Columns, before and after: added, removed, of another type, in another order; and the prose and
// dummy steering of those that stay.
import { describeConstraint } from '../describe-constraint.ts'
import type { ColumnType, ContractColumn, TableContract } from '../table-contract.ts'
import {
  breaks,
  type ContractChange,
  classOf,
  documentation,
  type Effects,
  fits,
} from './contract-change.ts'
import { diffConstraints } from './diff-constraints.ts'

const typeWords = (column: ContractColumn): string =>
  [column.type, ...column.constraints.map(describeConstraint)].join('; ')

/** A column that must have a value in every row that lands. */
const isDemanded = ({ constraints }: ContractColumn): boolean =>
  constraints.some(({ kind, severity }) => kind === 'not_null' && severity !== 'warn')

const addedOptional: Effects = {
  readers: fits('Queries name their columns; a further one changes none of them.'),
  providers: fits('It may be left out: then it is null in every row, and is reported so.'),
}
const addedDemanded: Effects = {
  readers: addedOptional.readers,
  providers: breaks('An extract without it, which landed before, is now refused.'),
}
const removed: Effects = {
  readers: breaks('Queries that name the column fail.'),
  providers: fits('What landed still lands; the mapping of the column is to be taken out.'),
}
const reordered: Effects = {
  readers: fits('Columns are found by name; only the order in which they are listed differs.'),
  providers: fits('Columns are mapped by name.'),
}

const isText = (type: ColumnType): boolean => !['bool', 'int', 'float', 'date'].includes(type)

/** True where every value of a type is also one of another. */
function isWiderType(before: ColumnType, after: ColumnType): boolean {
  if (before === 'int' && after === 'float') return true
  if (before === 'icd10' && after === 'icd10_multi') return true
  if (before === 'opcs4' && after === 'opcs4_multi') return true
  return isText(before) && after === 'string'
}

function typeEffects(before: ColumnType, after: ColumnType): Effects {
  return {
    readers: breaks(
      isText(before) && isText(after)
        ? 'Values follow another form or coding system, so code lists of before do not fit.'
        : 'Comparisons and sums of before fail, or compare something else.',
    ),
    providers: isWiderType(before, after)
      ? fits('Every value that landed is also one of the new type.')
      : breaks('Values that landed before are no values of the new type.'),
  }
}

function diffColumn(
  table: string,
  before: ContractColumn,
  after: ContractColumn,
): ContractChange[] {
  const path = `columns.${before.name}`
  const changes: ContractChange[] = []
  if (before.type !== after.type) {
    const effects = typeEffects(before.type, after.type)
    const [from, to] = [before.type, after.type]
    const change = { table, path: `${path}.type`, class: classOf(effects), ...effects }
    changes.push({ ...change, before: from, after: to })
  }
  changes.push(...diffConstraints(table, before, after))
  if (before.description !== after.description) {
    changes.push(prose(table, `${path}.description`, before.description, after.description))
  }
  const steering = (column: ContractColumn) =>
    column.dummy === undefined ? '' : column.dummy.map((one) => one.kind).join(', ')
  if (JSON.stringify(before.dummy) !== JSON.stringify(after.dummy)) {
    changes.push(prose(table, `${path}.dummy`, steering(before), steering(after)))
  }
  return changes
}

/** A change that only people read; empty text is none. */
export function prose(table: string, path: string, before: string, after: string): ContractChange {
  const text = (words: string) => (words === '' ? null : words)
  const change = { table, path, class: classOf(documentation), ...documentation }
  return { ...change, before: text(before), after: text(after) }
}

/** Changes of the columns of a contract. */
export function diffColumns(before: TableContract, after: TableContract): ContractChange[] {
  const table = before.id
  const find = (contract: TableContract, name: string) =>
    contract.columns.find((column) => column.name === name)
  const whole = (path: string, effects: Effects, from: string | null, to: string | null) => ({
    ...{ table, path, class: classOf(effects), ...effects },
    ...{ before: from, after: to },
  })
  const changes = before.columns.flatMap((column) => {
    const other = find(after, column.name)
    if (other !== undefined) return diffColumn(table, column, other)
    return [whole(`columns.${column.name}`, removed, typeWords(column), null)]
  })
  for (const column of after.columns) {
    if (find(before, column.name) !== undefined) continue
    const effects = isDemanded(column) ? addedDemanded : addedOptional
    changes.push(whole(`columns.${column.name}`, effects, null, typeWords(column)))
  }
  const common = ({ columns }: TableContract) =>
    columns.map(({ name }) => name).filter((name) => find(before, name) && find(after, name))
  const [from, to] = [common(before).join(', '), common(after).join(', ')]
  if (from !== to) changes.push(whole('columns', reordered, from, to))
  return changes
}
