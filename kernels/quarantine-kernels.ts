// Signatures of the kernels of quarantine, as JavaScript calls them: addresses and counts. What each
// does, kernels/assembly/quarantine says.

export interface QuarantineKernels {
  gatherRecords(
    bytes: number,
    rows: number,
    count: number,
    recordStarts: number,
    offsets: number,
    target: number,
  ): void
  locateRecords(
    rows: number,
    count: number,
    recordStarts: number,
    firstRow: number,
    byteOffset: number,
    rowNumbers: number,
    offsets: number,
  ): void
  measureRecords(
    rows: number,
    count: number,
    recordStarts: number,
    recordEnds: number,
    recordBytesMax: number,
    offsets: number,
  ): number
  nullableKeys(values: number, count: number, keys: number, validity: number): number
  widenKeys(values: number, count: number, keys: number): void
}
