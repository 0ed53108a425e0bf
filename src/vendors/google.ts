import type { Claims, Dialect } from '../protocol/dialect.ts'
import { list, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'

export interface GoogleOptions {
  /** The OAuth clients whose tokens are for this API: `aud` names them, so they are the audience, too. */
  readonly clientIds: readonly string[]
}

/** What `introspection()` needs to know of Google. */
export interface Google {
  readonly endpoint: string
  readonly clientAuth: {
    readonly clientId: string
    authenticate(headers: Record<string, string>, form: URLSearchParams): void
  }
  readonly dialect: Partial<Dialect>
}

/**
 * Google's opaque access tokens, by its tokeninfo endpoint, which is no introspection: each question costs
 * a call, and no client authenticates.
 *
 * Source: googleapis/google-auth-library-nodejs src/auth/oauth2client.ts, getTokenInfo.
 *
 * @throws {TypeError} An option is wrong.
 */
export function google(options: GoogleOptions): Google {
  const { clientIds } = members('google', options, ['clientIds'])
  const known = list('google', 'clientIds', clientIds, 'OAuth clients of this API')
  return {
    endpoint: 'https://oauth2.googleapis.com/tokeninfo',
    clientAuth: {
      clientId: 'nobody',
      authenticate(headers, form) {
        headers['Authorization'] = `Bearer ${form.get('token')}`
        form.delete('token')
        form.delete('token_type_hint')
      },
    },
    dialect: {
      types: [],
      answer,
      audienceFrom: { azp: known },
      clientId: ['azp'],
      username: ['email'],
      onBehalfOf({ sub, email }, clientId) {
        if (/@[\w.-]+\.gserviceaccount\.com$/.test(said(email) ?? '')) return 'client'
        const isOfApp = clientId?.endsWith('.apps.googleusercontent.com') === true
        return isOfApp && said(sub) !== undefined ? 'resource-owner' : 'unknown'
      },
    },
  }
}

/** It says nothing of being active, writes numbers as text, and calls what is not active invalid. */
function answer(status: number, said: Claims): Claims | undefined {
  const isInvalid =
    said['error'] === 'invalid_token' || said['error_description'] === 'Invalid Value'
  if (status === 400 && isInvalid) return { active: false }
  const exp = Number(said['exp'])
  if (status !== 200 || !(exp > 0)) return undefined
  return Object.assign(Object.create(null) as {}, said, { active: true, exp })
}
