// What a query reads from, as the engine's FROM and the columns that its expressions can see. Every
// relation gets a name that nothing else has, so the engine resolves no name of the client.
import type { NameParts, Query, Relation } from '../syntax.ts'
import { bigintType } from '../types.ts'
import { type CompiledQuery, compileExpression, type Place } from './compile-expression.ts'
import { asCondition, compileComparison } from './compile-operators.ts'
import type { Compiler } from './compiler.ts'
import type { Scope, ScopeColumn } from './scope.ts'
import { named, unified } from './typed.ts'

export interface CompiledRelation {
  readonly sql: string
  readonly columns: readonly ScopeColumn[]
}

export interface RelationContext {
  readonly compiler: Compiler
  /** Around the query: what a correlated subquery can see. */
  readonly parent: Scope | null
  /** Queries that WITH named. */
  readonly namedQueries: ReadonlyMap<string, CompiledQuery>
  readonly compileQuery: (query: Query, scope: Scope | null) => CompiledQuery
  readonly place: (scope: Scope) => Place
}

/** A compiled query under a fresh name. */
function derived(query: CompiledQuery, name: NameParts, compiler: Compiler): CompiledRelation {
  const alias = compiler.fresh('r')
  return {
    sql: `(${query.sql}) AS ${alias}`,
    columns: query.columns.map((column) => ({
      name: column.name,
      relation: name,
      sql: `${alias}.${named(column.engineName)}`,
      type: column.type,
      mayBeNaN: column.mayBeNaN,
    })),
  }
}

function compileTable(
  relation: Extract<Relation, { readonly kind: 'table' }>,
  context: RelationContext,
): CompiledRelation {
  const { compiler } = context
  const [only = ''] = relation.name
  const query =
    relation.name.length === 1 ? context.namedQueries.get(only.toLowerCase()) : undefined
  if (query !== undefined) return derived(query, [only], compiler)
  const table = compiler.resolveTable(relation.name, compiler.place(relation.at))
  const alias = compiler.fresh('r')
  return {
    sql: `${table.sql} AS ${alias}`,
    columns: table.columns.map((column) => ({
      name: column.name,
      relation: table.name,
      sql: `${alias}.${named(column.engineName)}`,
      type: column.type,
      mayBeNaN: column.mayBeNaN,
    })),
  }
}

function compileAlias(
  relation: Extract<Relation, { readonly kind: 'alias' }>,
  context: RelationContext,
): CompiledRelation {
  const inner = compileRelation(relation.relation, context)
  const { columns: names, name } = relation
  if (names !== null && names.length !== inner.columns.length) {
    context.compiler.fail(
      'MISMATCHED_COLUMN_ALIASES',
      `Column alias list has ${names.length} entries but relation has ` +
        `${inner.columns.length} columns`,
      relation.at,
    )
  }
  return {
    sql: inner.sql,
    columns: inner.columns.map((column, index) => ({
      ...column,
      name: names === null ? column.name : (names[index] ?? null),
      relation: [name],
    })),
  }
}

const joinWords = {
  inner: 'INNER JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  cross: 'CROSS JOIN',
} as const

function compileJoin(
  join: Extract<Relation, { readonly kind: 'join' }>,
  context: RelationContext,
): CompiledRelation {
  const left = compileRelation(join.left, context)
  const right = compileRelation(join.right, context)
  const columns = [...left.columns, ...right.columns]
  const word = joinWords[join.type]
  if (join.using !== null) return compileUsing(join, left, right, context)
  if (join.on === null) return { sql: `${left.sql} ${word} ${operand(join.right, right)}`, columns }
  const place = context.place({ columns, parent: context.parent })
  const value = compileExpression(join.on, place)
  const condition = asCondition(value, 'JOIN ON clause', join.on.at, context.compiler)
  return { sql: `${left.sql} ${word} ${operand(join.right, right)} ON ${condition}`, columns }
}

/** A join on the right of another stands in parentheses. */
const operand = (relation: Relation, { sql }: CompiledRelation): string =>
  relation.kind === 'join' ? `(${sql})` : sql

function compileUsing(
  join: Extract<Relation, { readonly kind: 'join' }>,
  left: CompiledRelation,
  right: CompiledRelation,
  { compiler }: RelationContext,
): CompiledRelation {
  const find = (relation: CompiledRelation, name: string): ScopeColumn => {
    const found = relation.columns.filter(
      (column) => column.name?.toLowerCase() === name.toLowerCase(),
    )
    const [column] = found
    if (column !== undefined && found.length === 1) return column
    const problem = found.length === 0 ? 'COLUMN_NOT_FOUND' : 'AMBIGUOUS_NAME'
    return compiler.fail(problem, `Column '${name}' of USING is not in both sides once`, join.at)
  }
  const names = join.using ?? []
  const pairs = names.map((name) => [find(left, name), find(right, name)] as const)
  const tests = pairs.map(
    ([first, second]) => compileComparison('=', first, second, join.at, compiler).sql,
  )
  const merged = pairs.map(([first, second]): ScopeColumn => {
    const { values, type } = unified([first, second], 'USING', compiler.place(join.at))
    const sql = `coalesce(${values.map((value) => value.sql).join(', ')})`
    return { ...first, relation: [], sql, type }
  })
  const used = new Set(pairs.flat())
  const others = [...left.columns, ...right.columns].filter((column) => !used.has(column))
  return {
    sql: [
      left.sql,
      joinWords[join.type],
      operand(join.right, right),
      'ON',
      tests.join(' AND '),
    ].join(' '),
    columns: [...merged, ...others],
  }
}

function compileUnnest(
  relation: Extract<Relation, { readonly kind: 'unnest' }>,
  context: RelationContext,
): CompiledRelation {
  const { compiler } = context
  const place = context.place({ columns: [], parent: context.parent })
  const [value, other] = relation.arrays.map((array) => compileExpression(array, place))
  if (value?.type.kind !== 'array' || other !== undefined) {
    return compiler.fail('NOT_SUPPORTED', 'UNNEST takes one array here', relation.at)
  }
  if (value.type.element.kind === 'row') {
    return compiler.fail(
      'NOT_SUPPORTED',
      'UNNEST of an array of rows is not supported',
      relation.at,
    )
  }
  const alias = compiler.fresh('r')
  const [item, ordinal] = [compiler.fresh('k'), compiler.fresh('k')]
  const ordinality = relation.ordinality
    ? `, CAST(unnest(range(1, len(${value.sql}) + 1)) AS BIGINT) AS ${ordinal}`
    : ''
  const column = { relation: [], mayBeNaN: true, type: value.type.element, name: null }
  const columns: ScopeColumn[] = [{ ...column, sql: `${alias}.${item}` }]
  if (relation.ordinality) {
    columns.push({ ...column, type: bigintType, mayBeNaN: false, sql: `${alias}.${ordinal}` })
  }
  return { sql: `(SELECT unnest(${value.sql}) AS ${item}${ordinality}) AS ${alias}`, columns }
}

/** The SQL of a relation and the columns it gives. */
export function compileRelation(relation: Relation, context: RelationContext): CompiledRelation {
  switch (relation.kind) {
    case 'table':
      return compileTable(relation, context)
    case 'alias':
      return compileAlias(relation, context)
    case 'join':
      return compileJoin(relation, context)
    case 'unnest':
      return compileUnnest(relation, context)
    case 'subquery':
      return derived(context.compileQuery(relation.query, context.parent), [], context.compiler)
  }
}
