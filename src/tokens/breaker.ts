import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { BackOff } from '../resilience/back-off.ts'
import { type Exchange, readRetryAfter } from './exchange.ts'
import { UselessAnswer } from './useless-answer.ts'

/** When calls to a failing server are given up beforehand. */
export interface BreakerOptions {
  /**
   * Calls in a row that get no answer, or 429, 502, 503 or 504, after which the server counts as down. A
   * gateway that answers so about some tokens alone lets their holders close it to all. Default: 5.
   */
  readonly breakAfter?: number
  /** How long a server that is down is left alone before one call probes it; doubles each time. Default: 1. */
  readonly coolDown?: Seconds
  /** Most time between two probes. Default: 30. */
  readonly maxBackOff?: Seconds
}

export const breakerRules: { readonly [name in keyof BreakerOptions]-?: rule.Rule } = {
  breakAfter: rule.whole,
  coolDown: rule.seconds(0.01, 60),
  maxBackOff: rule.seconds(0.01, 3600),
}

const down = new Set([429, 502, 503, 504])

/** Answers at once, while the server is known to be down, that it is; now and then one call probes it. */
export function breaker(
  http: Exchange,
  { breakAfter = 5, coolDown = 1, maxBackOff = 30 }: BreakerOptions,
): Exchange {
  const backOff = new BackOff(coolDown, maxBackOff)
  let inRow = 0
  let probing = false

  return async (url, call) => {
    const open = inRow >= breakAfter
    if (open && (probing || backOff.left > 0)) {
      throw new AuthorizationServerUnavailable(`${url.origin} is down, as it was a moment ago`, {
        retryAfter: backOff.left,
      })
    }
    probing ||= open
    try {
      const answer = await http(url, call)
      if (down.has(answer.status)) failed(readRetryAfter(answer))
      else succeeded()
      return answer
    } catch (error) {
      const { cause } = error as Error
      if (!(cause instanceof UselessAnswer)) failed()
      throw error
    } finally {
      if (open) probing = false
    }
  }

  function failed(asked?: Seconds): void {
    inRow += 1
    if (inRow >= breakAfter) backOff.failed(asked)
  }

  function succeeded(): void {
    inRow = 0
    backOff.succeeded()
  }
}
