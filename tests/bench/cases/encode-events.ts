// The program that `--case encoder` times: encodes events, again and again, and prints each round's
// times. Arguments: path, rows, rounds, seed.
import { rmSync } from 'node:fs'
import {
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  type Vector,
} from 'apache-arrow'
import { limits } from '../../../config/limits.ts'
import { type SeededRandom, seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import type { ParquetColumn } from '../../../contracts/stage.ts'
import { openParquetWriter } from '../../../sinks/parquet/open-parquet-writer.ts'
import { patientsOf } from '../data/event-rows.ts'
import { snomedTexts } from '../data/made-texts.ts'
import type { EncoderRound } from './encoder.ts'

const [path = '', ...numbers] = process.argv.slice(2)
const [rows = 0, rounds = 0, seed = 0] = numbers.map(Number)

const columns: readonly ParquetColumn[] = [
  { name: 'patient_id', type: 'int64', nullable: false },
  { name: 'date', type: 'date', nullable: true },
  { name: 'snomedct_code', type: 'string', nullable: true },
  { name: 'numeric_value', type: 'double', nullable: true },
]
const fields = [
  new Field('patient_id', new Int64(), false),
  new Field('date', new DateDay(), true),
  new Field('snomedct_code', new Dictionary(new Utf8(), new Int32(), 0), true),
  new Field('numeric_value', new Float64(), true),
]
const schema = new Schema(fields)

function codesOf(): Vector<Utf8> {
  const texts = snomedTexts(seed + 1).map((code) => Buffer.from(code))
  const valueOffsets = new Int32Array(texts.length + 1)
  for (const [i, { length }] of texts.entries())
    valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + length
  const data = Buffer.concat(texts)
  return makeVector(makeData({ type: new Utf8(), length: texts.length, valueOffsets, data }))
}

const dictionary = codesOf()

function recordBatch(random: SeededRandom, length: number): RecordBatch {
  const patients = patientsOf(rows)
  const ids = new BigInt64Array(length)
  const days = new Int32Array(length)
  const keys = new Int32Array(length)
  const values = new Float64Array(length)
  const validity = new Uint8Array((length + 7) >>> 3)
  let nullCount = 0
  for (let i = 0; i < length; i++) {
    ids[i] = BigInt(1 + random.below(patients))
    days[i] = 10_957 + random.below(9_000)
    keys[i] = random.below(dictionary.length)
    if (random.chance(0.4)) nullCount++
    else {
      values[i] = random.below(2_000) / 10
      validity[i >>> 3] = (validity[i >>> 3] ?? 0) | (1 << (i & 7))
    }
  }
  const children = [
    makeData({ type: new Int64(), length, data: ids }),
    makeData({ type: new DateDay(), length, data: days }),
    makeData({
      type: fields[2]?.type as Dictionary<Utf8, Int32>,
      length,
      data: keys,
      dictionary,
    }),
    makeData({ type: new Float64(), length, data: values, nullCount, nullBitmap: validity }),
  ]
  return new RecordBatch(schema, makeData({ type: new Struct(fields), length, children }))
}

// A row group of batches, made once and added again and again.
const random = seededRandom(seed)
const batchRows = Math.min(rows, limits.recordBatchRowsMax)
const batchCount = Math.min(
  Math.ceil(rows / batchRows),
  limits.rowGroupRowsMax / limits.recordBatchRowsMax,
)
const batches = Array.from({ length: batchCount }, () => recordBatch(random, batchRows))
const last = rows % batchRows === 0 ? null : recordBatch(random, rows % batchRows)

async function encodeOnce(): Promise<EncoderRound> {
  rmSync(path, { force: true })
  const startedMs = performance.now()
  const before = process.cpuUsage()
  const options = { columns, compression: 'snappy', dictionary: 'auto', metadata: {} } as const
  const writer = openParquetWriter(path, options)
  for (let index = 0; index < Math.floor(rows / batchRows); index++) {
    const batch = batches[index % batches.length]
    if (batch !== undefined) writer.add(batch)
    if (writer.pendingRows + limits.recordBatchRowsMax > limits.rowGroupRowsMax)
      writer.endRowGroup()
  }
  if (last !== null) writer.add(last)
  const part = writer.commit()
  const seconds = (performance.now() - startedMs) / 1_000
  const { user, system } = process.cpuUsage(before)
  const { bytes } = await part
  const flushSeconds = (performance.now() - startedMs) / 1_000 - seconds
  return { seconds, flush_seconds: flushSeconds, cpu_seconds: (user + system) / 1e6, bytes }
}

await encodeOnce()
const measured: EncoderRound[] = []
for (let round = 0; round < rounds; round++) measured.push(await encodeOnce())
rmSync(path, { force: true })
process.stdout.write(JSON.stringify(measured))
