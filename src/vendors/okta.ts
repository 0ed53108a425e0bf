import { issuerUrl } from './arguments.ts'
import { byProfile, said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

const example = "'https://acme.okta.com/oauth2/default'"

/**
 * A custom authorization server of Okta's.
 *
 * Source: developer.okta.com/docs/concepts/auth-servers.
 *
 * @throws {TypeError} It is no issuer, or that of the org authorization server.
 */
export function okta(issuer: string): Vendor {
  const url = issuerUrl('okta', issuer, example, false)
  if (!/^https?:\/\/[^/]+\/oauth2\/[^/]+$/.test(url)) {
    throw new TypeError(
      `okta() takes a custom authorization server, as in ${example}: tokens of the org authorization server are for Okta alone`,
    )
  }
  return {
    issuer: url,
    dialect: {
      ...anyJwt,
      algorithms: ['RS256'],
      jwtClaims: [['sub'], ['iat'], ['scp', 'scope', 'cid', 'client_id']],
      scope: ['scope', 'scp'],
      clientId: ['client_id', 'cid'],
      onBehalfOf(claims, clientId) {
        const [sub, uid] = [said(claims['sub']), said(claims['uid'])]
        const told = byProfile(claims)
        if (told !== undefined) return told
        if (sub === undefined || clientId === undefined) return 'unknown'
        if (uid === undefined) return sub === clientId ? 'client' : 'unknown'
        return sub === clientId ? 'unknown' : 'resource-owner'
      },
      advice: { scp: 'an ID token is none to call an API with' },
    },
  }
}
