// The prose of a contract where SQL engines keep it: COMMENT ON of DuckDB, COMMENT of Trino,
// extended properties of SQL Server.
import { type ContractColumn, patientIdColumn, type TableContract } from '../table-contract.ts'
import type { noticesOf } from './conversion.ts'
import type { SqlDialect } from './sql-dialect.ts'

export interface TableComments {
  /** The statement that makes the schema. */
  readonly schema: string
  /** Behind the definition of a column, with a space before it. */
  readonly ofPatient: string
  ofColumn(column: ContractColumn): string
  /** Behind the closing parenthesis. */
  readonly ofTable: string
  /** Statements behind CREATE TABLE. */
  readonly after: readonly string[]
}

/** Characters that an extended property of SQL Server holds: 7,500 bytes of UTF-16. */
const propertyCharactersMax = 3_750
const patientProse = 'The patient.'

/** Prose without what would end a statement early or break a terminal. */
const printable = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')

const tableProse = ({ title, description }: TableContract): string =>
  printable([title, description].filter((text) => text.trim() !== '').join(': '))

const commented = ({ columns }: TableContract): readonly ContractColumn[] =>
  columns.filter(({ description }) => description !== '')

function duckdbComments(contract: TableContract, dialect: SqlDialect): TableComments {
  const { quote, text } = dialect
  const where = `${quote(contract.namespace)}.${quote(contract.table)}`
  const prose = tableProse(contract)
  const columns = [
    { name: patientIdColumn, description: patientProse },
    ...commented(contract),
  ].map(
    ({ name, description }) =>
      `COMMENT ON COLUMN ${where}.${quote(name)} IS ${text(printable(description))};`,
  )
  return {
    schema: `CREATE SCHEMA IF NOT EXISTS ${quote(contract.namespace)};`,
    ...{ ofPatient: '', ofColumn: () => '', ofTable: '' },
    after: [...(prose === '' ? [] : [`COMMENT ON TABLE ${where} IS ${text(prose)};`]), ...columns],
  }
}

function trinoComments(contract: TableContract, dialect: SqlDialect): TableComments {
  const { quote, text } = dialect
  const prose = tableProse(contract)
  const comment = (words: string) => (words === '' ? '' : ` COMMENT ${text(printable(words))}`)
  return {
    schema: `CREATE SCHEMA IF NOT EXISTS ${quote(contract.namespace)};`,
    ofPatient: comment(patientProse),
    ofColumn: ({ description }) => comment(description),
    ofTable: prose === '' ? '' : `\nCOMMENT ${text(prose)}`,
    after: [],
  }
}

function tsqlComments(
  contract: TableContract,
  dialect: SqlDialect,
  add: ReturnType<typeof noticesOf>['add'],
): TableComments {
  const { quote, text } = dialect
  const { namespace, table } = contract
  const property = (words: string, column: string | null): string => {
    const shown = printable(words)
    if (shown.length > propertyCharactersMax) {
      add(column, 'description', `is cut after ${propertyCharactersMax} characters`)
    }
    const level2 =
      column === null ? '' : `,\n  @level2type = N'COLUMN', @level2name = ${text(column)}`
    return `EXEC sys.sp_addextendedproperty @name = N'MS_Description',
  @value = ${text(shown.slice(0, propertyCharactersMax))},
  @level0type = N'SCHEMA', @level0name = ${text(namespace)},
  @level1type = N'TABLE', @level1name = ${text(table)}${level2};`
  }
  const prose = tableProse(contract)
  const create = text(`CREATE SCHEMA ${quote(namespace)}`)
  return {
    schema: `IF SCHEMA_ID(${text(namespace)}) IS NULL EXEC(${create});`,
    ...{ ofPatient: '', ofColumn: () => '', ofTable: '' },
    after: [
      ...(prose === '' ? [] : [property(prose, null)]),
      ...commented(contract).map(({ name, description }) => property(description, name)),
    ],
  }
}

/** Where the prose of a contract goes in a dialect. */
export function tableComments(
  contract: TableContract,
  dialect: SqlDialect,
  add: ReturnType<typeof noticesOf>['add'],
): TableComments {
  if (dialect.name === 'duckdb') return duckdbComments(contract, dialect)
  return dialect.name === 'trino'
    ? trinoComments(contract, dialect)
    : tsqlComments(contract, dialect, add)
}
