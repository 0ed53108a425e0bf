import { issuerUrl } from './arguments.ts'
import { bySubject } from './on-behalf-of.ts'
import { namedJwt, type Vendor } from './vendor.ts'

/**
 * Ory Hydra, and Ory Network.
 *
 * Source: ory/hydra oauth2/session.go, oauth2/introspector.go.
 *
 * @param issuer As in its setting `urls.self.issuer`, the slash included.
 * @throws {TypeError} It is none.
 */
export function oryHydra(issuer: string): Vendor {
  const within = (name: string): string[][] => [['ext', name], [name]]
  return {
    issuer: issuerUrl('oryHydra', issuer, "'https://auth.example.com/'"),
    dialect: {
      ...namedJwt,
      kind: { token_use: ['access_token', undefined] },
      scope: ['scope', 'scp'],
      roles: within('roles'),
      groups: within('groups'),
      entitlements: within('entitlements'),
      permissions: within('permissions'),
      onBehalfOf: bySubject,
      advice: { aud: 'the client asks for this API as audience' },
    },
  }
}
