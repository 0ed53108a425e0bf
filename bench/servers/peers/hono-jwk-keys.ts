import type { Listen } from '../server.ts'
import { serveHono } from './hono-app.ts'
import { peer } from './peer.ts'

/** With keys that somebody else has fetched, once and for all. */
export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { jwk } = await peer('hono/jwk')
  const answer = await fetch(jwksUri)
  const { keys } = (await answer.json()) as any
  const verification = { iss: issuer, aud: audience, typ: 'at+jwt' }
  const protect = jwk({ keys, alg: ['RS256'], verification })
  return serveHono([protect], (context) => context.get('jwtPayload').sub)
}
