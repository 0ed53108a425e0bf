import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * Casdoor, whose refresh tokens are JWTs by the same key, told apart by `tokenType` alone.
 *
 * Source: casdoor/casdoor object/token_jwt.go.
 *
 * @throws {TypeError} It is no issuer.
 */
export function casdoor(issuer: string): Vendor {
  const access = ['access-token', undefined]
  return {
    issuer: issuerUrl('casdoor', issuer, "'https://door.example.com'", false),
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      kind: { tokenType: access, TokenType: access },
      // In its access tokens, too, where a client sent one.
      waives: ['nonce'],
      jwtClaims: [['sub'], ['iat'], ['tokenType', 'TokenType']],
      clientId: ['azp', 'client_id'],
      username: ['name', 'username'],
      roles: [['roles', '*', 'name'], ['roles']],
      permissions: [['permissions', '*', 'name'], ['permissions']],
      onBehalfOf,
      advice: { aud: 'it is the client’s: list the clients of this API as audience' },
    },
  }
}

/** Applications have the subject owner/name, people an identifier without a slash. */
function onBehalfOf({ type, sub }: Claims, clientId: string | undefined): OnBehalfOf {
  const name = said(sub)
  if (name === undefined) return 'unknown'
  if (type === 'application' || name === clientId) return 'client'
  const isOfApplication = name.includes('/')
  if (type === undefined) return isOfApplication ? 'client' : 'resource-owner'
  return isOfApplication ? 'unknown' : 'resource-owner'
}
