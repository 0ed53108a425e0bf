import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

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
      onBehalfOf({ sub, active, oi_au_id: authorization }, clientId) {
        if (said(sub) === undefined || clientId === undefined) return 'unknown'
        if (sub === clientId) return 'client'
        // Developers choose the subject of clients; an authorization is somebody's, answers do not show it.
        return active === true || said(authorization) ? 'resource-owner' : 'unknown'
      },
      advice: { aud: 'set the resources of the principal: principal.SetResources(…)' },
    },
  }
}
