import { issuerUrl } from './arguments.ts'
import { bySubjectIfAny } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * Janssen, and Gluu.
 *
 * Source: JanssenProject/jans jans-auth-server AuthorizationGrant.java, IntrospectionWebService.java.
 *
 * @throws {TypeError} It is no issuer.
 */
export function janssen(issuer: string): Vendor {
  return {
    issuer: issuerUrl('janssen', issuer, "'https://jans.example.com'"),
    dialect: {
      ...namedJwt,
      jwtClaims: [['client_id'], ['iat']],
      tolerates: ['scope is an array', 'sub is empty'],
      onBehalfOf: bySubjectIfAny,
      advice: { aud: 'it is the client’s: list the clients of this API as audience' },
    },
  }
}
