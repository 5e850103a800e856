// Walks the tree of a statement with allow-lists: every kind of node, every table, every function has
// to be known. Nothing is looked for that would be bad; whatever is not known to be good is refused.
import { limits } from '../config/limits.ts'
import { listWords, nearestWord } from '../contracts/nearest-word.ts'
import { allowedFunctions, allowedTableFunctions } from './allowed-functions.ts'
import { refused } from './query-errors.ts'

const expressionClasses: ReadonlySet<unknown> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'POSITIONAL_REFERENCE',
  'STAR',
  'SUBQUERY',
  'TYPE',
  'WINDOW',
])

const nodeTypes: ReadonlySet<unknown> = new Set([
  // queries
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
  // what a query reads from
  'BASE_TABLE',
  'EMPTY',
  'EXPRESSION_LIST',
  'JOIN',
  'PIVOT',
  'SHOW_REF',
  'SUBQUERY',
  'TABLE_FUNCTION',
  // what follows a query
  'DISTINCT_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'ORDER_MODIFIER',
  'ASCENDING',
  'DESCENDING',
  'ORDER_DEFAULT',
  // details of types
  'ARRAY_TYPE_INFO',
  'DECIMAL_TYPE_INFO',
  'ENUM_TYPE_INFO',
  'GENERIC_TYPE_INFO',
  'LIST_TYPE_INFO',
  'STRING_TYPE_INFO',
  'STRUCT_TYPE_INFO',
  'UNBOUND_TYPE_INFO',
])

type Node = Readonly<Record<string, unknown>>

/** Names that a statement may read, in lower case: `core.patients` and, for bare names, `patients`. */
export type KnownTables = ReadonlyMap<string, string>

interface Walk {
  readonly tables: KnownTables
  readonly used: Set<string>
  nodes: number
}

/**
 * Refuses (`query_refused`) the parsed statement unless every part of it is allowed. Returns the
 * tables it reads: the values that `tables` has for their names.
 */
export function checkStatement(tree: unknown, tables: KnownTables): Set<string> {
  const statements = (tree as { statements?: unknown } | null)?.statements
  if (!Array.isArray(statements) || statements.length !== 1) {
    throw refused('there is not exactly one statement')
  }
  const walk: Walk = { tables, used: new Set(), nodes: 0 }
  visit(statements[0], new Set(), 0, walk)
  return walk.used
}

function visit(value: unknown, scope: ReadonlySet<string>, depth: number, walk: Walk): void {
  if (typeof value !== 'object' || value === null) return
  walk.nodes += 1
  if (walk.nodes > limits.queryTreeNodesMax) throw refused('the statement is too large')
  if (depth > limits.queryTreeDepthMax) throw refused('the statement is nested too deeply')
  if (Array.isArray(value)) {
    for (const item of value) visit(item, scope, depth + 1, walk)
    return
  }
  const node = value as Node
  checkNode(node, scope, walk)
  const inner = 'cte_map' in node ? visitCtes(node, scope, depth, walk) : scope
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'cte_map') visit(child, inner, depth + 1, walk)
  }
}

// Each common table expression sees those before it; the body sees all. A recursive one sees itself.
function visitCtes(
  node: Node,
  scope: ReadonlySet<string>,
  depth: number,
  walk: Walk,
): ReadonlySet<string> {
  const inner = new Set(scope)
  if (node['type'] === 'RECURSIVE_CTE_NODE') inner.add(nameOf(node['cte_name']))
  const entries = (node['cte_map'] as { map?: unknown } | null)?.map
  if (!Array.isArray(entries)) throw refused('the statement has a part that is not known')
  for (const entry of entries as Node[]) {
    visit(entry['value'], new Set(inner), depth + 1, walk)
    inner.add(nameOf(entry['key']))
  }
  return inner
}

