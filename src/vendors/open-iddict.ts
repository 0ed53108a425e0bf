import { issuerUrl } from './arguments.ts'
import { hasAny, said } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/** What answers say of people alone. */
const ofPersons = ['email', 'preferred_username']

/**
 * OpenIddict, with access token encryption turned off: `options.DisableAccessTokenEncryption()`.
 *
 * Source: openiddict/openiddict-core src/OpenIddict.Server.
 *
 * @throws {TypeError} It is no issuer.
 */
export function openIddict(issuer: string): Vendor {
  return {
    issuer: issuerUrl('openIddict', issuer, "'https://ids.example.com/'", true),
    dialect: {
      ...namedJwt,
      types: ['at+jwt'],
      kind: { token_usage: ['access_token', undefined] },
      username: ['username', 'preferred_username', 'name'],
      roles: [['roles'], ['role']],
      onBehalfOf(claims, clientId) {
        const { sub, active, oi_au_id: authorization } = claims
        if (said(sub) === undefined || clientId === undefined) return 'unknown'
        if (sub === clientId) return 'client'
        // Developers choose the subject of clients; an authorization is somebody's. Answers do not show it,
        // and their username may be the display name of a client.
        const isOfPerson =
          active === true ? hasAny(claims, ofPersons) : said(authorization) !== undefined
        return isOfPerson ? 'resource-owner' : 'unknown'
      },
      advice: { aud: 'set the resources of the principal: principal.SetResources(…)' },
    },
  }
}
