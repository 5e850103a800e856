// Expressions: from the syntax tree to the engine's SQL with Trino's type. What an expression may
// hold depends on where it stands: aggregates, windows and subqueries are asked for by the caller.
import { limits } from '../../../config/limits.ts'
import { commonType } from '../coercion.ts'
import { extractFields } from '../functions/date-functions.ts'
import type { Expression, Literal, Query } from '../syntax.ts'
import {
  bigintType,
  booleanType,
  integerType,
  resolveType,
  type TrinoType,
  varcharType,
} from '../types.ts'
import { compileCall } from './compile-call.ts'
import { compileCast } from './compile-cast.ts'
import { compileLiteral } from './compile-literal.ts'
import {
  asCondition,
  compileArithmetic,
  compileComparison,
  compileConcat,
  compileNegation,
} from './compile-operators.ts'
import { compileSpecial } from './compile-special.ts'
import { compileInQuery, compileScalarQuery } from './compile-subquery.ts'
import { compileSubscript } from './compile-subscript.ts'
import type { Compiler } from './compiler.ts'
import { resolveColumn, type Scope } from './scope.ts'
import { isComposite } from './sort-key.ts'
import { anyNaN, expectType, failing, quoted, type Typed, unified } from './typed.ts'

/** Where an expression stands. */
export interface Place {
  readonly compiler: Compiler
  readonly scope: Scope
  /** null: no aggregate may stand here, for the reason given. */
  readonly aggregates: 'permitted' | 'refused'
  readonly windows: 'permitted' | 'refused'
  /** Told of every aggregate. */
  readonly onAggregate: () => void
  /** Compiles a subquery whose expressions may see this scope. */
  readonly compileQuery: (query: Query, scope: Scope) => CompiledQuery
  /** Windows that the query names. */
  readonly namedWindows: ReadonlyMap<string, string>
}

export interface CompiledQuery {
  readonly sql: string
  readonly columns: readonly {
    readonly name: string | null
    /** Name of the column in the SQL. */
    readonly engineName: string
    readonly type: TrinoType
    readonly mayBeNaN: boolean
  }[]
}

/** Compiles one expression. COMPILER_ERROR where its SQL grows beyond all measure. */
export function compileExpression(expression: Expression, place: Place): Typed {
  const value = compileOne(expression, place)
  if (value.sql.length > limits.expressionEngineCharactersMax) {
    const message = 'the query may have too many or too complex expressions: it grew too large'
    place.compiler.fail('COMPILER_ERROR', message, expression.at)
  }
  return value
}

/** How each kind of expression is compiled. */
type Compilers = {
  readonly [Kind in Expression['kind']]: (expression: Of<Kind>, place: Place) => Typed
}

const literal = (expression: Literal, { compiler }: Place): Typed =>
  compileLiteral(expression, compiler)

