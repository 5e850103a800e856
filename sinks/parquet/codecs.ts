// How pages are compressed. Snappy is native; zstd is the runtime's own, which Node 20 lacks.
import * as zlib from 'node:zlib'
import { compressSync } from 'snappy'
import { LandingError } from '../../contracts/errors.ts'
import type { ParquetOptions } from '../../contracts/stage.ts'

/** Bytes of a page in, bytes on disk out; the result may share memory with the argument. */
export type Compress = (bytes: Uint8Array) => Uint8Array

type ZstdCompress = (bytes: Uint8Array) => Uint8Array

/** zstd of this runtime, or null. */
export function findZstd(): ZstdCompress | null {
  const candidate: unknown = Reflect.get(zlib, 'zstdCompressSync')
  return typeof candidate === 'function' ? (candidate as ZstdCompress) : null
}

/** The compressor of a codec; `not_supported_yet` for zstd where the runtime has none. */
export function chooseCompress(
  compression: ParquetOptions['compression'],
  zstd: ZstdCompress | null = findZstd(),
): Compress {
  switch (compression) {
    case 'uncompressed':
      return (bytes) => bytes
    case 'snappy':
      return (bytes) => compressSync(bytes)
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
