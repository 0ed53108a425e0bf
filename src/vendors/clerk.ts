import type { Dialect } from '../protocol/dialect.ts'
import { issuerUrl, list, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

export interface ClerkOptions {
  /** `https://clerk.example.com` */
  readonly issuer: string
  /** Origins whose session tokens are for this API, as in `azp`: they have no `aud`. Default: none. */
  readonly authorizedParties?: readonly string[]
  /** Clients whose OAuth tokens are for this API: they have no `aud` either. Default: none. */
  readonly clientIds?: readonly string[]
}

/**
 * Clerk: session tokens, OAuth tokens and those of machines, which have an `aud`.
 *
 * Source: clerk.com/docs/guides/sessions/session-tokens; clerk/javascript packages/backend.
 *
 * @throws {TypeError} An option is wrong.
 */
export function clerk(options: ClerkOptions): Vendor {
  const names = ['issuer', 'authorizedParties', 'clientIds']
  const { issuer, authorizedParties, clientIds } = members('clerk', options, names)
  const audienceFrom: Dialect['audienceFrom'] = {
    ...(authorizedParties && {
      azp: list('clerk', 'authorizedParties', authorizedParties, 'origins'),
    }),
    ...(clientIds && { client_id: list('clerk', 'clientIds', clientIds, 'clients of this API') }),
  }
  return {
    issuer: issuerUrl('clerk', issuer, "{ issuer: 'https://clerk.example.com' }", false),
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      algorithms: ['RS256'],
      // A session that is pending is nobody's yet.
      kind: { sts: ['active', undefined] },
      jwtClaims: [['sub'], ['iat'], ['jti', 'sid']],
      audienceFrom,
      scope: ['scope', 'scopes'],
      roles: [['o', 'rol']],
      onBehalfOf({ sub }) {
        if (/^mch_./.test(said(sub) ?? '')) return 'client'
        return /^user_./.test(said(sub) ?? '') ? 'resource-owner' : 'unknown'
      },
      advice: {
        aud: 'name those that may call in authorizedParties (sessions) or clientIds (OAuth)',
      },
    },
  }
}
