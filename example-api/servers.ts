import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeAuthorizationServer } from './authorization-server.ts'
import { certificates } from './loopback-certificates.ts'
import { makeResourceServer } from './resource-server.ts'
import { inMemory, type Stores } from './resource-server/stores.ts'

export interface Servers {
  /** URL of the orders API. */
  readonly api: string
  /** URL of the orders API for clients that have a certificate. */
  readonly mtlsApi: string
  /** Issuer identifier of the authorization server, which is its URL too. */
  readonly issuer: string
  close(): Promise<void>
}

type Server = ReturnType<typeof createServer | typeof createTlsServer>

/**
 * Starts both servers, for this machine alone; port 0 is any free one.
 *
 * Each also listens on a free port for TLS, and asks for a certificate there.
 */
export async function startServers(
  ports: { api: number; issuer: number },
  stores: Stores = inMemory(),
): Promise<Servers> {
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
    const authorizationServer = (await makeAuthorizationServer(issuer, mtlsIssuer)).callback()
    const resourceServer = makeResourceServer(issuer, [api, mtlsApi], stores).callback()
    for (const server of [servers.issuer, servers.mtlsIssuer]) {
      server.on('request', authorizationServer)
    }
    for (const server of [servers.api, servers.mtlsApi]) server.on('request', resourceServer)
    return { api, mtlsApi, issuer, close }
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

export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
