import { issuerUrl } from './arguments.ts'
import { isOfClient, said } from './on-behalf-of.ts'
import { anyJwt, signAsymmetrically, type Vendor } from './vendor.ts'

/** Grants that nobody but a person can give; clients exchange tokens, refresh them and assert subjects, too. */
const ofPersons = new Set<unknown>([
  'authorization_code',
  'implicit',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
])

/**
 * A realm of PingAM, once ForgeRock AM.
 *
 * Source: docs.pingidentity.com/pingam, OAuth 2.0 guide.
 *
 * @param issuer As in the tokens, the port included.
 * @throws {TypeError} It is none.
 */
export function pingAm(issuer: string): Vendor {
  const example = "'https://am.example.com:443/am/oauth2/realms/root/realms/alpha'"
  return {
    issuer: issuerUrl('pingAm', issuer, example),
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      kind: { tokenName: ['access_token', undefined] },
      jwtClaims: [['sub'], ['iat'], ['tokenName']],
      tolerates: ['scope is an array'],
      onBehalfOf({ sub, aud, grant_type: grant }, clientId) {
        const name = said(sub)
        if (name === undefined) return 'unknown'
        if (name.startsWith('(age!') || isOfClient(grant)) return 'client'
        if (name.startsWith('(usr!')) return 'resource-owner'
        // Older servers: a bare name.
        if (name === clientId || [aud].flat().includes(name)) return 'unknown'
        return ofPersons.has(grant) ? 'resource-owner' : 'unknown'
      },
      advice: {
        alg: signAsymmetrically,
        aud: 'it is the client’s: list the clients of this API as audience',
      },
    },
  }
}
