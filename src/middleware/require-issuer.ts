import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import { InvalidToken } from '../protocol/errors.ts'
import { text } from '../protocol/options.ts'
import type { AuthState } from './auth-state.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/**
 * Admits requests whose token is from one of these issuers, where `resourceServer` trusts more; to the
 * others the route is as if it did not. (RFC 9068 §4)
 *
 * @param issuers As in `iss`.
 * @throws {TypeError} There is none, or one is not a string.
 */
export function requireIssuer(...issuers: readonly string[]): Middleware<AuthState> {
  const guard = 'requireIssuer'
  if (issuers.length === 0 || !issuers.every(text.fits)) {
    throw new TypeError(`${guard} takes one or more issuers, as in "iss": got ${show(issuers)}`)
  }
  return guardian({
    demand: { guard, issuers },
    rank: rank.token,
    judge({ issuer }) {
      const cause = (): string => `"iss" is ${show(issuer)}, this route takes ${show(issuers)}`
      return issuers.includes(issuer) ? undefined : () => new InvalidToken('issuer', cause())
    },
  })
}
