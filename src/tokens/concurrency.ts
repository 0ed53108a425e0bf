import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import * as rule from '../protocol/options.ts'
import type { Exchange } from './exchange.ts'

/** How many calls a server gets at once. */
export interface ConcurrencyOptions {
  /** Calls under way at once; further ones wait for their turn. Default: 100. */
  readonly maxConcurrent?: number
  /** Calls that wait for their turn; where more do, the oldest fails. Default: 1000. */
  readonly maxWaiting?: number
}

export const concurrencyRules: { readonly [name in keyof ConcurrencyOptions]-?: rule.Rule } = {
  maxConcurrent: rule.whole,
  maxWaiting: rule.whole,
}

/** A call was not made, since too many others were. */
export class TooManyCalls extends AuthorizationServerUnavailable {}

interface Waiting {
  readonly turn: () => void
  readonly giveUp: (error: Error) => void
}

/**
 * Bounds the calls under way at once. Of those that wait the newest has its turn first, and where too many
 * wait the oldest is given up: it is the likeliest to wait for somebody who has left.
 */
export function limited(
  http: Exchange,
  { maxConcurrent = 100, maxWaiting = 1000 }: ConcurrencyOptions,
): Exchange {
  const waiting: Waiting[] = []
  let underWay = 0

  return async (url, call) => {
    if (underWay < maxConcurrent) {
      underWay += 1
    } else {
      const oldest = waiting.length < maxWaiting ? undefined : waiting.shift()
      oldest?.giveUp(new TooManyCalls(`Too many calls wait for ${url.origin}`))
      await new Promise<void>((turn, giveUp) => waiting.push({ turn, giveUp }))
    }
    try {
      return await http(url, call)
    } finally {
      const next = waiting.pop()
      if (next === undefined) underWay -= 1
      else next.turn()
    }
  }
}
