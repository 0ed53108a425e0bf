import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import {
  type AuthenticationRequirements,
  InsufficientUserAuthentication,
} from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import { now, type Seconds } from '../protocol/time.ts'
import type { AuthState } from './auth-state.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'
import { noResourceOwner } from './require-resource-owner.ts'

/**
 * Admits requests whose resource owner has been authenticated well enough, and lately enough; has the
 * client step up otherwise. (RFC 9470 §3)
 *
 * A token that does not tell is not enough. A client on its own behalf is refused for good: there is
 * nobody to authenticate.
 *
 * @throws {TypeError} An option is wrong, or there is none.
 */
export function requireStepUp(requirements: AuthenticationRequirements): Middleware<AuthState> {
  const guard = 'requireStepUp'
  rule.checkOptions(guard, requirements, {
    acrValues: {
      expected: 'an array of one or more texts',
      fits: (value) => Array.isArray(value) && value.length > 0 && value.every(rule.text.fits),
    },
    maxAge: rule.wholeOrNone,
  })
  const { acrValues, maxAge } = requirements
  const demanded = {
    ...(acrValues && { acrValues: [...acrValues] }),
    ...(maxAge !== undefined && { maxAge }),
  }
  // Thrown away: what could not be asked for is refused now, not then.
  void new InsufficientUserAuthentication(demanded)
  return guardian({
    demand: { guard, ...demanded },
    rank: rank.authentication,
    judge(auth, { policy: { clockTolerance } }) {
      if (auth.onBehalfOf === 'client') return noResourceOwner
      const { acr, auth_time: at } = auth.claims
      const wellEnough = !demanded.acrValues || demanded.acrValues.includes(acr as string)
      const latelyEnough = maxAge === undefined || isWithin(maxAge, at, clockTolerance)
      if (wellEnough && latelyEnough) return undefined
      const cause = `"acr" is ${show(acr)}, "auth_time" is ${show(at)}`
      return (scope) => new InsufficientUserAuthentication(demanded, { cause, scope })
    },
  })
}

/** Whether something happened no longer ago than that, and not in the future. */
function isWithin(maxAge: Seconds, at: unknown, tolerance: Seconds): boolean {
  const age = typeof at === 'number' ? now() - at : NaN
  return age >= -tolerance && age <= maxAge + tolerance
}
