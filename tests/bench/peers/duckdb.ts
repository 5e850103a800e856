// A peer as a process of its own: runs statements in DuckDB with its defaults (all cores).
import { DuckDBInstance } from '@duckdb/node-api'

const statements = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run('SET preserve_insertion_order = false')
for (const statement of statements) await connection.run(statement)
connection.closeSync()
instance.closeSync()
