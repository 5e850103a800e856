// Texts through one parsing kernel alone, without the per-value parsers that follow it.
import type { ColumnMapping } from '../../contracts/extract.ts'
import type { ColumnType } from '../../contracts/table-contract.ts'
import { ArenaOwner, addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import { openArenaBatches } from '../../transforms/arena-batch.ts'
import { openColumnForm } from '../../transforms/column-form.ts'
import { fieldAddresses } from '../../transforms/columns/column.ts'
import { newParseForm } from '../../transforms/columns/parse-form.ts'
import { compilePlan } from '../../transforms/compile-plan.ts'
import { clearFailures, failedCountOf, newFailures } from '../../transforms/failures.ts'
import { fieldBatchOf } from './field-batch.ts'
import { bytesOf } from './land-column.ts'
import { columnMappingOf, contractOf, tableMappingOf } from './table-setup.ts'

/** What the kernel of a type makes of each text: values in order, and the texts of each outcome. */
export function parseTexts(
  type: ColumnType,
  mapping: Partial<ColumnMapping>,
  texts: readonly string[],
) {
  const owner = new ArenaOwner()
  const mappings = [columnMappingOf('patient_id'), columnMappingOf('value', mapping)]
  const [, plan] = compilePlan(contractOf([{ type }]), tableMappingOf(mappings), 'int').columns
  if (plan === undefined) throw new Error('the plan has a second column')
  const rows = texts.map((text) => [bytesOf(text)])
  const batch = openArenaBatches(owner)(fieldBatchOf(rows, 1))
  const { bytes, starts, ends } = fieldAddresses(batch, 0)
  const failures = newFailures(owner)
  clearFailures(failures, texts.length)
  const words = owner.int32(2 * texts.length)
  const states = owner.bytes(texts.length)
  const rowsLeft = owner.int32(texts.length)
  const places = [addressOf(words), addressOf(states), addressOf(rowsLeft)] as const
  const parse =
    type === 'int'
      ? kernels.parseInt64
      : type === 'float'
        ? kernels.parseFloat64
        : kernels.parseDate
  const leftCount = parse(
    bytes,
    starts,
    ends,
    texts.length,
    newParseForm(owner, openColumnForm(plan), 1),
    ...places,
    addressOf(failures.recorder),
    addressOf(owner.bytes(texts.length)),
  )
  const view = { int: BigInt64Array, float: Float64Array, date: Int32Array }
  const values = Array.from<bigint | number>(
    new view[type as 'int'](words.buffer, addressOf(words), texts.length),
  )
  const undecided = Array.from(rowsLeft.subarray(0, leftCount), (row) => texts[row])
  const refused = texts.filter((_, row) => states[row] === 2)
  if (failedCountOf(failures) !== refused.length) throw new Error('each refused row is recorded')
  const nulls = texts.filter((_, row) => states[row] === 1)
  owner.release()
  return { values, undecided, refused, nulls }
}
