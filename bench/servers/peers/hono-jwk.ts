import type { Listen } from '../server.ts'
import { serveHono } from './hono-app.ts'
import { peer } from './peer.ts'

/** As its documentation has it. It fetches the key set for every request. */
export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { jwk } = await peer('hono/jwk')
  const verification = { iss: issuer, aud: audience, typ: 'at+jwt' }
  const protect = jwk({ jwks_uri: jwksUri, alg: ['RS256'], verification })
  return serveHono([protect], (context) => context.get('jwtPayload').sub)
}
