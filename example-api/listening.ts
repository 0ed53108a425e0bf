import { once } from 'node:events'
import type { RequestListener, Server as HttpServer } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export type Server = HttpServer | TlsServer

/** Listens for this machine alone, on any free port if it is 0; resolves to the host with the port. */
export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${portOf(server)}`
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Ends all connections, and listens no more. */
export async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

/** Answers requests for paths, as browsers and clients send them; any other target is 400. (RFC 9112 §3.2.1) */
export function forPaths(answer: RequestListener): RequestListener {
  return (request, response) => {
    if (/^\/(?!\/)/.test(request.url!)) answer(request, response)
    else response.writeHead(400, { 'Content-Type': 'text/plain' }).end('Bad Request')
  }
}
