// The buffers of a reader, made once and handed from one slice to the next: a batch is short, and
// making (and zeroing) megabytes for each would cost as much as scanning them. They lie in the memory
// of the kernels.
import { giveBack, takeBytes, takeInt32 } from '../../kernels/arena.ts'
import type { CompiledDialect } from './dialect.ts'
import type { ReadBounds } from './read-bounds.ts'
import { cursorLength, type ScanTarget, sentinelBytes } from './scan-state.ts'

export interface Workspace {
  /** Raw text, sentinels, and behind them room for as much unescaped text. Grows. */
  bytes: Uint8Array
  readonly cursor: Int32Array
  /** Where the kernel lists separators. */
  readonly marks: Int32Array
  readonly target: ScanTarget
  /** Rows between two columns of the target, a little more than `rowsMax`. */
  readonly capacity: number
  readonly rowsMax: number
  /** Pairs of columns: the second is a copy of the first, for a field selected twice. */
  readonly copies: readonly (readonly [number, number])[]
  readonly key: string
}

/**
 * Columns a power of two apart would all fall on the same cache lines, and eight of them push one
 * another out. A few lines more between them avoids it.
 */
const strideRows = 80

/** Marks of two windows and doubled quotes of two (kernels/assembly/sources/find-marks.ts). */
export const marksLength = 4 * 8192

let idle: Workspace | null = null

/** Bytes a buffer needs for `raw` bytes of text. */
export function bufferBytes(raw: number): number {
  return 2 * raw + 2 * sentinelBytes
}

export function acquireWorkspace(
  dialect: CompiledDialect,
  bounds: ReadBounds,
  fieldCount: number,
  selected: readonly number[],
): Workspace {
  const key = JSON.stringify([bounds, dialect.delimiter.length, fieldCount, selected])
  if (idle !== null && idle.key === key) {
    const workspace = idle
    idle = null
    workspace.cursor.fill(0)
    return workspace
  }
  // The shape of the tables has changed: their buffers are used for the new one.
  if (idle !== null) giveBackAll(idle)
  idle = null
  return makeWorkspace(key, dialect, bounds, fieldCount, selected)
}

/** Gives the buffers to the next slice. Field batches made of them are valid no longer. */
export function releaseWorkspace(workspace: Workspace): void {
  if (idle !== null) giveBackAll(idle)
  idle = workspace
}

/** Room for `byteLength` bytes, `held` of which are kept. */
export function growBytes(workspace: Workspace, byteLength: number, held: number): void {
  const grown = takeBytes(byteLength)
  grown.set(workspace.bytes.subarray(0, held))
  giveBack(workspace.bytes)
  workspace.bytes = grown
}

function giveBackAll({ bytes, cursor, marks, target }: Workspace): void {
  const { starts, ends, recordStarts, recordEnds, structure, bases } = target
  for (const view of [bytes, cursor, marks, starts, ends, recordStarts, recordEnds]) giveBack(view)
  giveBack(structure)
  giveBack(bases)
}

function makeWorkspace(
  key: string,
  dialect: CompiledDialect,
  bounds: ReadBounds,
  fieldCount: number,
  selected: readonly number[],
): Workspace {
  // A whole record has a byte for each delimiter and line end, so a chunk of wide records has few.
  const recordBytesMin = Math.max(1, (fieldCount - 1) * dialect.delimiter.length + 1)
  const rowsOfChunk = Math.max(1_024, Math.ceil(bounds.chunkBytes / recordBytesMin))
  const rowsMax = Math.min(bounds.rowsMax, rowsOfChunk)
  const capacity = rowsMax + strideRows
  const bases = takeInt32(fieldCount).fill(-1)
  const copies: [number, number][] = []
  selected.forEach((field, column) => {
    const base = bases[field] ?? -1
    if (base >= 0) copies.push([base / capacity, column])
    else bases[field] = column * capacity
  })
  return {
    bytes: takeBytes(bufferBytes(bounds.chunkBytes)),
    cursor: takeInt32(cursorLength),
    marks: takeInt32(marksLength),
    capacity,
    rowsMax,
    copies,
    key,
    target: {
      starts: takeInt32(selected.length * capacity),
      ends: takeInt32(selected.length * capacity),
      recordStarts: takeInt32(rowsMax),
      recordEnds: takeInt32(rowsMax),
      structure: takeBytes(rowsMax),
      fieldCount,
      bases,
      blankIsRow: fieldCount === 1 ? 1 : 0,
    },
  }
}
