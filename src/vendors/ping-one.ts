import { issuerUrl } from './arguments.ts'
import { bySubjectIfAny } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * An environment of PingOne.
 *
 * Source: developer.pingidentity.com/pingone-api, “Token claims”.
 *
 * @param issuer `https://auth.pingone.eu/<environment>/as`
 * @throws {TypeError} It is none.
 */
export function pingOne(issuer: string): Vendor {
  return {
    issuer: issuerUrl('pingOne', issuer, "'https://auth.pingone.eu/<environment>/as'", false),
    dialect: {
      ...anyJwt,
      jwtClaims: [['client_id'], ['iat'], ['jti']],
      onBehalfOf: bySubjectIfAny,
    },
  }
}
