import { issuerUrl } from './arguments.ts'
import { isOfClient, said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * Kinde, where `scope` is what was granted, and `scp` what was asked for.
 *
 * Tokens of people have no `scope`: their `scp` counts, so that a scope there is what the application asked
 * for. What a person may do is in `permissions`.
 *
 * Source: kinde-oss/documentation build/tokens/about-access-tokens.
 *
 * @param issuer `https://acme.kinde.com`
 * @throws {TypeError} It is none.
 */
export function kinde(issuer: string): Vendor {
  return {
    issuer: issuerUrl('kinde', issuer, "'https://acme.kinde.com'", false),
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      algorithms: ['RS256'],
      jwtClaims: [['azp'], ['iat'], ['jti']],
      scope: ['scope', 'scp'],
      clientId: ['azp'],
      roles: [['roles', '*', 'key'], ['roles']],
      permissions: [['permissions']],
      onBehalfOf({ sub, gty }, clientId) {
        if (sub === undefined) return isOfClient(gty) ? 'client' : 'unknown'
        if (isOfClient(gty) || sub === clientId) return 'unknown'
        return /^kp_./.test(said(sub) ?? '') ? 'resource-owner' : 'unknown'
      },
      advice: { aud: 'register this API, and have the application ask for it as audience' },
    },
  }
}
