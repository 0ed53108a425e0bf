import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { formed } from './arguments.ts'
import { isOfClient, said } from './on-behalf-of.ts'
import { anyJwt, signAsymmetrically, type Vendor } from './vendor.ts'

/**
 * A tenant of FusionAuth, its users and its entities; `jwt()` needs the `jwksUri`.
 *
 * Source: fusionauth.io/docs, “OAuth tokens”.
 *
 * @param issuer The tenant's setting, often a bare host.
 * @throws {TypeError} It is none.
 */
export function fusionAuth(issuer: string): Vendor {
  return {
    issuer: formed('fusionAuth', 'the issuer', issuer, /^\S+$/, "'acme.com', the tenant’s setting"),
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      issuerForm: 'text',
      kind: { tty: ['at', undefined] },
      clientId: (claims, header) =>
        isOfEntity(claims, header)
          ? said(claims['sub'])
          : (said(claims['client_id']) ?? said(claims['applicationId'])),
      permissions: [['permissions']],
      onBehalfOf,
      advice: {
        alg: `${signAsymmetrically}, in the tenant’s or application’s JWT settings`,
        aud: 'it is the application, or the target entity: give its ID as audience',
      },
    },
  }
}

/** The grants stand in the header of a JWT, and in an introspection answer. */
function isOfEntity(claims: Claims, header: Claims): boolean {
  return isOfClient(header['gty']) || isOfClient(claims['gty'])
}

function onBehalfOf(claims: Claims, _: string | undefined, header: Claims): OnBehalfOf {
  const isOfUser = said(claims['applicationId']) !== undefined
  if (isOfEntity(claims, header)) return isOfUser ? 'unknown' : 'client'
  return isOfUser && said(claims['sub']) !== undefined ? 'resource-owner' : 'unknown'
}
