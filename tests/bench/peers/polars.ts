// A peer as a process of its own: polars reads the CSV lazily and streams it into Parquet, with the
// types of the contract and none of its checks. argv: extract, target, JSON of [name, type] pairs.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import pl from 'nodejs-polars'

const [, , extract = '', target = '', columnsText = '[]'] = process.argv
const columns = JSON.parse(columnsText) as [name: string, type: string][]
const typeOf = (type: string) => {
  if (type === 'BIGINT') return pl.Int64
  if (type === 'DOUBLE') return pl.Float64
  return pl.Utf8
}
const header = (await readHeader(extract)).split(',')
const types = new Map(columns)
// The schema is of the whole file: columns that nobody asked for are text.
const schema = Object.fromEntries(header.map((name) => [name, typeOf(types.get(name) ?? '')]))
const selected = columns.map(([name, type]) =>
  type === 'DATE' ? pl.col(name).str.strptime(pl.Date, '%Y-%m-%d').alias(name) : pl.col(name),
)

async function readHeader(path: string): Promise<string> {
  const text = path.endsWith('.gz')
    ? createReadStream(path).pipe(createGunzip())
    : createReadStream(path)
  for await (const line of createInterface({ input: text })) return line
  return ''
}

await pl
  .scanCSV(extract, { schema })
  .select(...selected)
  .sinkParquet(target, { compression: 'snappy', maintainOrder: false })
  .collect()
