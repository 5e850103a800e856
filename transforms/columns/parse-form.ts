// What a parsing kernel must know of its column, as a block in its memory: null tokens, bytes that no
// value has, and what each type asks for (kernels/assembly/transforms/is-null-token, refuse-value and
// the parsing kernels name the words).
import { ruleDefinitions } from '../../contracts/rules.ts'
import { type ArenaOwner, addressOf, bytesAt } from '../../kernels/arena.ts'
import { roundedToMonthFlag } from '../coercion-flags.ts'
import type { ColumnForm } from '../column-form.ts'
import type { DateLayout } from '../values/date-format.ts'

const blockBytes = 112
const lanesFrom = 64

/** Bytes that stand in no value: 1; that may be a fault of the text itself: 2. */
function classesOf({ plan, number }: ColumnForm): Uint8Array {
  const classes = new Uint8Array(256)
  classes.fill(2, 128)
  classes[0] = 2
  if (plan.type === 'date') return classes
  classes.fill(1, 1, 128)
  let permitted = '0123456789+-'
  if (plan.type === 'float') permitted += 'eE'
  if (plan.type === 'float' || number.wholeDecimals) permitted += plan.decimal
  permitted += plan.thousands ?? ''
  for (let i = 0; i < permitted.length; i++) classes[permitted.charCodeAt(i)] = 0
  return classes
}

/** The digits in the order year, month, day; the literals; where the literals stand. */
function layoutLanes(layout: DateLayout): Uint8Array {
  const lanes = new Uint8Array(blockBytes - lanesFrom)
  const { yearAt, monthAt, dayAt } = layout
  const order = [yearAt, yearAt + 1, yearAt + 2, yearAt + 3, monthAt, monthAt + 1, dayAt, dayAt + 1]
  lanes.set([...order, ...order])
  const literals = [
    [layout.literalAt, layout.literal],
    [layout.secondLiteralAt, layout.secondLiteral],
  ] as const
  for (const [place, literal] of literals) {
    if (place < 0) continue
    lanes[16 + place] = literal
    lanes[32 + place] = 255
  }
  return lanes
}

/** The layout that the date kernel reads; null: none of the formats. */
export const layoutOf = (form: ColumnForm): DateLayout | null => form.formats[0]?.layout ?? null

/** Address of the block of a column of type int, float or date; `column`: its place in the plan. */
export function newParseForm(owner: ArenaOwner, form: ColumnForm, column: number): number {
  const { nulls, plan } = form
  const tokens = owner.bytes(nulls.bytes.length)
  tokens.set(nulls.bytes)
  const offsets = owner.int32(nulls.offsets.length)
  offsets.set(nulls.offsets)
  const classes = owner.bytes(256)
  classes.set(classesOf(form))
  const block = owner.int32(blockBytes / 4)
  const address = addressOf(block)
  block.set([nulls.lengths, addressOf(tokens), addressOf(offsets), nulls.offsets.length - 1])
  block.set([addressOf(classes), column, ruleDefinitions.type.number], 4)
  const layout = layoutOf(form)
  if (plan.type === 'float') block[7] = form.number.decimal
  if (plan.type !== 'date' || layout === null) return address
  const isAlone = form.formats.length === 1 && plan.coarserFormats.length === 0
  block.set([layout.width, isAlone ? 1 : 0, plan.roundToMonth ? roundedToMonthFlag : 0], 7)
  bytesAt(address, blockBytes).set(layoutLanes(layout), lanesFrom)
  return address
}
