import { issuerUrl } from './arguments.ts'
import { bySubjectIfAny, hasAny } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/** What tells how a person signed in. */
const ofPersons = ['idp', 'amr', 'auth_time']

/**
 * Duende IdentityServer, and IdentityServer4.
 *
 * Source: docs.duendesoftware.com/identityserver/tokens.
 *
 * @throws {TypeError} It is no issuer.
 */
export function duende(issuer: string): Vendor {
  return {
    issuer: issuerUrl('duende', issuer, "'https://ids.example.com'", false),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      jwtClaims: [['client_id'], ['iat']],
      tolerates: ['scope is an array'],
      tokenTypes: ['access_token'],
      roles: [['roles'], ['role']],
      onBehalfOf(claims, clientId) {
        const told = bySubjectIfAny(claims, clientId)
        // Claims of a client may have the names of a person's, where they have no prefix.
        return told !== 'resource-owner' || hasAny(claims, ofPersons) ? told : 'unknown'
      },
      advice: {
        aud: 'add an API resource that has the scope: scopes alone give no audience',
        typ: 'set AccessTokenJwtType to at+jwt, which is the default',
      },
    },
  }
}
