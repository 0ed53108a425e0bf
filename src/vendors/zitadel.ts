import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * An instance of Zitadel.
 *
 * Source: zitadel/zitadel internal/api/oidc/introspect.go, token_client_credentials.go.
 *
 * @param issuer `https://acme.zitadel.cloud`
 * @throws {TypeError} It is none.
 */
export function zitadel(issuer: string): Vendor {
  return {
    issuer: issuerUrl('zitadel', issuer, "'https://acme.zitadel.cloud'", false),
    dialect: {
      ...namedJwt,
      // Its ID tokens have none.
      jwtClaims: [['sub'], ['client_id'], ['iat'], ['jti']],
      username: ['username', 'preferred_username'],
      roles: [['urn:zitadel:iam:org:project:roles', '*']],
      onBehalfOf,
      advice: { aud: 'the client asks for the scope urn:zitadel:iam:org:project:id:<project>:aud' },
    },
  }
}

/**
 * A service account is a user, who logs in under a name, which may be a number; applications have numbers,
 * and are in the audience of the tokens that people get through them.
 */
function onBehalfOf(claims: Claims, clientId: string | undefined): OnBehalfOf {
  const sub = said(claims['sub'])
  if (sub === undefined || clientId === undefined) return 'unknown'
  if (claims['username'] === clientId || sub === clientId) return 'client'
  if (!/^\d{10,}(@[^@]+)?$/.test(clientId)) return 'client'
  return [claims['aud']].flat().includes(clientId) ? 'resource-owner' : 'unknown'
}
