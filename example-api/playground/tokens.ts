import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Client, Tokens } from '../client.ts'
import type { Registration } from '../registration.ts'
import type { TokenIssued } from './events.ts'
import { secretField } from './fields.ts'

/** An access token, and who has it. */
export interface HeldToken {
  readonly client: Client
  readonly registration: Registration
  readonly accessToken: string
  readonly scope: string
  /** What the tokens of one consent share: the refresh token changes. (RFC 6749 §6) */
  readonly grant: { refreshToken: string | undefined }
}

/** The tokens of the clients with a back end: the page never sees them. */
export class HeldTokens {
  readonly #held = new LRUCache<string, HeldToken>({ max: 100 })

  /** Keeps a token; returns the name by which the page asks for its use. */
  keep(token: HeldToken): string {
    const name = randomUUID()
    this.#held.set(name, token)
    return name
  }

  get(name: string): HeldToken | undefined {
    return this.#held.get(name)
  }
}

/** What the page is told of a token that a client has got. */
export function described(
  token: string,
  how: string,
  { registration, accessToken, scope, grant }: HeldToken,
): Omit<TokenIssued, 'run' | 'at'> {
  const { name, accessTokens, boundTo } = registration
  const isJwt = accessTokens.format === 'jwt'
  return {
    type: 'token',
    token,
    grant: how,
    client: name,
    form: isJwt ? 'JWT' : 'opaque',
    bound: boundTo === 'key',
    refreshable: grant.refreshToken !== undefined,
    scope,
    expiresAt: isJwt
      ? decodeJwt(accessToken).exp
      : Math.floor(Date.now() / 1000) + accessTokens.lifetime,
    value: secretField('access_token', accessToken),
  }
}

/** What a client has from a grant, as it is kept. */
export function held(
  client: Client,
  registration: Registration,
  { accessToken, refreshToken, scope = '' }: Tokens,
  grant: HeldToken['grant'] = { refreshToken: undefined },
): HeldToken {
  grant.refreshToken = refreshToken ?? grant.refreshToken
  return { client, registration, accessToken, scope, grant }
}
