// Arrow for the worker's path. The package's one-file build loads in 12 ms where its module tree
// takes 70 to 95 ms: two hundred small files cost more to find than to run. It is the same code,
// under the same class names and public fields; only identity differs, so compare with
// RecordBatch.isRecordBatch and never with instanceof across the two.
import { createRequire } from 'node:module'
import type * as Arrow from 'apache-arrow'

const require = createRequire(import.meta.url)

export const {
  Binary,
  Bool,
  Data,
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  RecordBatch,
  Schema,
  Struct,
  Type,
  Utf8,
  Vector,
  makeData,
  makeVector,
} = require('apache-arrow/Arrow.esnext.min') as typeof Arrow
