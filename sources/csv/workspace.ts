// The buffers of a reader, made once and handed from one slice to the next: a batch is short, and
// making (and zeroing) megabytes for each would cost as much as scanning them.
import type { CompiledDialect } from './dialect.ts'
import type { ReadBounds } from './read-bounds.ts'
import { cursorLength, type ScanTarget, sentinelBytes } from './scan-state.ts'

export interface Workspace {
  /** Raw text, sentinels, and behind them room for as much unescaped text. Grows. */
  bytes: Uint8Array
  readonly cursor: Int32Array
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
  return makeWorkspace(key, dialect, bounds, fieldCount, selected)
}

/** Gives the buffers to the next slice. Field batches made of them are valid no longer. */
export function releaseWorkspace(workspace: Workspace): void {
  idle = workspace
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
  const bases = new Int32Array(fieldCount).fill(-1)
  const copies: [number, number][] = []
  selected.forEach((field, column) => {
    const base = bases[field] ?? -1
    if (base >= 0) copies.push([base / capacity, column])
    else bases[field] = column * capacity
  })
  return {
    bytes: new Uint8Array(bufferBytes(bounds.chunkBytes)),
    cursor: new Int32Array(cursorLength),
    capacity,
    rowsMax,
    copies,
    key,
    target: {
      starts: new Int32Array(selected.length * capacity),
      ends: new Int32Array(selected.length * capacity),
      recordStarts: new Int32Array(rowsMax),
      recordEnds: new Int32Array(rowsMax),
      structure: new Uint8Array(rowsMax),
      fieldCount,
      bases,
      blankIsRow: fieldCount === 1 ? 1 : 0,
    },
  }
}
