import { issuerUrl } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * A project of Supabase, whose audience is `authenticated`; its API keys are refused.
 *
 * Nothing is read from `user_metadata`, which users write themselves.
 *
 * Source: supabase/auth internal/tokens/service.go.
 *
 * @param url Of the project: `https://abcdefgh.supabase.co`
 * @throws {TypeError} It is none.
 */
export function supabase(url: string): Vendor {
  const project = issuerUrl('supabase', url, "'https://abcdefgh.supabase.co'", false)
  return {
    issuer: `${project.replace(/\/auth\/v1$/, '')}/auth/v1`,
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      tolerates: ['amr holds objects'],
      jwtClaims: [['sub'], ['iat'], ['role']],
      username: ['email'],
      roles: [['role']],
      onBehalfOf({ sub, role, session_id: session }, clientId) {
        if (said(sub) === undefined) return 'unknown'
        if (sub === clientId) return 'client'
        return role === 'service_role' || role === 'anon' || said(session) === undefined
          ? 'unknown'
          : 'resource-owner'
      },
      advice: { alg: 'migrate the project to JWT signing keys, away from the legacy JWT secret' },
    },
  }
}
