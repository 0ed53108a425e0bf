import { Issuer } from './issuer.ts'
import type { Place } from './servers/server.ts'

/** The authorization server and where everything is. */
export interface World {
  readonly issuer: Issuer
  readonly place: Place
}

export async function openWorld(): Promise<World> {
  const issuer = await Issuer.start()
  const { url } = issuer
  const place = {
    issuer: url,
    jwksUri: `${url}/.well-known/jwks.json`,
    introspectionEndpoint: `${url}/introspect`,
    audience: 'https://api.example.com',
    clientId: 'orders-api',
    clientSecret: 'a-secret-of-the-orders-api',
  }
  return { issuer, place }
}
