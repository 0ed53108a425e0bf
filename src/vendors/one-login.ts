import { issuerUrl } from './arguments.ts'
import { bySubject } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * OneLogin.
 *
 * Source: developers.onelogin.com/openid-connect, “Introspect token”.
 *
 * @param issuer `https://acme.onelogin.com/oidc/2`
 * @throws {TypeError} It is none.
 */
export function oneLogin(issuer: string): Vendor {
  return {
    issuer: issuerUrl('oneLogin', issuer, "'https://acme.onelogin.com/oidc/2'", false),
    dialect: { ...anyJwt, tokenTypes: ['access_token'], onBehalfOf: bySubject },
  }
}
