import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import test from 'ava'
import { introspection, tlsClientAuth } from 'koa-resource-server'
import { audience, protect } from './kit.ts'
import { tls } from './tls.ts'

test('RS-96 RFC 8705 §2: this resource server authenticates with the certificate that its agent connects with', async (t) => {
  const server = createServer(
    { ...tls, ca: tls.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { authorized } = request.socket as TLSSocket
      const said = { active: true, aud: audience, sub: 'alice', client_id: 'app' }
      response.writeHead(authorized ? 200 : 401, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(authorized ? said : { error: 'invalid_client' }))
    },
  ).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const asking = async (agent: Agent): Promise<number> => {
    t.teardown(() => agent.destroy())
    const endpoint = `https://127.0.0.1:${port}/introspect`
    const tokens = introspection({ endpoint, clientAuth: tlsClientAuth('orders-api'), agent })
    return (await (await protect(t, { tokens })).send('opaque')).status
  }
  t.is(await asking(new Agent({ ca: tls.cert, ...tls })), 200)
  t.is(await asking(new Agent({ ca: tls.cert })), 503, 'no certificate of ours is our fault')
  t.is(await asking(new Agent(tls)), 503, 'a server that nobody vouches for is not asked')
})
