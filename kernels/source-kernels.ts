// Signatures of the kernels of sources, as JavaScript calls them; kernels/assembly/sources says more.

export interface SourceKernels {
  scanRecords(
    bytes: number,
    cursor: number,
    delimiter: number,
    quote: number,
    comment: number,
    longBytes: number,
    starts: number,
    ends: number,
    recordStarts: number,
    recordEnds: number,
    structure: number,
    bases: number,
    fieldCount: number,
    blankIsRow: number,
    tooFew: number,
    tooMany: number,
    marks: number,
  ): void
}
