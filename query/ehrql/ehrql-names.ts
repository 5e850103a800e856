// What ehrQL calls things: its modules of tables, its types, and the names that a table or column
// may not have there because they already mean something to Python or to ehrQL.
import type { ColumnType } from '../../contracts/table-contract.ts'

/** Namespaces of contracts for which ehrQL has a module of tables. */
export const ehrqlModules: Readonly<Record<string, string>> = {
  core: 'ehrql.tables.core',
  emis: 'ehrql.tables.emis',
  emisv2: 'ehrql.tables.emisv2',
  'raw.core': 'ehrql.tables.raw.core',
  'raw.emis': 'ehrql.tables.raw.emis',
  'raw.tpp': 'ehrql.tables.raw.tpp',
  smoketest: 'ehrql.tables.smoketest',
  tpp: 'ehrql.tables.tpp',
}

/** Python types of columns; those that ehrql.codes defines open with a capital. */
export const pythonTypes: Readonly<Record<Exclude<ColumnType, 'nhs_number'>, string>> = {
  bool: 'bool',
  int: 'int',
  float: 'float',
  date: 'datetime.date',
  string: 'str',
  snomedct: 'SNOMEDCTCode',
  dmd: 'DMDCode',
  ctv3: 'CTV3Code',
  icd10: 'ICD10Code',
  opcs4: 'OPCS4Code',
  // ehrQL has no type of BNF codes.
  bnf: 'str',
  icd10_multi: 'ICD10MultiCodeString',
  opcs4_multi: 'OPCS4MultiCodeString',
}

const keywords = [
  ...['and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif'],
  ...['else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda'],
  ...['nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield'],
]

/** Names that generated code itself uses: a class or column of that name would hide them. */
const used = ['bool', 'datetime', 'float', 'int', 'str']

const frameMethods = [
  ...['where', 'except_where', 'exists_for_patient', 'count_for_patient', 'sort_by'],
  ...['first_for_patient', 'last_for_patient', 'count_episodes_for_patient', 'patient_id'],
]

const backendAttributes = [
  ...['admin_tasks', 'column_kwargs_for_type', 'config', 'display_name', 'environ'],
  ...['get_exit_status_for_exception', 'get_query_engine', 'get_table_definition'],
  ...['get_table_expression', 'implements', 'internal_tables', 'modify_dataset', 'modify_dsn'],
  ...['modify_inline_table_args', 'modify_query_pre_reify', 'modify_temp_table_schema'],
  ...['patient_join_column', 'permissions', 'query_engine_class', 'tables'],
  ...['validate_against_table_namespace'],
]

export const isUsableColumn = (name: string): boolean =>
  ![...keywords, ...used, ...frameMethods].includes(name)

export const isUsableTableClass = (name: string): boolean =>
  ![...keywords, ...used, 'table'].includes(name)

export const isUsableAttribute = (name: string): boolean =>
  ![...keywords, ...backendAttributes].includes(name)

/** Title-case words of a snake_case name: `north_shire` is `North Shire`. */
export function titleOf(name: string): string {
  const words = name.split(/[._]+/).filter((word) => word !== '')
  return words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join(' ')
}