function checkNode(node: Node, scope: ReadonlySet<string>, walk: Walk): void {
  if ('class' in node) {
    if (node['class'] === 'PARAMETER') throw refused('the statement has a parameter')
    if (!expressionClasses.has(node['class'])) throw refused('an expression is not of a known kind')
    const calls = node['class'] === 'FUNCTION' || node['class'] === 'WINDOW'
    if (calls !== 'function_name' in node) throw refused('a function is in an unknown place')
  } else if (typeof node['type'] === 'string') {
    if (!nodeTypes.has(node['type']))
      throw refused('a part of the statement is not of a known kind')
    if ('function_name' in node) throw refused('a function is in an unknown place')
  }
  if (node['type'] === 'TABLE_FUNCTION') checkTableFunction(node)
  else if (node['type'] === 'BASE_TABLE') checkTable(node, scope, walk)
  else if (node['type'] === 'SHOW_REF') checkShow(node)
  else if ('table_name' in node) throw refused('a table is in an unknown place')
  if ('function_name' in node) checkFunction(node)
  if (node['type'] === 'UNBOUND_TYPE_INFO' || node['class'] === 'TYPE') checkUnqualified(node)
}

function checkFunction(node: Node): void {
  const name = nameOf(node['function_name'])
  const schema = nameOf(node['schema'] ?? '')
  const catalog = nameOf(node['catalog'] ?? '')
  if ((schema !== '' && schema !== 'main') || catalog !== '') {
    throw refused('a function is called by a qualified name')
  }
  // Those in the place of a table were checked there, and have no rights elsewhere.
  if (!allowedFunctions.has(name) && !allowedTableFunctions.has(name)) {
    const shown = /^[a-z_][a-z0-9_]{0,62}$/.test(name) ? `"${name}"` : 'of another name'
    throw refused(
      `the statement calls a function ${shown}, which is not on the list of allowed ones`,
    )
  }
}

function checkTableFunction(node: Node): void {
  const call = node['function'] as Node | null
  if (!allowedTableFunctions.has(nameOf(call?.['function_name']))) {
    throw refused('a table function other than range, generate_series and unnest is called')
  }
}

function checkTable(node: Node, scope: ReadonlySet<string>, walk: Walk): void {
  const schema = nameOf(node['schema_name'])
  const table = nameOf(node['table_name'])
  if (nameOf(node['catalog_name'] ?? '') !== '')
    throw refused('a table of another catalogue is named')
  if ((node['at_clause'] ?? null) !== null) throw refused('a table is asked for at another time')
  if (schema === '' && scope.has(table)) return
  const found = walk.tables.get(schema === '' ? table : `${schema}.${table}`)
  if (found === undefined) throw unknownTable(table, walk.tables)
  walk.used.add(found)
}

function unknownTable(table: string, tables: KnownTables): Error {
  const names = [...tables.keys()].sort()
  const nearest = nearestWord(table, names)
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
  const what = 'the statement reads a table that the snapshot has not'
  return refused(`${what}; expected ${listWords(names)}${hint}`)
}

// DESCRIBE and SUMMARIZE hold a query, which is walked like any other; what else SHOW can show of
// the engine is not for clients.
function checkShow(node: Node): void {
  const holdsQuery = typeof node['query'] === 'object' && node['query'] !== null
  const kind = node['show_type']
  if (holdsQuery && (kind === 'DESCRIBE' || kind === 'SUMMARY')) return
  throw refused('only SHOW TABLES is shown')
}

function checkUnqualified(node: Node): void {
  if (nameOf(node['schema'] ?? '') !== '' || nameOf(node['catalog'] ?? '') !== '') {
    throw refused('a type has a qualified name')
  }
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string') throw refused('the statement has a name that is no text')
  return value.toLowerCase()
}

/** True for SHOW TABLES and SHOW ALL TABLES, which are answered from the manifest. */
export function isShowTables(tree: unknown): boolean {
  const statements = (tree as { statements?: Node[] } | null)?.statements
  const node = statements?.length === 1 ? (statements[0]?.['node'] as Node | undefined) : undefined
  const source = node?.['from_table'] as Node | null | undefined
  if (source?.['type'] !== 'SHOW_REF' || source['query'] !== null) return false
  return ['"tables"', 'tables', '__show_tables_expanded'].includes(String(source['table_name']))
}
