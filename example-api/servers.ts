import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Middleware } from 'koa'
import { makeAuthorizationServer } from './authorization-server.ts'
import { Operation } from './authorization-server/operation.ts'
import { forPaths, listen, stop } from './listening.ts'
import { certificates } from './loopback-certificates.ts'
import { clients as registered, type Registration } from './registration.ts'
import { makeResourceServer } from './resource-server.ts'
import { inMemory, type Stores } from './resource-server/stores.ts'

export interface Servers {
  /** URL of the orders API. */
  readonly api: string
  /** URL of the orders API for clients that have a certificate. */
  readonly mtlsApi: string
  /** Issuer identifier of the authorization server, which is its URL too. */
  readonly issuer: string
  readonly authorizationServer: Operation
  close(): Promise<void>
}

/** What there is to both servers besides themselves; nothing, usually. */
export interface Surroundings {
  /** The clients that the authorization server knows. Default: all of `registration.ts`. */
  readonly clients?: readonly Registration[]
  /** What the orders API does before anything else. Default: nothing. */
  readonly outermost?: readonly Middleware[]
  /** Gives what is to answer the requests in place of a server's own. Default: that itself. */
  readonly watch?: (
    role: 'authorization-server' | 'resource-server',
    answer: RequestListener,
  ) => RequestListener
}

/**
 * Starts both servers, for this machine alone; port 0 is any free one.
 *
 * Each also listens on a free port for TLS, and asks for a certificate there.
 */
export async function startServers(
  ports: { api: number; issuer: number },
  stores: Stores = inMemory(),
  surroundings: Surroundings = {},
): Promise<Servers> {
  const { clients = registered, outermost = [], watch = (_, answer) => answer } = surroundings
  const servers = {
    api: createServer(),
    mtlsApi: createTlsServer(mutualTls),
    issuer: createServer(),
    mtlsIssuer: createTlsServer(mutualTls),
  }
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(servers).map(stop))
  }
  try {
    const api = `http://${await listen(servers.api, ports.api)}`
    const mtlsApi = `https://${await listen(servers.mtlsApi, 0)}`
    // The issuer identifier has the port in it, so that its server listens before it is made.
    const issuer = `http://${await listen(servers.issuer, ports.issuer)}`
    const mtlsIssuer = `https://${await listen(servers.mtlsIssuer, 0)}`
    const authorizationServer = await makeAuthorizationServer(issuer, mtlsIssuer, clients)
    const resourceServer = makeResourceServer(issuer, [api, mtlsApi], stores, outermost)
    const issuers = [servers.issuer, servers.mtlsIssuer]
    for (const server of issuers) {
      server.on('request', forPaths(watch('authorization-server', authorizationServer.answer)))
    }
    for (const server of [servers.api, servers.mtlsApi]) {
      server.on('request', forPaths(watch('resource-server', resourceServer.callback())))
    }
    const operation = new Operation(issuers, authorizationServer)
    return { api, mtlsApi, issuer, authorizationServer: operation, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Client certificates need nobody to vouch for them: which one it is, is all that counts. (RFC 8705 §6.2) */
const mutualTls = {
  key: certificates.servers,
  cert: certificates.servers,
  requestCert: true,
  rejectUnauthorized: false,
}
