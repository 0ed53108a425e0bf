import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import { InvalidToken } from '../protocol/errors.ts'
import type { AuthState } from './auth-state.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/** (RFC 3986 §4.3) */
const absoluteUri = /^[a-z][a-z\d+.-]*:[^\s#]+$/i

/**
 * Admits requests whose token is for this very resource, where `resourceServer` has more than one
 * `audience`. (RFC 8707 §2)
 *
 * @param resource An absolute URI without a fragment, one of `audience`.
 * @throws {TypeError} It is none.
 */
export function requireAudience(resource: string): Middleware<AuthState> {
  const guard = 'requireAudience'
  if (typeof resource !== 'string' || !absoluteUri.test(resource)) {
    throw new TypeError(`${guard} takes an absolute URI without a fragment: got ${show(resource)}`)
  }
  return guardian({
    demand: { guard, audience: resource },
    rank: rank.token,
    judge({ claims: { aud } }) {
      const isMeant = [aud].flat().includes(resource)
      const cause = (): string => `"aud" is ${show(aud)}, this route is ${show(resource)}`
      return isMeant ? undefined : () => new InvalidToken('audience', cause())
    },
  })
}
