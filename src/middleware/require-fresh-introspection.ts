import type { Middleware } from 'koa'
import { authenticateAgain } from '../authenticate.ts'
import { MissingCredentials } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { admissionOf, type AuthState } from './auth-state.ts'
import { marked, rank } from './demand.ts'
import { end, judgeAgain, scopeToAsk } from './guard.ts'
import { guardsAhead } from './route.ts'

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
  const guard = 'requireFreshIntrospection'
  if (!age.fits(maxAge)) throw new TypeError(`${guard}() takes ${age.expected}`)
  const middleware: Middleware<AuthState> = async (ctx, next) => {
    const admission = admissionOf(ctx, guard)
    const { auth } = ctx.state as Partial<AuthState>
    if (auth === undefined) {
      const scope = scopeToAsk(guardsAhead(ctx, middleware), admission)
      end(guard, admission, new MissingCredentials({ scope }))
    }
    const { policy, since, watch } = admission
    ctx.state.auth = await watch(guard, async () => {
      // What has been said since the request came is fresh in any case.
      const again = await authenticateAgain(auth, policy, Math.min(since, now() - maxAge))
      if (again.claims !== auth.claims) await judgeAgain(ctx.state, again, admission)
      return again
    })
    await next()
  }
  // What it has to ask, nobody else can judge.
  const judge = (): undefined => undefined
  return marked(middleware, { demand: { guard, maxAge }, rank: rank.token, judge })
}
