import { issuerUrl } from './arguments.ts'
import { bySubject } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * LemonLDAP::NG, whose `sub` is an attribute that each relying party has chosen.
 *
 * Source: lemonldap-ng.org/documentation, OpenID Connect.
 *
 * @param issuer The portal's URL, as in the tokens.
 * @throws {TypeError} It is none.
 */
export function lemonLdap(issuer: string): Vendor {
  return {
    issuer: issuerUrl('lemonLdap', issuer, "'https://auth.example.com/'"),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      tokenTypes: ['access_token'],
      onBehalfOf: bySubject,
    },
  }
}
