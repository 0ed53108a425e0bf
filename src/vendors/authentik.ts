import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * An application of authentik, whose access tokens have the claims of its ID tokens.
 *
 * Source: goauthentik/authentik providers/oauth2/id_token.py, views/token.py.
 *
 * @param issuer `https://idp.example.com/application/o/orders/`
 * @throws {TypeError} It is none.
 */
export function authentik(issuer: string): Vendor {
  const example = "'https://idp.example.com/application/o/orders/'"
  return {
    issuer: issuerUrl('authentik', issuer, example, true),
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      // Its access token is made of the ID token, and has all of it.
      waives: ['nonce', 'at_hash', 'c_hash'],
      jwtClaims: [['sub'], ['iat'], ['azp']],
      clientId: ['client_id', 'azp'],
      username: ['preferred_username', 'username'],
      roles: [['roles'], ['groups']],
      onBehalfOf,
      advice: {
        alg: 'give the provider a signing key, without one it signs with the client secret',
        aud: 'it is the client’s: list the clients of this API as audience',
      },
    },
  }
}

/** Who acts for himself is a generated user, of a name that a person may have, too, or a service account. */
function onBehalfOf(claims: Claims): OnBehalfOf {
  const name = said(claims['preferred_username']) ?? said(claims['username'])
  const cameInPerson = claims['sid'] !== undefined || claims['amr'] !== undefined
  if (said(claims['sub']) === undefined || name === undefined) return 'unknown'
  const isGenerated = /^ak-.+-client_credentials$/.test(name)
  if (isGenerated) return cameInPerson ? 'unknown' : 'client'
  return cameInPerson ? 'resource-owner' : 'unknown'
}
