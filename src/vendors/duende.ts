import { issuerUrl } from './arguments.ts'
import { bySubjectIfAny } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

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
      onBehalfOf: bySubjectIfAny,
      advice: {
        aud: 'add an API resource that has the scope: scopes alone give no audience',
        typ: 'set AccessTokenJwtType to at+jwt, which is the default',
      },
    },
  }
}
