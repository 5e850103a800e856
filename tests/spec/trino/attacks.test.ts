// Statements that are after files, configuration, logs, other users or a second statement are refused
// before anything reaches the engine.
import { expect, test } from '@jest/globals'
import { parseStatement } from '../../../query/trino/parse-statement.ts'
import { isTrinoError } from '../../../query/trino/trino-error.ts'
import { attacks, workerAttacks } from '../../support/attacks.ts'
import { compileTrino, integerType } from '../../support/trino-sql.ts'

const columns = { patient_id: integerType, i1: integerType }

/** What came of a statement: a name of Trino's errors, or that it passed. */
function outcome(text: string): string {
  try {
    const { statement } = parseStatement(text)
    if (statement.kind !== 'query') return `passed as ${statement.kind}`
    compileTrino(text, { p: columns, e: columns })
    return 'passed'
  } catch (error) {
    if (!isTrinoError(error)) throw error
    return error.errorName
  }
}

const refusals = [
  ...['SYNTAX_ERROR', 'NOT_SUPPORTED', 'FUNCTION_NOT_FOUND', 'TABLE_NOT_FOUND'],
  ...['COLUMN_NOT_FOUND', 'TYPE_NOT_FOUND', 'INVALID_LITERAL', 'TYPE_MISMATCH'],
]

for (const [aim, statements] of Object.entries(attacks)) {
  test.each(statements.map((text) => [JSON.stringify(text), text]))(
    `what ${aim} is refused: %s`,
    (_shown, text) => {
      expect(refusals).toContain(outcome(text))
    },
  )
}

test('the same statements stay refused inside of what may hold another statement', () => {
  for (const text of Object.values(attacks).flat()) {
    for (const wrapped of [
      `EXPLAIN ${text}`,
      `PREPARE a FROM ${text}`,
      `CREATE TABLE x AS ${text}`,
    ]) {
      const found = outcome(wrapped)
      // A query that only names what is not there is compiled when it runs.
      if (found.startsWith('passed')) expect(refusals).toContain(outcome(text))
      else expect(refusals).toContain(found)
    }
  }
})

test('there are more than a hundred of them', () => {
  const all = [...Object.values(attacks).flat(), ...workerAttacks]
  expect(new Set(all).size).toBe(all.length)
  expect(all.length).toBeGreaterThan(150)
})
