// How pages are compressed. Snappy is a kernel of ours; zstd is the runtime's own, which Node 20 lacks.
import * as zlib from 'node:zlib'
import { LandingError } from '../../contracts/errors.ts'
import type { ParquetOptions } from '../../contracts/stage.ts'
import { addressOf, takeUint16 } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import type { ByteStore } from './byte-store.ts'

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
      // The runtime's own wants memory that is not shared.
      return (bytes) => zstd(bytes.slice())
  }
}

/** Most bytes that `byteLength` bytes can take in Snappy's format. */
export function snappyBytesMax(byteLength: number): number {
  return 32 + byteLength + Math.ceil(byteLength / 6)
}

const hashTable = takeUint16(1 << 14)

function snappyInto(store: ByteStore): Compress {
  return (bytes) => {
    store.reserve(snappyBytesMax(bytes.length))
    const source = addressOf(bytes)
    const table = addressOf(hashTable)
    const length = kernels.compressSnappy(source, bytes.length, store.address, table)
    return store.bytes.subarray(0, length)
  }
}
