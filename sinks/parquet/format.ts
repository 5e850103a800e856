// The numbers of the Parquet format that this encoder writes, as parquet.thrift of the format's
// specification fixes them. Only what is used is listed.

export const magic = Uint8Array.of(0x50, 0x41, 0x52, 0x31)

export const physicalTypes = {
  boolean: 0,
  int32: 1,
  int64: 2,
  double: 5,
  byteArray: 6,
} as const

export const repetitions = { required: 0, optional: 1 } as const

export const convertedTypes = { utf8: 0, date: 6 } as const

/** Field of the LogicalType union. */
export const logicalTypes = { string: 1, date: 6 } as const

export const encodings = { plain: 0, rle: 3, deltaBinaryPacked: 5, rleDictionary: 8 } as const
export type ValueEncoding = 'plain' | 'deltaBinaryPacked' | 'rleDictionary'

export const pageTypes = { data: 0, dictionary: 2 } as const

export const codecNumbers = { uncompressed: 0, snappy: 1, zstd: 6 } as const
