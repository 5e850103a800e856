// Random queries over ehrQL's operations, compiled and run, against a slow evaluation of what ehrQL
// documents. Seeds that failed once stay in the list.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { booleanType } from '../../../query/trino/types.ts'
import { evaluateQuery } from '../../support/ehrql/evaluate.ts'
import {
  type Random,
  randomDataset,
  randomFrom,
  randomQuery,
} from '../../support/ehrql/generate.ts'
import {
  columnNames,
  columns,
  type Dataset,
  type EhrqlQuery,
  OutOfRange,
  type Row,
  type SeriesType,
  type Value,
} from '../../support/ehrql/nodes.ts'
import { renderQuery } from '../../support/ehrql/render-sql.ts'
import { proofPatienceMs, proofSeed, sized } from '../../support/proofs.ts'
import {
  dateType,
  doubleType,
  integerType,
  openTrino,
  varcharType,
} from '../../support/trino-sql.ts'

const examples = Number(process.env['GENERATIVE_EXAMPLES'] ?? sized(300, 10_000))
const datasetCount = sized(8, 60)
const pastFailures: readonly number[] = []

const types = { int: integerType, float: doubleType, str: varcharType, date: dateType }
const tableColumns = {
  patient_id: integerType,
  ...Object.fromEntries(
    columnNames.map((name) => {
      const type = columns[name]
      return [name, type === 'bool' ? booleanType : types[type]]
    }),
  ),
}
const engineTypes = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  float: 'DOUBLE',
  str: 'VARCHAR',
  date: 'DATE',
}

const datasets: readonly Dataset[] = Array.from({ length: datasetCount }, (_, index) =>
  randomDataset(randomFrom(proofSeed + 7_919 * index)),
)

const cell = (value: Value, type: SeriesType): string => {
  if (value === null) return 'NULL'
  if (type === 'str') return `'${String(value).replaceAll("'", "''")}'`
  return type === 'date' ? `DATE '${value}'` : String(value)
}

function prepare(name: string, rows: readonly Row[]): string[] {
  const list = columnNames.map((column) => `${column} ${engineTypes[columns[column]]}`)
  const values = rows.map((row) => {
    const cells = columnNames.map((column) => cell(row[column], columns[column]))
    return `(${[row.patient_id, ...cells].join(', ')})`
  })
  const create = `CREATE TABLE ${name} (patient_id INTEGER, ${list.join(', ')})`
  return values.length === 0
    ? [create]
    : [create, `INSERT INTO ${name} VALUES ${values.join(', ')}`]
}

let trino: Awaited<ReturnType<typeof openTrino>>
beforeAll(async () => {
  const statements = datasets.flatMap(({ patients, events }, index) => [
    ...prepare(`p${index}`, patients),
    ...prepare(`e${index}`, events),
  ])
  const tables = datasets.flatMap((_, index) => [`p${index}`, `e${index}`])
  trino = await openTrino(
    statements,
    Object.fromEntries(tables.map((name) => [name, tableColumns])),
  )
})
afterAll(() => trino.close())

const typesOf = (query: EhrqlQuery): SeriesType[] =>
  query.kind === 'measure'
    ? ['int', 'int', ...query.groups.map(({ type }) => type), 'int']
    : ['int', ...query.series.map(({ type }) => type)]

/** Numbers as far as two libraries of mathematics agree; whole numbers arrive as texts. */
function normal(value: unknown, type: SeriesType | undefined): Value {
  if (value === null || value === undefined) return null
  if (type === 'float') return Number(Number(value).toPrecision(12)) + 0
  return type === 'int' ? Number(value) + 0 : (value as Value)
}

const sorted = (rows: readonly (readonly unknown[])[], query: EhrqlQuery): string[] => {
  const kinds = typesOf(query)
  return rows.map((row) => JSON.stringify(row.map((value, i) => normal(value, kinds[i])))).sort()
}

const counts = { agreed: 0, unpromised: 0 }

/** One example; throws with its seed and its SQL. */
async function hold(seed: number): Promise<void> {
  const random: Random = randomFrom(seed)
  const index = random.below(datasetCount)
  const query = randomQuery(random)
  const sql = renderQuery(query, `p${index}`, `e${index}`)
  const failure = (cause: unknown): Error =>
    new Error(`seed ${seed}, tables ${index}: ${sql}\n${String(cause)}`, { cause })
  let wanted: string[]
  try {
    wanted = sorted(evaluateQuery(query, datasets[index] as Dataset), query)
  } catch (error) {
    if (!(error instanceof OutOfRange)) throw failure(error)
    // Beyond its ranges ehrQL promises nothing, but the statement must still compile.
    await trino.ask(sql).catch((cause: Error) => {
      if (cause.name === 'TrinoError') throw failure(cause)
    })
    counts.unpromised++
    return
  }
  const found = await trino.ask(sql).catch((cause: unknown) => {
    throw failure(cause)
  })
  try {
    expect(sorted(found.rows, query)).toEqual(wanted)
  } catch (error) {
    throw failure(error)
  }
  counts.agreed++
}

test(
  'the compiled SQL gives what ehrQL documents',
  async () => {
    for (const seed of pastFailures) await hold(seed)
    for (let index = 0; index < examples; index++) await hold(proofSeed * 31 + index)
    expect(counts.unpromised).toBeLessThan(counts.agreed / 4)
  },
  proofPatienceMs,
)
