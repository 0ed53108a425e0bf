import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import type { Store } from '../stores/store.ts'
import type { Answer } from './exchange.ts'

/** How long what an authorization server has published is kept. */
export interface FreshnessOptions {
  /** Least time for which an answer is fresh, whatever its `Cache-Control` says. Default: 10. */
  readonly minAge?: Seconds
  /** Most time for which an answer is fresh; also where it does not say. Default: 600. */
  readonly maxAge?: Seconds
  /** How long an answer that is no longer fresh serves while no newer one can be had. Default: 86400. */
  readonly maxStale?: Seconds
  /** Least time from one fetch to the next when a token names an unknown key. Default: 1. */
  readonly coolDown?: Seconds
  /** Requests that may wait at once for a key that is not known; further ones fail at once. Default: 1000. */
  readonly maxWaiting?: number
  /** Most time between attempts while the authorization server fails; from `coolDown` on it doubles. Default: 30. */
  readonly maxBackOff?: Seconds
  /**
   * Where the last good answers are kept besides, so that an instance that starts during an outage can
   * serve. It is trusted like the process's own memory: who can write there can make tokens. Default: nowhere.
   */
  readonly lastGood?: Store
}

export const freshnessRules: { readonly [name in keyof FreshnessOptions]-?: rule.Rule } = {
  minAge: rule.seconds(0, 86_400),
  maxAge: rule.seconds(0, 604_800),
  maxStale: rule.seconds(0, 2_592_000),
  coolDown: rule.seconds(0.01, 60),
  maxWaiting: rule.whole,
  maxBackOff: rule.seconds(0.01, 3600),
  lastGood: rule.having('a store', 'get', 'set', 'add'),
}

/** How long an answer stays fresh from now on, `undefined` where it does not say. (RFC 9111 §4.2) */
export function freshness(headers: Answer['headers']): Seconds | undefined {
  const field = (headers['cache-control'] ?? '').toLowerCase()
  const directives = field.split(',').map((directive) => directive.trim())
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const maxAge = directives.map((one) => /^max-age="?(\d+)"?$/.exec(one)?.[1]).find(Boolean)
  if (maxAge === undefined) return undefined
  const age = /^\d+$/.test(headers['age'] ?? '') ? Number(headers['age']) : 0
  return Math.max(0, Number(maxAge) - age)
}
