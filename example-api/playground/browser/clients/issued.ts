import type { TokenIssued } from '../../events.ts'
import { shown } from '../shorten.ts'
import type { Granted } from './browser-client.ts'

/** Tells that a client in the page has a token, as the server tells it of those with a back end. */
export function issued(
  { accessToken, scope, expiresAt }: Granted,
  of: Pick<TokenIssued, 'run' | 'token' | 'grant' | 'client'>,
): TokenIssued {
  const value = shown('access_token', accessToken)
  return {
    ...of,
    type: 'token',
    at: 0,
    form: value.jwt === undefined ? 'opaque' : 'JWT',
    bound: false,
    refreshable: false,
    scope,
    expiresAt,
    value,
  }
}
