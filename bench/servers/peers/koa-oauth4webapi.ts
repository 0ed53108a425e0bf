import { serveKoa } from '../koa-app.ts'
import type { Listen } from '../server.ts'
import { peer } from './peer.ts'

export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { allowInsecureRequests, validateJwtAccessToken } = await peer('oauth4webapi')
  const server = { issuer, jwks_uri: jwksUri }
  const options = { [allowInsecureRequests]: true }
  return serveKoa(
    [
      async (ctx, next) => {
        const headers = { authorization: ctx.get('Authorization') }
        const request = new Request(audience + ctx.path, { method: ctx.method, headers })
        try {
          ctx.state['claims'] = await validateJwtAccessToken(server, request, audience, options)
        } catch {
          ctx.throw(401)
        }
        await next()
      },
    ],
    ({ state }) => state['claims'].sub,
  )
}
