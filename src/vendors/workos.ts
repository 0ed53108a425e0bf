import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * WorkOS AuthKit: Connect, and sessions where a JWT template gives them an `aud`.
 *
 * Source: workos.com/docs/authkit/connect/token-claims.
 *
 * @param issuer `https://acme.authkit.app`
 * @throws {TypeError} It is none.
 */
export function workos(issuer: string): Vendor {
  return {
    issuer: issuerUrl('workos', issuer, "'https://acme.authkit.app'", false),
    dialect: {
      ...anyJwt,
      algorithms: ['RS256'],
      jwtClaims: [['sub'], ['iat'], ['jti']],
      roles: [['roles'], ['role']],
      permissions: [['permissions']],
      onBehalfOf({ sub }, clientId) {
        if (said(sub) === undefined) return 'unknown'
        if (sub === clientId) return 'client'
        return /^user_./.test(said(sub) ?? '') ? 'resource-owner' : 'unknown'
      },
      advice: {
        aud: 'add aud to session tokens with a JWT template; Connect takes it from resource',
      },
    },
  }
}
