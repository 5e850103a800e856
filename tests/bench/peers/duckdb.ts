// A peer as a process of its own: runs statements in DuckDB with its defaults (all cores).
// By require, as the product loads it: an import takes longer.
import { createRequire } from 'node:module'
import type * as DuckDb from '@duckdb/node-api'

const require = createRequire(import.meta.url)
const { DuckDBInstance } = require('@duckdb/node-api') as typeof DuckDb

const statements = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run('SET preserve_insertion_order = false')
for (const statement of statements) await connection.run(statement)
connection.closeSync()
instance.closeSync()
