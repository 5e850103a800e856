// Places in the cursor of a scan, in bytes, as sources/csv/scan-state.ts numbers them.

export const atPosition: usize = 0
export const atStartLimit: usize = 4
export const atFilled: usize = 8
export const atRow: usize = 16
export const atRowLimit: usize = 20
export const atSpare: usize = 24
export const atBlankLines: usize = 28
export const atStop: usize = 40
export const atLineEnded: usize = 48
export const atRefused: usize = 56

export const stopDone: i32 = 0
export const stopUnusual: i32 = 2
