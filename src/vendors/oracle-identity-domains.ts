import type { OnBehalfOf } from '../protocol/dialect.ts'
import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

const kinds = new Map<string, OnBehalfOf>([
  ['user', 'resource-owner'],
  ['client', 'client'],
])

/**
 * An identity domain of Oracle's.
 *
 * Source: docs.oracle.com, Identity Domains, “Access Token”.
 *
 * @param issuer `https://identity.oraclecloud.com/`
 * @throws {TypeError} It is none.
 */
export function oracleIdentityDomains(issuer: string): Vendor {
  return {
    issuer: issuerUrl('oracleIdentityDomains', issuer, "'https://identity.oraclecloud.com/'"),
    dialect: {
      ...namedJwt,
      kind: { tok_type: ['AT', undefined] },
      jwtClaims: [['sub'], ['client_id'], ['iat'], ['tok_type']],
      username: ['user_displayname'],
      roles: [['appRoles']],
      onBehalfOf: ({ sub_type: type }) => kinds.get(said(type) ?? '') ?? 'unknown',
    },
  }
}
