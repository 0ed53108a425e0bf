import { issuerUrl } from './arguments.ts'
import { bySubjectIfAny } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * node-oidc-provider.
 *
 * Source: panva/node-oidc-provider lib/models/formats/jwt.js, lib/actions/introspection.js.
 *
 * @throws {TypeError} It is no issuer.
 */
export function oidcProvider(issuer: string): Vendor {
  return {
    issuer: issuerUrl('oidcProvider', issuer, "'https://op.example.com'"),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      onBehalfOf: bySubjectIfAny,
      advice: { aud: 'the client asks for this API as resource' },
    },
  }
}
