import { formed } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import type { Vendor } from './vendor.ts'

/**
 * Firebase Authentication: its ID tokens, which are what it has to call an API with.
 *
 * Source: firebase.google.com/docs/auth/admin/verify-id-tokens.
 *
 * @param projectId Which is the audience, too.
 * @throws {TypeError} It is none.
 */
export function firebase(projectId: string): Vendor & { readonly jwksUri: string } {
  formed('firebase', 'the project', projectId, /^[a-z][a-z\d-]+$/, "'acme-orders', the project ID")
  return {
    issuer: `https://securetoken.google.com/${projectId}`,
    jwksUri:
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    dialect,
  }
}

/**
 * Session cookies of Firebase Authentication, sent as tokens: another issuer, other keys.
 *
 * Source: firebase.google.com/docs/auth/admin/manage-cookies.
 *
 * @throws {TypeError} It is no project.
 */
export function firebaseSession(projectId: string): Vendor & { readonly jwksUri: string } {
  firebase(projectId)
  return {
    issuer: `https://session.firebase.google.com/${projectId}`,
    jwksUri: 'https://identitytoolkit.googleapis.com/v1/sessionCookiePublicKeys',
    dialect,
  }
}

const dialect: Vendor['dialect'] = {
  types: ['jwt'],
  algorithms: ['RS256'],
  waives: ['nonce', 'at_hash'],
  requiredClaims: [],
  jwtClaims: [['sub'], ['iat'], ['auth_time'], ['firebase']],
  scope: [],
  clientId: [],
  username: ['email'],
  onBehalfOf: ({ sub, user_id: id }) =>
    said(sub) !== undefined && sub === id ? 'resource-owner' : 'unknown',
}