const compilers: Compilers = {
  null: literal,
  boolean: literal,
  integer: literal,
  decimal: literal,
  double: literal,
  string: literal,
  binary: literal,
  typed: literal,
  interval: literal,
  parameter: ({ index, at }, place) =>
    compileExpression(place.compiler.parameter(index, at), place),
  column: ({ parts, at }, place) => resolveColumn(place.scope, parts, place.compiler.place(at)),
  call: ({ call, at }, place) => compileCall(call, at, place),
  cast: ({ value, type, safe, at }, place) => {
    const { compiler } = place
    const resolved = resolveType(type, compiler.place(at))
    return compileCast(compileExpression(value, place), resolved, safe, at, compiler)
  },
  case: compileCase,
  logical: ({ operator, terms }, place) => {
    const texts = terms.map((term) =>
      asCondition(
        compileExpression(term, place),
        'Logical expression term',
        term.at,
        place.compiler,
      ),
    )
    return { sql: `(${texts.join(` ${operator.toUpperCase()} `)})`, type: booleanType }
  },
  not: ({ value, at }, place) => {
    const compiled = compileExpression(value, place)
    const condition = asCondition(compiled, 'Value of logical NOT', at, place.compiler)
    return { sql: `(NOT ${condition})`, type: booleanType }
  },
  comparison: ({ operator, left, right, at }, place) => {
    const first = compileExpression(left, place)
    return compileComparison(operator, first, compileExpression(right, place), at, place.compiler)
  },
  distinct_from: ({ left, right, negated, at }, place) => {
    const sides = [compileExpression(left, place), compileExpression(right, place)]
    const { values } = unified(sides, 'Cannot compare', place.compiler.place(at))
    const word = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM'
    return { sql: `(${values.map(({ sql }) => sql).join(` ${word} `)})`, type: booleanType }
  },
  arithmetic: ({ operator, left, right, at }, place) => {
    const first = compileExpression(left, place)
    return compileArithmetic(operator, first, compileExpression(right, place), at, place.compiler)
  },
  concat: ({ terms, at }, place) => compileConcat(compileAll(terms, place), at, place.compiler),
  negate: ({ value, at }, place) =>
    compileNegation(compileExpression(value, place), at, place.compiler),
  is_null: ({ value, negated }, place) => {
    const word = negated ? 'IS NOT NULL' : 'IS NULL'
    return { sql: `(${compileExpression(value, place).sql} ${word})`, type: booleanType }
  },
  between: compileBetween,
  in_list: compileInList,
  in_query: (expression, place) =>
    compileInQuery(compileExpression(expression.value, place), expression, place),
  exists: ({ query }, place) => ({
    sql: `(EXISTS (${place.compileQuery(query, place.scope).sql}))`,
    type: booleanType,
  }),
  scalar_query: ({ query, at }, place) => compileScalarQuery(query, at, place),
  like: compileLike,
  extract: ({ field, value, at }, place) => {
    const { compiler } = place
    const compileField = extractFields[field]
    if (compileField === undefined) {
      return compiler.fail('NOT_SUPPORTED', 'EXTRACT of this field is not supported', at)
    }
    return compileField([compileExpression(value, place)], at, compiler)
  },
  array: ({ items, at }, place) => {
    const { values, type } = unified(
      compileAll(items, place),
      'Items of an array',
      place.compiler.place(at),
    )
    return {
      sql: `[${values.map(({ sql }) => sql).join(', ')}]`,
      type: { kind: 'array', element: type },
    }
  },
  row: ({ items }, place) => compileRow(compileAll(items, place)),
  subscript: ({ value, index, at }, place) => {
    const array = compileExpression(value, place)
    return compileSubscript(array, compileExpression(index, place), at, place.compiler)
  },
  grouping: ({ columns, at }, place) => compileGrouping(columns, at, place),
  special: ({ name, precision, at }, { compiler }) => compileSpecial(name, precision, at, compiler),
  at_time_zone: ({ at }, { compiler }) =>
    compiler.fail('NOT_SUPPORTED', 'AT TIME ZONE is not supported', at),
}

function compileAll(expressions: readonly Expression[], place: Place): Typed[] {
  return expressions.map((expression) => compileExpression(expression, place))
}

