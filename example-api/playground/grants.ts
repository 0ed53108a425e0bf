import type { Redirect } from '../client.ts'
import { ordersApi } from '../registration.ts'
import type { Registration } from '../registration.ts'
import type { BackEnd } from './back-end.ts'
import type { HeldToken } from './tokens.ts'

/** A back-end client gets a token on behalf of a resource owner. (RFC 6749 §4.1) */
export async function authorizationCode(
  backEnd: BackEnd,
  registration: Registration,
  redirect: Redirect,
): Promise<void> {
  const client = await backEnd.client(registration)
  const tokens = await client.authorizationCode('orders:read orders:write', redirect, { prompt })
  backEnd.keep('authorization code', client, registration, tokens)
}

/** Who logs in, and whether they consent, can be another each time. (OpenID Connect Core §3.1.2.1) */
const prompt = 'login consent'

/** A back-end client gets a token on its own behalf. (RFC 6749 §4.4) */
export async function clientCredentials(
  backEnd: BackEnd,
  registration: Registration,
): Promise<void> {
  const client = await backEnd.client(registration)
  const tokens = await client.clientCredentials(registration.scopes[ordersApi]!)
  backEnd.keep('client credentials', client, registration, tokens)
}

/** A back-end client gets a new access token for one that it has had. (RFC 6749 §6) */
export async function refresh(
  backEnd: BackEnd,
  { client, registration, scope, grant }: HeldToken,
  refreshToken: string,
): Promise<void> {
  const tokens = await client.refresh(refreshToken, scope)
  backEnd.keep('refresh token', client, registration, tokens, grant)
}
