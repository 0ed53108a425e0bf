import type { Middleware } from 'koa'
import { authenticateAgain } from '../authenticate.ts'
import * as rule from '../protocol/options.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { admissionOf, authenticated, type AuthState } from './auth-state.ts'

const age = rule.seconds(0, 86_400)

/**
 * Admits requests whose token the authorization server has called active no longer than `maxAge` ago,
 * JWTs included; asks it again where its remembered word is older. (RFC 7662 §4)
 *
 * It needs an `introspection()` of the token's own authorization server in `resourceServer()`. A token that has
 * lost anything since, a scope say, is refused, whatever guards have admitted it before.
 *
 * @param maxAge Seconds; 0 asks on every request.
 * @throws {TypeError} `maxAge` is wrong.
 */
export function requireFreshIntrospection(maxAge: Seconds): Middleware<AuthState> {
  if (!age.fits(maxAge)) throw new TypeError(`requireFreshIntrospection() takes ${age.expected}`)
  return async (ctx, next) => {
    const auth = authenticated(ctx, 'requireFreshIntrospection')
    const { policy, since } = admissionOf(ctx)
    // What has been said since the request came is fresh in any case.
    ctx.state.auth = await authenticateAgain(auth, policy, Math.min(since, now() - maxAge))
    await next()
  }
}
