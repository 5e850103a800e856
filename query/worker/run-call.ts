// CALL: of all procedures the one that clients end a statement with.
import type { Statement } from '../trino/statement.ts'
import { TrinoError } from '../trino/trino-error.ts'
import { done, type Execution, type StatementContext } from './execution.ts'

const parameterNames = ['query_id', 'message'] as const

/** Runs a procedure. NOT_FOUND for one that is not there, or a query that is not the user's. */
export function runCall(
  statement: Extract<Statement, { readonly kind: 'call' }>,
  { names, session, queries }: StatementContext,
): Execution {
  const [
    procedure = '',
    schema = session.schema ?? '',
    catalog = session.catalog ?? names.catalog,
  ] = [...statement.name].reverse().map((part) => part.toLowerCase())
  const name = [catalog, schema, procedure].join('.')
  if (name !== 'system.runtime.kill_query') {
    throw new TrinoError('NOT_FOUND', `Procedure not registered: ${statement.name.join('.')}`)
  }
  const given: Partial<Record<(typeof parameterNames)[number], string>> = {}
  for (const [index, argument] of statement.arguments.entries()) {
    const wanted = argument.name?.toLowerCase() ?? parameterNames[index]
    const parameter = parameterNames.find((candidate) => candidate === wanted)
    if (parameter === undefined || given[parameter] !== undefined) {
      throw new TrinoError('INVALID_ARGUMENTS', 'kill_query takes a query_id and a message')
    }
    if (argument.value.kind === 'null') continue
    if (argument.value.kind !== 'string') {
      throw new TrinoError('INVALID_ARGUMENTS', `${parameter} of kill_query is a text`)
    }
    given[parameter] = argument.value.value
  }
  const { query_id: id = '', message = '' } = given
  const found = queries.find((entry) => entry.id === id)
  if (found === undefined) throw new TrinoError('NOT_FOUND', 'Target query not found')
  if (found.state === 'FINISHED' || found.state === 'FAILED') {
    throw new TrinoError('NOT_SUPPORTED', 'Target query is not running')
  }
  return { ...done('CALL'), kill: { id, message } }
}
