// Polars for Node as a process of its own: scan with the types given, sink. It checks nothing.
import polars, { type DataType } from 'nodejs-polars'
import type { PeerTask } from './peer-task.ts'

const task = JSON.parse(process.argv[2] ?? '') as PeerTask
const types: Readonly<Record<string, DataType>> = {
  BIGINT: polars.Int64,
  DOUBLE: polars.Float64,
  DATE: polars.Date,
  VARCHAR: polars.Utf8,
}
const schema = Object.fromEntries(
  task.columns.map(({ name, sql_type }) => [name, types[sql_type] ?? polars.Utf8]),
)
const sinkOptions = { syncOnClose: 'none', maintainOrder: false, mkdir: false }
await polars
  .scanCSV(task.extract, { schema })
  .sinkParquet(task.output, { compression: 'snappy', sinkOptions })
  .collect()
