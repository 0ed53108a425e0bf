import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * WSO2 Identity Server, and Asgardeo.
 *
 * Source: wso2-extensions/identity-inbound-auth-oauth JWTTokenIssuer.java.
 *
 * @param issuer `https://is.example.com:9443/oauth2/token`
 * @throws {TypeError} It is none.
 */
export function wso2(issuer: string): Vendor {
  return {
    issuer: issuerUrl('wso2', issuer, "'https://is.example.com:9443/oauth2/token'"),
    dialect: {
      ...namedJwt,
      tolerates: ['scope is an array'],
      clientId: ['client_id', 'azp'],
      owner: ['sub', 'username'],
      roles: [['roles'], ['groups']],
      onBehalfOf,
      advice: { aud: 'it is the client’s, add this API’s to the application, or list the clients' },
    },
  }
}

const kinds = new Map<string, OnBehalfOf>([
  ['APPLICATION', 'client'],
  ['AGENT', 'client'],
  ['APPLICATION_USER', 'resource-owner'],
])

/** Older servers name the owner of an application on its tokens. */
function onBehalfOf({ aut, sub, username }: Claims, clientId: string | undefined): OnBehalfOf {
  if (aut !== undefined) return kinds.get(said(aut) ?? '') ?? 'unknown'
  if (said(sub) === undefined) return said(username) === undefined ? 'client' : 'unknown'
  return sub === clientId ? 'client' : 'unknown'
}
