import type { Agent } from 'node:http'
import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { tellExchange } from '../trace/channels.ts'
import { sendByFetch } from './send-by-fetch.ts'
import { sendByNode, StaleConnection } from './send-by-node.ts'
import { UselessAnswer } from './useless-answer.ts'

/** How an authorization server is called. */
export interface ExchangeOptions {
  /** Deadline over a whole exchange, from connecting to the last byte of the answer. Default: 5. */
  readonly timeout?: Seconds
  /** Bytes above which an answer is given up. Default: 1048576. */
  readonly maxResponseSize?: number
  /** Makes the connections: TLS settings, a client certificate, a proxy. Default: a keep-alive agent of its own. */
  readonly agent?: Agent
  /** Makes the calls in place of Node's own HTTP client; slower, and for what an `agent` cannot do. */
  readonly fetch?: typeof globalThis.fetch
}

export const exchangeRules: { readonly [name in keyof ExchangeOptions]-?: rule.Rule } = {
  timeout: rule.seconds(0.001, 60),
  maxResponseSize: rule.whole,
  agent: rule.having('an http.Agent or https.Agent', 'createConnection'),
  fetch: rule.callable,
}

/** A call to an authorization server. */
export interface Call {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What the authorization server answered, whatever the status. */
export interface Answer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** Makes one call, following no redirect. */
export type Send = (url: URL, call: Call, timeLeft: Seconds, maxSize: number) => Promise<Answer>

/** @throws {AuthorizationServerUnavailable} No whole answer came in time. */
export type Exchange = (url: URL, call?: Call) => Promise<Answer>

/**
 * Makes the function through which every call to an authorization server goes: within a deadline and
 * a size, following no redirect, accepting no content encoding.
 */
export function exchange(options: ExchangeOptions): Exchange {
  const { timeout = 5, maxResponseSize = 1_048_576, agent, fetch } = options
  const send = fetch === undefined ? sendByNode(agent) : sendByFetch(fetch)

  return async (url, call = {}) => {
    const began = performance.now()
    const deadline = began + timeout * 1000
    const attempt = async (): Promise<Answer> => {
      const timeLeft = (deadline - performance.now()) / 1000
      const answer = await send(url, call, timeLeft, maxResponseSize).catch((error: unknown) => {
        // Each is one connection less, and a new one is never stale.
        if (error instanceof StaleConnection) return attempt()
        throw error
      })
      const encoding = answer.headers['content-encoding'] ?? 'identity'
      if (encoding !== 'identity') throw new UselessAnswer('the answer has a content encoding')
      return answer
    }
    let status: number | undefined
    try {
      const answer = await attempt()
      status = answer.status
      return answer
    } catch (cause) {
      const { message } = cause as Error
      throw new AuthorizationServerUnavailable(`${url.origin}${url.pathname}: ${message}`, {
        cause,
      })
    } finally {
      tellExchange(url, call.method ?? 'GET', began, status)
    }
  }
}

/** An answer came, and is of no use. */
export function unusable(url: URL, answer: Answer, what: string): AuthorizationServerUnavailable {
  const retryAfter = readRetryAfter(answer)
  return new AuthorizationServerUnavailable(
    `${url.origin}${url.pathname} answered ${answer.status} ${what}`,
    retryAfter === undefined ? {} : { retryAfter },
  )
}

/** When the server asks to be called again. (RFC 9110 §10.2.3) */
export function readRetryAfter({ headers }: Answer): Seconds | undefined {
  const value = headers['retry-after'] ?? ''
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 3600) : undefined
}
