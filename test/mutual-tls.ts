import { once } from 'node:events'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { createServer, request, type RequestOptions, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import type { ExecutionContext } from 'ava'
import type Koa from 'koa'
import { type Challenge, readChallenges } from './challenges.ts'
import { tls } from './tls.ts'

/** Serves an application over TLS on loopback until the test ends; asks for certificates, and takes any. */
export async function serveTls(
  t: ExecutionContext,
  app: Koa,
  options: ServerOptions = {},
): Promise<TlsServer> {
  const server = createServer(
    { ...tls, requestCert: true, rejectUnauthorized: false, ...options },
    app.callback(),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}

export type TlsServer = ReturnType<typeof createServer> & { readonly port: number }

/** What a client sends, and how it connects: `key` and `cert`, `session`, `minVersion`, `agent`. */
export interface Asking extends RequestOptions {
  readonly headers?: OutgoingHttpHeaders
  readonly session?: Buffer | undefined
}

export interface TlsAnswer {
  readonly status: number | undefined
  readonly challenges: readonly Challenge[]
  readonly protocol: string | null
  /** Whether the connection went on with an earlier one's TLS session. */
  readonly resumed: boolean
  /** The newest TLS session of the connection, to resume. */
  readonly session: Buffer | undefined
  /** The client's own port. */
  readonly localPort: number | undefined
}

/** Sends a request over a TLS connection of its own, unless it has an agent. */
export async function ask(
  { port }: Pick<TlsServer, 'port'>,
  token: string,
  { headers, ...options }: Asking = {},
): Promise<TlsAnswer> {
  const asking = request({
    host: '127.0.0.1',
    port,
    ca: tls.cert,
    agent: false,
    headers: { Authorization: `Bearer ${token}`, ...headers },
    ...(options as RequestOptions),
  })
  let session: Buffer | undefined
  asking.on('socket', (socket) => {
    socket.on('session', (newest: Buffer) => (session = newest))
  })
  asking.end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  const socket = response.socket as TLSSocket
  const connection = {
    protocol: socket.getProtocol(),
    resumed: socket.isSessionReused(),
    localPort: socket.localPort,
  }
  await text(response)
  const field = response.headers['www-authenticate']
  return {
    ...connection,
    status: response.statusCode,
    challenges: field === undefined ? [] : readChallenges(field),
    session,
  }
}
