import type { Listen } from '../server.ts'
import { serveFastify } from './fastify-app.ts'
import { peer } from './peer.ts'

export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { default: fastifyJwtJwks } = await peer('fastify-jwt-jwks')
  return serveFastify(
    (app) => app.register(fastifyJwtJwks, { jwksUrl: jwksUri, audience, issuer }),
    [async (request: any, reply: any) => request.server.authenticate(request, reply)],
    (request) => request.user.sub,
  )
}
