// A server that repeats the answers of another one, whatever is asked: what remains of the time of a
// client is the client's own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CannedServer {
  readonly port: number
  close(): Promise<void>
}

/** Serves the bodies in their order: the first to a POST, each next one to the GET that it names. */
export async function openCannedServer(bodies: readonly Buffer[]): Promise<CannedServer> {
  let canned: Buffer[] = []
  const server = createServer((request, response) => {
    request.resume()
    const index = Number(/\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0)
    const body = canned[index] ?? Buffer.from('{}')
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': body.byteLength,
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  canned = bodies.map((body, index) => withNextUri(body, `http://127.0.0.1:${port}/${index + 1}`))
  return {
    port,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The address of the next page stands before the rows. */
function withNextUri(body: Buffer, uri: string): Buffer {
  const end = Math.min(body.byteLength, 4_000)
  const head = body.toString('latin1', 0, end)
  const changed = head.replace(/"nextUri":"[^"]+"/, `"nextUri":"${uri}"`)
  return Buffer.concat([Buffer.from(changed, 'latin1'), body.subarray(end)])
}
