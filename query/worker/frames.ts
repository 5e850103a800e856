// Messages between gateway and worker: a length, a JSON head, and bytes that neither side looks into.
// Both sides are ours; a frame beyond the limit means that one of them is not what it seems.
import type { Duplex } from 'node:stream'
import { limits } from '../../config/limits.ts'

export interface FrameChannel<Sent> {
  /** Resolves when the bytes were taken: back pressure. */
  send(head: Sent, body?: Uint8Array): Promise<void>
  /** Resolves at the end of the stream; rejects where it broke or was not what it should be. */
  readonly ended: Promise<void>
  close(): void
}

const headerBytes = 8
/** A body of so many bytes is copied behind its head: two writes are dearer. */
const copiedBytesMax = 16 * 1024
const empty = Buffer.alloc(0)

/**
 * Opens a channel on a stream that nobody else reads or writes. Each message is handed over as it
 * comes, in order; its body is a part of what was read, to be used or copied at once.
 */
export function openFrames<Sent, Received>(
  stream: Duplex,
  onMessage: (head: Received, body: Uint8Array) => void,
): FrameChannel<Sent> {
  const ended = new Promise<void>((resolve, reject) => {
    const broken = (error: Error): void => {
      reject(error)
      stream.destroy()
    }
    const take = frameReader(onMessage)
    stream.on('data', (chunk: Buffer) => {
      try {
        take(chunk)
      } catch (error) {
        broken(error as Error)
      }
    })
    stream.on('error', reject)
    stream.on('end', resolve)
    stream.on('close', resolve)
  })
  // Whoever asks is told; nobody has to.
  ended.catch(() => undefined)
  return {
    ended,
    send: (head, body = empty) =>
      new Promise((resolve, reject) => {
        const taken = (error?: Error | null): void => (error ? reject(error) : resolve())
        const isCopied = body.byteLength <= copiedBytesMax
        const first = firstBytes(JSON.stringify(head), body, isCopied)
        if (isCopied) {
          stream.write(first, taken)
          return
        }
        stream.cork()
        stream.write(first)
        stream.write(body, taken)
        stream.uncork()
      }),
    close: () => {
      stream.destroy()
    },
  }
}

/** The header and head of a frame, and its body where that is to be copied. */
function firstBytes(head: string, body: Uint8Array, withBody: boolean): Buffer {
  const headLength = Buffer.byteLength(head)
  const bodyStart = headerBytes + headLength
  const bytes = Buffer.allocUnsafe(bodyStart + (withBody ? body.byteLength : 0))
  bytes.writeUInt32LE(headLength, 0)
  bytes.writeUInt32LE(body.byteLength, 4)
  bytes.write(head, headerBytes)
  if (withBody) bytes.set(body, bodyStart)
  return bytes
}

/** Puts frames together from pieces as they come. */
function frameReader<Head>(
  onMessage: (head: Head, body: Uint8Array) => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = []
  let bytes = 0
  let wanted = headerBytes
  return (chunk) => {
    pieces.push(chunk)
    bytes += chunk.byteLength
    // A large frame comes in many pieces, which are joined once.
    while (bytes >= wanted) {
      const pending = pieces.length === 1 ? (pieces[0] ?? empty) : Buffer.concat(pieces)
      const headLength = pending.readUInt32LE(0)
      const bodyStart = headerBytes + headLength
      const total = bodyStart + pending.readUInt32LE(4)
      if (total > limits.workerFrameBytesMax)
        throw new Error('a frame is larger than any should be')
      if (pending.byteLength < total) {
        pieces = [pending]
        wanted = total
        return
      }
      const rest = pending.subarray(total)
      pieces = rest.byteLength === 0 ? [] : [rest]
      bytes = rest.byteLength
      wanted = headerBytes
      const head = JSON.parse(pending.toString('utf8', headerBytes, bodyStart)) as Head
      onMessage(head, pending.subarray(bodyStart, total))
    }
  }
}
