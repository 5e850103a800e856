// Runs a plan in DuckDB: all cores, order of rows not kept.
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckdbPlan } from './duckdb-sql.ts'

export async function runDuckdb(plan: DuckdbPlan): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run('SET preserve_insertion_order = false')
    await connection.run('CREATE SEQUENCE refused')
    for (const statement of plan.statements) await connection.run(statement)
    if (plan.whenRefused.length === 0) return
    const next = await connection.runAndReadAll("SELECT nextval('refused')::INTEGER")
    if (Number(next.getRows()[0]?.[0]) === 1) return
    for (const statement of plan.whenRefused) await connection.run(statement)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
