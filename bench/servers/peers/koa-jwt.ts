import { serveKoa } from '../koa-app.ts'
import type { Listen } from '../server.ts'
import { peer } from './peer.ts'

export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { default: koaJwt } = await peer('koa-jwt')
  const { koaJwtSecret } = await peer('jwks-rsa')
  const secret = koaJwtSecret({ jwksUri, cache: true })
  const protect = koaJwt({ secret, issuer, audience, algorithms: ['RS256'] })
  return serveKoa([protect], ({ state }) => state.user.sub)
}
