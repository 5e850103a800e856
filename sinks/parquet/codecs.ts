// How pages are compressed. Snappy is a kernel of ours; zstd is the runtime's own, which Node 20 lacks.
import * as zlib from 'node:zlib'
import { LandingError } from '../../contracts/errors.ts'
import type { ParquetOptions } from '../../contracts/stage.ts'
import type { ByteStore } from './byte-store.ts'
import {
  compressSnappyKernel,
  snappyBytesMax,
  snappyTableLength,
} from './kernels/compress-snappy.ts'

/**
 * Bytes of a page in, bytes on disk out. The result may share memory with the argument, and is valid
 * until the next call.
 */
export type Compress = (bytes: Uint8Array) => Uint8Array

type ZstdCompress = (bytes: Uint8Array) => Uint8Array

/** zstd of this runtime, or null. */
export function findZstd(): ZstdCompress | null {
  const candidate: unknown = Reflect.get(zlib, 'zstdCompressSync')
  return typeof candidate === 'function' ? (candidate as ZstdCompress) : null
}

/** The compressor of a codec into `store`; `not_supported_yet` for zstd where Node has none. */
export function chooseCompress(
  compression: ParquetOptions['compression'],
  store: ByteStore,
  zstd: ZstdCompress | null = findZstd(),
): Compress {
  switch (compression) {
    case 'uncompressed':
      return (bytes) => bytes
    case 'snappy':
      return snappyInto(store)
    case 'zstd':
      if (zstd === null) {
        throw new LandingError(
          'not_supported_yet',
          `compression zstd needs a newer Node than ${process.version}; snappy works everywhere`,
        )
      }
      return zstd
  }
}

const hashTable = new Uint16Array(snappyTableLength)

function snappyInto(store: ByteStore): Compress {
  return (bytes) => {
    store.reserve(snappyBytesMax(bytes.length))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const length = compressSnappyKernel(bytes, view, bytes.length, store.bytes, hashTable)
    return store.bytes.subarray(0, length)
  }
}
