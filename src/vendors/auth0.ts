import { host } from './arguments.ts'
import { byProfile, isOfClient, said } from './on-behalf-of.ts'
import { anyJwt, signAsymmetrically, type Vendor } from './vendor.ts'

/**
 * Auth0, both of an API's token profiles.
 *
 * Source: auth0.com/docs/secure/tokens/access-tokens/access-token-profiles.
 *
 * @param domain Of the tenant, or its own: `tenant.eu.auth0.com`.
 * @throws {TypeError} It is none.
 */
export function auth0(domain: string): Vendor {
  return {
    issuer: `https://${host('auth0', domain, "'tenant.eu.auth0.com'")}/`,
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      algorithms: ['RS256', 'PS256'],
      jwtClaims: [['sub'], ['azp', 'client_id'], ['iat']],
      clientId: ['client_id', 'azp'],
      permissions: [['permissions']],
      onBehalfOf(claims, clientId) {
        const sub = said(claims['sub'])
        const told = byProfile(claims)
        if (isOfClient(claims['gty'])) return 'client'
        if (told !== undefined) return told
        if (sub === undefined || clientId === undefined) return 'unknown'
        if (sub === clientId || sub === `${clientId}@clients`) return 'client'
        // The connection that they came by, and their name there.
        return /^[\w-]+\|./.test(sub) ? 'resource-owner' : 'unknown'
      },
      advice: {
        alg: signAsymmetrically,
        aud: 'the client asks for a token with the API’s identifier as audience',
      },
    },
  }
}
