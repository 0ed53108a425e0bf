import { Server } from 'node:net'
import nock from 'nock'
import { authorizationServer } from 'koa-resource-server/testing'

/**
 * Loaded before a snippet of the README: puts the authorization server that it names in the process,
 * and tells on standard output a token and at which port, in place of 3000, it listens.
 */
const as = await authorizationServer({
  audience: 'https://api.example.com',
  issuer: 'https://as.example.com',
})
nock.disableNetConnect()
nock.enableNetConnect('127.0.0.1')
nock(as.issuer).get('/.well-known/oauth-authorization-server').reply(200, as.metadata)
nock(as.issuer).get('/jwks').reply(200, as.jwks)

const { listen } = Server.prototype
Server.prototype.listen = function (this: Server, ...args: any[]) {
  if (args[0] !== 3000) return listen.apply(this, args as never)
  return (listen as any).call(this, 0, '127.0.0.1', async () => {
    const token = await as.accessToken({ scope: 'orders:read' })
    console.log(JSON.stringify({ ...(this.address() as object), token }))
  })
} as typeof listen
