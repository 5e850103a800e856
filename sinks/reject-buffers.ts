// The buffers from which the columns of a quarantine file are made: what the kernels read, copied
// where it lies outside their memory, and what they write. Reused from batch to batch.
import type { FieldBatch, RejectedRows } from '../contracts/stage.ts'
import { type ArenaOwner, type ArenaView, isInArena } from '../kernels/arena.ts'

export interface RejectBuffers {
  readonly bytes: Uint8Array
  readonly recordStarts: Int32Array
  readonly recordEnds: Int32Array
  readonly rows: Int32Array
  readonly columns: Int16Array
  readonly rules: Uint8Array
  readonly masks: Int32Array
  /** Keys of a column with one text. */
  readonly zeros: Int32Array
  /** Two words a value. */
  readonly rowNumbers: Int32Array
  readonly byteOffsets: Int32Array
  readonly columnKeys: Int32Array
  readonly validity: Uint8Array
  readonly ruleKeys: Int32Array
  readonly listKeys: Int32Array
  /** One more than there are rows. */
  readonly recordOffsets: Int32Array
}

const newTargets = (owner: ArenaOwner, rowCount: number) => ({
  zeros: owner.int32(rowCount),
  rowNumbers: owner.int32(2 * rowCount),
  byteOffsets: owner.int32(2 * rowCount),
  columnKeys: owner.int32(rowCount),
  validity: owner.bytes((rowCount + 7) >>> 3),
  ruleKeys: owner.int32(rowCount),
  listKeys: owner.int32(rowCount),
  recordOffsets: owner.int32(rowCount + 1),
})

export function openRejectBuffers(owner: ArenaOwner) {
  let capacity = 0
  let targets = newTargets(owner, 0)
  let records = owner.bytes(0)
  const copies: ArenaView[] = []

  /** The same view, or a copy of it that the next call gives back. */
  function inArena<View extends ArenaView>(view: View, take: (length: number) => View): View {
    if (isInArena(view)) return view
    const copy = take(view.length)
    copies.push(copy)
    copy.set(view)
    return copy
  }
  const bytes = (length: number) => owner.bytes(length)
  const int32 = (length: number) => owner.int32(length)

  return {
    /** Makes room for the rejects of a batch; what the call before gave is overwritten. */
    begin(rejects: RejectedRows, fields: FieldBatch): RejectBuffers {
      for (const copy of copies.splice(0)) owner.drop(copy)
      if (rejects.count > capacity) {
        capacity = 2 * rejects.count
        for (const view of Object.values(targets)) owner.drop(view)
        targets = newTargets(owner, capacity)
      }
      return {
        bytes: inArena(fields.bytes, bytes),
        recordStarts: inArena(fields.recordStarts, int32),
        recordEnds: inArena(fields.recordEnds, int32),
        rows: inArena(rejects.rows, int32),
        columns: inArena(rejects.columns, (length) => owner.int16(length)),
        rules: inArena(rejects.rules, bytes),
        masks: inArena(rejects.masks, int32),
        ...targets,
      }
    },
    /** Room for raw bytes of records. */
    recordBytes(byteLength: number): Uint8Array {
      if (byteLength > records.length) {
        owner.drop(records)
        records = owner.bytes(2 * byteLength)
      }
      return records.subarray(0, byteLength)
    },
  }
}
