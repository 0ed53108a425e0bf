import { issuerUrl } from './arguments.ts'
import { bySubjectIfAny } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * Glewlwyd.
 *
 * Source: babelouest/glewlwyd src/plugin/protocol_oidc.c.
 *
 * @throws {TypeError} It is no issuer.
 */
export function glewlwyd(issuer: string): Vendor {
  return {
    issuer: issuerUrl('glewlwyd', issuer, "'https://glewlwyd.example.com/'"),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      kind: { type: ['access_token', undefined] },
      onBehalfOf: bySubjectIfAny,
      advice: { aud: 'the client asks for this API as resource: without one aud is the scope' },
    },
  }
}
