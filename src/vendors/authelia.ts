import { issuerUrl } from './arguments.ts'
import { bySubject } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * Authelia.
 *
 * Source: authelia/authelia internal/oidc/session.go.
 *
 * @throws {TypeError} It is no issuer.
 */
export function authelia(issuer: string): Vendor {
  return {
    issuer: issuerUrl('authelia', issuer, "'https://auth.example.com'"),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      scope: ['scope', 'scp'],
      onBehalfOf: bySubject,
      advice: { typ: 'set access_token_signed_response_alg on the client' },
    },
  }
}