function compileOne(expression: Expression, place: Place): Typed {
  // The table is keyed by the kind that the expression has.
  const compile = compilers[expression.kind] as (expression: Expression, place: Place) => Typed
  return compile(expression, place)
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>

function compileCase(expression: Of<'case'>, place: Place): Typed {
  const { compiler } = place
  const { at } = expression
  const compile = (inner: Expression): Typed => compileExpression(inner, place)
  const branchValues = expression.whens.map(({ result }) => compile(result))
  if (expression.otherwise !== null) branchValues.push(compile(expression.otherwise))
  const results = unified(
    branchValues,
    'All CASE results must be the same type',
    compiler.place(at),
  )
  const whens =
    expression.operand === null
      ? expression.whens.map(({ when }) =>
          asCondition(compile(when), 'CASE WHEN clause', when.at, compiler),
        )
      : expression.whens.map(({ when }) => compile(when))
  let head = 'CASE'
  let tests: string[]
  if (expression.operand === null) {
    tests = whens as string[]
  } else {
    const sides = [compile(expression.operand), ...(whens as Typed[])]
    const { values, type } = unified(sides, 'CASE operand and WHEN clauses', compiler.place(at))
    const [operand, ...others] = values
    if (operand === undefined) throw new Error('a CASE has an operand')
    const isPlain = !isComposite(type) && !anyNaN(values).mayBeNaN
    head = isPlain ? `CASE ${operand.sql}` : 'CASE'
    tests = others.map((other) =>
      isPlain ? other.sql : compileComparison('=', operand, other, at, compiler).sql,
    )
  }
  const branches = tests.map((test, index) => `WHEN ${test} THEN ${results.values[index]?.sql}`)
  const otherwise =
    expression.otherwise === null ? '' : ` ELSE ${results.values.at(-1)?.sql ?? 'NULL'}`
  return {
    sql: `(${head} ${branches.join(' ')}${otherwise} END)`,
    type: results.type,
    ...anyNaN(branchValues),
  }
}

function compileBetween(expression: Of<'between'>, place: Place): Typed {
  const { compiler } = place
  const sides = [expression.value, expression.low, expression.high].map((side) =>
    compileExpression(side, place),
  )
  const { values } = unified(sides, 'Cannot compare with BETWEEN', compiler.place(expression.at))
  const [value, low, high] = values
  if (value === undefined || low === undefined || high === undefined) {
    throw new Error('three values were unified')
  }
  if (anyNaN(values).mayBeNaN || isComposite(value.type)) {
    const above = compileComparison('>=', value, low, expression.at, compiler).sql
    const below = compileComparison('<=', value, high, expression.at, compiler).sql
    const both = `(${above} AND ${below})`
    return { sql: expression.negated ? `(NOT ${both})` : both, type: booleanType }
  }
  const word = expression.negated ? 'NOT BETWEEN' : 'BETWEEN'
  return { sql: `(${value.sql} ${word} ${low.sql} AND ${high.sql})`, type: booleanType }
}

function compileInList(expression: Of<'in_list'>, place: Place): Typed {
  const sides = [expression.value, ...expression.list].map((side) => compileExpression(side, place))
  const { values, type } = unified(
    sides,
    'IN value and list items',
    place.compiler.place(expression.at),
  )
  const isFloating = type.kind === 'double' || type.kind === 'real'
  if ((anyNaN(values).mayBeNaN && isFloating) || isComposite(type)) {
    const [value, ...items] = values
    const tests = items.map(
      (item) => compileComparison('=', value ?? item, item, expression.at, place.compiler).sql,
    )
    const either = `(${tests.join(' OR ')})`
    return { sql: expression.negated ? `(NOT ${either})` : either, type: booleanType }
  }
  const [value, ...items] = values.map(({ sql }) => sql)
  const word = expression.negated ? 'NOT IN' : 'IN'
  return { sql: `(${value} ${word} (${items.join(', ')}))`, type: booleanType }
}

function compileLike(expression: Of<'like'>, place: Place): Typed {
  const { compiler } = place
  const text = (inner: Expression, what: string): Typed =>
    expectType(compileExpression(inner, place), varcharType, what, compiler.place(inner.at))
  const value = text(expression.value, 'Left side of LIKE expression')
  const pattern = text(expression.pattern, 'Pattern for LIKE expression')
  let suffix = ''
  let test = ''
  if (expression.escape !== null) {
    const character = text(expression.escape, 'Escape for LIKE expression')
    if (character.text === undefined || Array.from(character.text).length !== 1) {
      compiler.fail('INVALID_FUNCTION_ARGUMENT', 'Escape must be a single character', expression.at)
    }
    suffix = ` ESCAPE ${quoted(character.text ?? '')}`
    test = strayEscape(pattern, character.text ?? '', expression.at, compiler)
  }
  const word = expression.negated ? 'NOT LIKE' : 'LIKE'
  const sql = `(${value.sql} ${word} ${pattern.sql}${suffix})`
  return { sql: test === '' ? sql : `(CASE ${test} ELSE ${sql} END)`, type: booleanType }
}

/** Trino refuses an escape before anything but `%`, `_` and itself; the engine passes over it. */
function strayEscape(pattern: Typed, mark: string, at: number, compiler: Compiler): string {
  const why = "Escape character must be followed by '%', '_' or the escape character itself"
  if (pattern.text === undefined) {
    const character = mark.replace(/[\^\]\\-]/, '\\$&')
    const one = `[${character}]`
    const form = `([^${character}]|${one}[%_${character}])*`
    const error = failing('INVALID_FUNCTION_ARGUMENT', why, booleanType)
    return `WHEN NOT regexp_full_match(${pattern.sql}, ${quoted(form)}) THEN ${error}`
  }
  const characters = Array.from(pattern.text)
  for (let index = 0; index < characters.length; index++) {
    if (characters[index] !== mark) continue
    const next = characters[++index]
    if (next === undefined || !['%', '_', mark].includes(next)) {
      compiler.fail('INVALID_FUNCTION_ARGUMENT', why, at)
    }
  }
  return ''
}

function compileRow(items: readonly Typed[]): Typed {
  const fields = items.map(({ sql }, index) => `f${index + 1} := ${sql}`)
  return {
    sql: `struct_pack(${fields.join(', ')})`,
    parts: items,
    type: { kind: 'row', fields: items.map(({ type }) => ({ name: null, type })) },
  }
}

function compileGrouping(columns: readonly Expression[], at: number, place: Place): Typed {
  const { compiler } = place
  if (place.aggregates === 'refused') {
    return compiler.fail('EXPRESSION_NOT_SCALAR', 'GROUPING stands where no group is', at)
  }
  if (columns.length > limits.groupingColumnsMax) {
    return compiler.fail('NOT_SUPPORTED', 'GROUPING has too many columns', at)
  }
  place.onAggregate()
  const names = columns.map((column) => compileExpression(column, place).sql)
  const type = columns.length > 31 ? bigintType : integerType
  return { sql: `CAST(grouping(${names.join(', ')}) AS ${type.kind.toUpperCase()})`, type }
}

/** The common type of values that may be compared; null where they may not. */
export function comparable(left: Typed, right: Typed): TrinoType | null {
  const type = commonType(left.type, right.type)
  return type === null || isComposite(type) ? null : type
}
