import { issuerUrl } from './arguments.ts'
import { bySubject, said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * Curity Identity Server; it names the client in a JWT only where a claims mapper adds `client_id`.
 *
 * Source: curity.io/resources, public samples.
 *
 * @param issuer `https://login.example.com/oauth/v2/oauth-anonymous`
 * @throws {TypeError} It is none.
 */
export function curity(issuer: string): Vendor {
  return {
    issuer: issuerUrl('curity', issuer, "'https://login.example.com/oauth/v2/oauth-anonymous'"),
    dialect: {
      ...anyJwt,
      kind: { purpose: ['access_token', undefined] },
      jwtClaims: [['sub'], ['iat'], ['jti'], ['purpose']],
      onBehalfOf(claims, clientId) {
        if (clientId !== undefined) return bySubject(claims, clientId)
        // A pairwise pseudonym, where OpenID Connect was asked for: clients may be named so, but nobody signs in.
        const isPseudonym = /^[\da-f]{64}$/.test(said(claims['sub']) ?? '')
        const isSignIn = (said(claims['scope']) ?? '').split(' ').includes('openid')
        return isPseudonym && isSignIn ? 'resource-owner' : 'unknown'
      },
    },
  }
}
