// Signatures of the kernels of the sinks, kernels/assembly/sinks/, as JavaScript calls them.

type Address = number

export interface SinkKernels {
  appendEntries(
    values: Address,
    offsets: Address,
    order: Address,
    count: number,
    target: Address,
    at: number,
    starts: Address,
  ): void
  appendValues(
    values: Address,
    offsets: Address,
    bitmap: Address,
    bitOffset: number,
    rowCount: number,
    target: Address,
    at: number,
    starts: Address,
  ): number
  boundsDoubles(values: Address, count: number, bounds: Address): number
  boundsPairs(values: Address, count: number, bounds: Address): void
  boundsValues(bytes: Address, starts: Address, count: number, bounds: Address): void
  boundsWords(values: Address, count: number, bounds: Address): void
  clearBytes(target: Address, length: number): void
  compactBooleans: Compact
  compactPairs: Compact
  compactWords: Compact
  compressSnappy(source: Address, length: number, target: Address, table: Address): number
  copyBits(
    source: Address,
    sourceBit: number,
    target: Address,
    targetBit: number,
    bitCount: number,
  ): number
  countBits(bitmap: Address, from: number, to: number): number
  countToFill(starts: Address, indices: Address, count: number, bytesMax: number): number
  encodeDeltaPairs(values: Address, count: number, target: Address): number
  encodeDeltaWords(values: Address, count: number, target: Address): number
  encodeHybrid(values: Address, count: number, width: number, target: Address): number
  fillBits(target: Address, from: number, bitCount: number): void
  findRowAfter(bitmap: Address, fromRow: number, toRow: number, valueCount: number): number
  gatherRecords(
    bytes: Address,
    recordStarts: Address,
    recordEnds: Address,
    rows: Address,
    count: number,
    recordBytesMax: number,
    target: Address,
    offsets: Address,
  ): number
  gatherValues(
    bytes: Address,
    starts: Address,
    indices: Address,
    count: number,
    target: Address,
  ): number
  indexPairs: Index
  indexPairsDirect: IndexDirect
  indexValues(
    bytes: Address,
    starts: Address,
    count: number,
    slots: Address,
    slotBits: number,
    indices: Address,
    entries: Address,
    distinctMax: number,
  ): number
  indexWords: Index
  indexWordsDirect: IndexDirect
  locateRejects(
    rows: Address,
    recordStarts: Address,
    count: number,
    firstRow: number,
    byteOffset: number,
    rowTarget: Address,
    offsetTarget: Address,
  ): void
  measureRecords(
    recordStarts: Address,
    recordEnds: Address,
    rowCount: number,
    byteLength: number,
    rows: Address,
    count: number,
    recordBytesMax: number,
  ): number
  moveBytes(source: Address, target: Address, length: number): void
  nullableKeys(values: Address, count: number, keys: Address, validity: Address): number
  packPlainBooleans(values: Address, count: number, target: Address): number
  remapKeys(
    keys: Address,
    count: number,
    remap: Address,
    remapLength: number,
    order: Address,
    usedCount: number,
  ): number
  sumLengths(starts: Address, indices: Address, count: number): number
  widenBytes(values: Address, count: number, target: Address): void
}

type Compact = (
  values: Address,
  bitmap: Address,
  bitOffset: number,
  rowCount: number,
  target: Address,
) => number

type Index = (
  values: Address,
  count: number,
  slots: Address,
  slotBits: number,
  indices: Address,
  dictionary: Address,
  distinctMax: number,
) => number

type IndexDirect = (
  values: Address,
  count: number,
  minimum: number,
  places: Address,
  indices: Address,
  dictionary: Address,
  distinctMax: number,
) => number
