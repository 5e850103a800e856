// Messages between gateway and worker: a length, a JSON head, and bytes that neither side looks into.
// Both sides are ours; a frame beyond the limit means that one of them is not what it seems.
import type { Duplex } from 'node:stream'
import { limits } from '../../config/limits.ts'

export interface Frame<Head> {
  readonly head: Head
  readonly body: Uint8Array
}

export interface FrameChannel<Sent, Received> {
  /** Resolves when the bytes were taken: back pressure. */
  send(head: Sent, body?: Uint8Array): Promise<void>
  /** The next message; null at the end of the stream. */
  receive(): Promise<Frame<Received> | null>
  close(): void
}

const headerBytes = 8
const empty = Buffer.alloc(0)

/** Opens a channel on a stream that nobody else reads or writes. */
export function openFrames<Sent, Received>(stream: Duplex): FrameChannel<Sent, Received> {
  const frames = readFrames<Received>(stream)
  return {
    send: (head, body = empty) =>
      new Promise((resolve, reject) => {
        const text = Buffer.from(JSON.stringify(head))
        const header = Buffer.alloc(headerBytes)
        header.writeUInt32LE(text.byteLength, 0)
        header.writeUInt32LE(body.byteLength, 4)
        const taken = (error?: Error | null): void => (error ? reject(error) : resolve())
        stream.cork()
        if (body.byteLength === 0) {
          stream.write(Buffer.concat([header, text]), taken)
        } else {
          stream.write(Buffer.concat([header, text]))
          stream.write(body, taken)
        }
        stream.uncork()
      }),
    receive: async () => {
      const { value, done } = await frames.next()
      return done === true ? null : value
    },
    close: () => {
      stream.destroy()
    },
  }
}

async function* readFrames<Head>(stream: Duplex): AsyncGenerator<Frame<Head>> {
  let pieces: Buffer[] = []
  let bytes = 0
  let wanted = headerBytes
  for await (const chunk of stream) {
    pieces.push(chunk as Buffer)
    bytes += (chunk as Buffer).byteLength
    // A large frame comes in many pieces, which are joined once.
    while (bytes >= wanted) {
      const pending = pieces.length === 1 ? (pieces[0] ?? empty) : Buffer.concat(pieces)
      const { total, frame } = readFrame<Head>(pending)
      wanted = total
      pieces = [pending]
      if (frame === null) continue
      const rest = pending.subarray(total)
      pieces = rest.byteLength === 0 ? [] : [rest]
      bytes = rest.byteLength
      wanted = headerBytes
      yield frame
    }
  }
}

/** The frame at the start of some bytes, where they hold all of it, and its size. */
function readFrame<Head>(pending: Buffer): { total: number; frame: Frame<Head> | null } {
  const headLength = pending.readUInt32LE(0)
  const bodyStart = headerBytes + headLength
  const total = bodyStart + pending.readUInt32LE(4)
  if (total > limits.workerFrameBytesMax) throw new Error('a frame is larger than any should be')
  if (pending.byteLength < total) return { total, frame: null }
  const head = JSON.parse(pending.toString('utf8', headerBytes, bodyStart)) as Head
  return { total, frame: { head, body: pending.subarray(bodyStart, total) } }
}
