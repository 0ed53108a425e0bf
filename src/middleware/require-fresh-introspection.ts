import type { Middleware } from 'koa'
import { authenticateAgain } from '../authenticate.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { authenticated, type AuthState, policyOf } from './auth-state.ts'

const age = rule.seconds(0, 86_400)

/**
 * Admits requests whose token the authorization server has called active no longer than `maxAge` ago,
 * JWTs included; asks it again where its remembered word is older. (RFC 7662 §4)
 *
 * It needs an `introspection()` among the `tokens` of the resource server.
 *
 * @param maxAge Seconds; 0 asks on every request.
 * @throws {TypeError} `maxAge` is wrong.
 */
export function requireFreshIntrospection(maxAge: Seconds): Middleware<AuthState> {
  if (!age.fits(maxAge)) throw new TypeError(`requireFreshIntrospection() takes ${age.expected}`)
  return async (ctx, next) => {
    const auth = authenticated(ctx, 'requireFreshIntrospection')
    const policy = policyOf(ctx.state)
    if (!policy?.verifiers.some(({ asks }) => asks)) {
      throw new Error('requireFreshIntrospection needs an introspection() in resourceServer()')
    }
    ctx.state.auth = await authenticateAgain(auth, policy, maxAge)
    await next()
  }
}
