import { issuerUrl } from './arguments.ts'
import { bySubject } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * Authgear.
 *
 * Source: docs.authgear.com, machine-to-machine applications.
 *
 * @param issuer `https://acme.authgear.cloud`
 * @throws {TypeError} It is none.
 */
export function authgear(issuer: string): Vendor {
  return {
    issuer: issuerUrl('authgear', issuer, "'https://acme.authgear.cloud'", false),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      onBehalfOf: (claims, clientId) =>
        clientId !== undefined && claims['sub'] === `client_id_${clientId}`
          ? 'client'
          : bySubject(claims, clientId),
    },
  }
}
