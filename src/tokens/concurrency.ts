import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import type { Exchange } from './exchange.ts'

/** How many calls a server gets at once. */
export interface ConcurrencyOptions {
  /** Calls under way at once; further ones wait for their turn. Default: 100. */
  readonly maxConcurrent?: number
  /** Calls that wait for their turn; further ones fail at once. Default: 1000. */
  readonly maxWaiting?: number
}

export const concurrencyRules: { readonly [name in keyof ConcurrencyOptions]-?: rule.Rule } = {
  maxConcurrent: rule.whole,
  maxWaiting: rule.whole,
}

/** Bounds the calls under way at once; first come, first served. */
export function limited(
  http: Exchange,
  { maxConcurrent = 100, maxWaiting = 1000 }: ConcurrencyOptions,
): Exchange {
  const waiting: (() => void)[] = []
  let underWay = 0

  return async (url, call) => {
    if (underWay < maxConcurrent) {
      underWay += 1
    } else if (waiting.length < maxWaiting) {
      await new Promise<void>((turn) => waiting.push(turn))
    } else {
      throw new AuthorizationServerUnavailable(`Too many calls wait for ${url.origin}`)
    }
    try {
      return await http(url, call)
    } finally {
      const next = waiting.shift()
      if (next === undefined) underWay -= 1
      else next()
    }
  }
}
