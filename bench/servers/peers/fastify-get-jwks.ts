import type { Listen } from '../server.ts'
import { serveFastify } from './fastify-app.ts'
import { peer } from './peer.ts'

export const listen: Listen = async ({ issuer, audience }) => {
  const { default: fastifyJwt } = await peer('@fastify/jwt')
  const { default: buildGetJwks } = await peer('get-jwks')
  const keys = buildGetJwks({ issuersWhitelist: [issuer] })
  return serveFastify(
    (app) =>
      app.register(fastifyJwt, {
        decode: { complete: true },
        verify: { allowedIss: issuer, allowedAud: audience },
        secret: async (_request: any, { header: { kid, alg } }: any) =>
          keys.getPublicKey({ domain: issuer, kid, alg }),
      }),
    [async (request: any) => request.jwtVerify()],
    (request) => request.user.sub,
  )
}
