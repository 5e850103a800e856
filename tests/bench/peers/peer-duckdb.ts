// DuckDB as a process of its own: runs the plan of its argument.
import type { DuckdbPlan } from './duckdb-sql.ts'
import { runDuckdb } from './run-duckdb.ts'

await runDuckdb(JSON.parse(process.argv[2] ?? '') as DuckdbPlan)
