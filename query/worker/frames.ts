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
const empty = new Uint8Array(0)

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
        stream.write(Buffer.concat([header, text, body]), (error) =>
          error ? reject(error) : resolve(),
        )
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
  let pending: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    pending =
      pending.byteLength === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer])
    for (;;) {
      if (pending.byteLength < headerBytes) break
      const headLength = pending.readUInt32LE(0)
      const bodyLength = pending.readUInt32LE(4)
      const total = headerBytes + headLength + bodyLength
      if (total > limits.workerFrameBytesMax)
        throw new Error('a frame is larger than any should be')
      if (pending.byteLength < total) break
      const head = JSON.parse(
        pending.toString('utf8', headerBytes, headerBytes + headLength),
      ) as Head
      const body = pending.subarray(headerBytes + headLength, total)
      pending = pending.subarray(total)
      yield { head, body }
    }
  }
}
