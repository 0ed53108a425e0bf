import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeAuthorizationServer } from './authorization-server.ts'
import { makeResourceServer } from './resource-server.ts'

export interface Servers {
  /** URL of the orders API. */
  readonly api: string
  /** Issuer identifier of the authorization server, which is its URL too. */
  readonly issuer: string
  close(): Promise<void>
}

/** Starts both servers, for this machine alone; port 0 is any free one. */
export async function startServers(ports: { api: number; issuer: number }): Promise<Servers> {
  const servers = { api: createServer(), issuer: createServer() }
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(servers).map(stop))
  }
  try {
    const api = await listen(servers.api, ports.api)
    // The issuer identifier has the port in it, so that its server listens before it is made.
    const issuer = await listen(servers.issuer, ports.issuer)
    const authorizationServer = await makeAuthorizationServer(issuer)
    servers.issuer.on('request', authorizationServer.callback())
    servers.api.on('request', makeResourceServer(issuer).callback())
    return { api, issuer, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
