import type { Claims } from '../protocol/dialect.ts'
import { formed } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * A project of Stytch: sessions, connected apps and machines; `jwt()` needs the `jwksUri`.
 *
 * Source: stytchauth/stytch-node lib/shared/sessions.ts, lib/b2c/m2m.ts.
 *
 * @param project Its ID, or its custom domain where the tokens name that: `https://login.acme.com`.
 * @throws {TypeError} It is neither.
 */
export function stytch(project: string): Vendor {
  const example = "'project-live-…' or 'https://login.acme.com'"
  formed('stytch', 'the project', project, /^(project-(live|test)-[\w-]+|https:\/\/\S+)$/, example)
  return {
    issuer: project.startsWith('project-') ? `stytch.com/${project}` : project,
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      algorithms: ['RS256'],
      issuerForm: 'text',
      clientId: ({ client_id: id, sub }: Claims) =>
        said(id) ?? (isMachine(sub) ? (sub as string) : undefined),
      roles: [
        ['https://stytch.com/session', 'roles'],
        ['https://stytch.com/organization', 'roles'],
      ],
      onBehalfOf({ sub }) {
        if (isMachine(sub)) return 'client'
        return /^(user|member)-(live|test)-/.test(said(sub) ?? '') ? 'resource-owner' : 'unknown'
      },
    },
  }
}

function isMachine(sub: unknown): boolean {
  return said(sub)?.startsWith('m2m-client-') === true
}
