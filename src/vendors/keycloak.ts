import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { formed, issuerUrl, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

export interface KeycloakOptions {
  /** The client whose roles count, this API's say. Default: the roles of the realm. */
  readonly rolesOf?: string
}

/**
 * A realm of Keycloak.
 *
 * Source: keycloak.org/docs, and OIDCLoginProtocolFactory and ClientCredentialsGrantType in its code.
 *
 * @param realm `https://sso.example.com/realms/acme`
 * @throws {TypeError} An argument is wrong.
 */
export function keycloak(realm: string, options: KeycloakOptions = {}): Vendor {
  const example = "'https://sso.example.com/realms/acme'"
  const issuer = issuerUrl('keycloak', realm, example, false)
  formed('keycloak', 'the realm', issuer, /\/realms\/[^/]+$/, example)
  const { rolesOf } = members('keycloak', options, ['rolesOf'])
  if (rolesOf !== undefined) formed('keycloak', 'rolesOf', rolesOf, /./, "'orders-api', a client")
  return {
    issuer,
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      kind: { typ: ['Bearer', 'DPoP'] },
      // Before version 25 access tokens had it, too; `typ` tells them apart.
      waives: ['nonce'],
      jwtClaims: [['azp'], ['iat'], ['jti']],
      clientId: ['azp', 'client_id', 'clientId'],
      username: ['preferred_username', 'username'],
      roles: [
        rolesOf === undefined ? ['realm_access', 'roles'] : ['resource_access', rolesOf, 'roles'],
      ],
      onBehalfOf,
      advice: {
        aud: 'add an audience mapper for this API to the client, or to a client scope',
        typ: 'an ID token or a refresh token is none to call an API with',
      },
    },
  }
}

/** A service account is a user with a name of this form, which a person may have registered as well. */
function onBehalfOf(claims: Claims, clientId: string | undefined): OnBehalfOf {
  const name = said(claims['preferred_username']) ?? said(claims['username'])
  const sub = said(claims['sub'])
  const isOfHost = claims['clientHost'] !== undefined || claims['clientAddress'] !== undefined
  if (name === undefined || clientId === undefined || sub === clientId) return 'unknown'
  const isOwn = name.toLowerCase() === `service-account-${clientId}`.toLowerCase()
  if (isOwn) return isOfHost ? 'client' : 'unknown'
  if (isOfHost || sub === undefined) return 'unknown'
  // The account of another client may have come by an exchange of tokens; only a person has signed in.
  const isAlike = /^service-account-/i.test(name)
  return isAlike && claims['auth_time'] === undefined ? 'unknown' : 'resource-owner'
}
