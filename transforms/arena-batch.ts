// The door of the transforms: what the kernels read must lie in their memory. Sources put it there;
// a batch that lies elsewhere is copied.
import assert from 'node:assert'
import type { FieldBatch } from '../contracts/stage.ts'
import { type ArenaOwner, type ArenaView, isInArena } from '../kernels/arena.ts'

/** Gives batches in the memory of the kernels; a copy is valid until the next call. */
export function openArenaBatches(owner: ArenaOwner): (batch: FieldBatch) => FieldBatch {
  let bytes = owner.bytes(0)
  let starts = owner.int32(0)
  let ends = owner.int32(0)
  let structure = owner.bytes(0)
  const room = <View extends ArenaView>(
    view: View,
    length: number,
    take: (length: number) => View,
  ): View => {
    if (view.length >= length) return view
    owner.drop(view)
    return take(2 * length)
  }
  const takeBytes = (length: number) => owner.bytes(length)
  const takeInt32 = (length: number) => owner.int32(length)
  return (batch) => {
    const { rowCount, fieldCount, capacity } = batch
    assert(rowCount <= capacity && capacity * fieldCount <= batch.starts.length, 'starts are there')
    assert(capacity * fieldCount <= batch.ends.length, 'ends are there')
    assert(rowCount <= batch.structure.length, 'structure holds every row')
    const parts = [batch.bytes, batch.starts, batch.ends, batch.structure]
    if (parts.every(isInArena)) return batch
    bytes = room(bytes, batch.bytes.length, takeBytes)
    starts = room(starts, batch.starts.length, takeInt32)
    ends = room(ends, batch.ends.length, takeInt32)
    structure = room(structure, batch.structure.length, takeBytes)
    bytes.set(batch.bytes)
    starts.set(batch.starts)
    ends.set(batch.ends)
    structure.set(batch.structure)
    return { ...batch, bytes, starts, ends, structure }
  }
}
