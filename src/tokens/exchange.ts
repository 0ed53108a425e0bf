import * as http from 'node:http'
import * as https from 'node:https'
import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'

/** How an authorization server is called. */
export interface ExchangeOptions {
  /** Deadline over a whole exchange, from connecting to the last byte of the answer. Default: 5. */
  readonly timeout?: Seconds
  /** Bytes above which an answer is given up. Default: 1048576. */
  readonly maxResponseSize?: number
  /** Makes the connections: TLS settings, a client certificate, a proxy. Default: a keep-alive agent of its own. */
  readonly agent?: http.Agent
}

export const exchangeRules: { readonly [name in keyof ExchangeOptions]-?: rule.Rule } = {
  timeout: rule.seconds(0.001, 60),
  maxResponseSize: rule.whole,
  agent: rule.having('an http.Agent or https.Agent', 'createConnection'),
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
  readonly headers: http.IncomingHttpHeaders
  readonly body: Uint8Array
}

/** @throws {AuthorizationServerUnavailable} No whole answer came in time. */
export type Exchange = (url: URL, call?: Call) => Promise<Answer>

/**
 * Makes the function through which every call to an authorization server goes: within a deadline and
 * a size, following no redirect, accepting no content encoding.
 */
export function exchange({
  timeout = 5,
  maxResponseSize = 1_048_576,
  agent,
}: ExchangeOptions): Exchange {
  const agents: Readonly<Record<string, http.Agent>> = agent
    ? { 'http:': agent, 'https:': agent }
    : {
        'http:': new http.Agent({ keepAlive: true }),
        'https:': new https.Agent({ keepAlive: true }),
      }

  return async (url, call = {}) => {
    const deadline = performance.now() + timeout * 1000
    const attempt = (): Promise<Answer> =>
      send(url, call, agents[url.protocol], deadline - performance.now(), maxResponseSize)
    try {
      return await attempt().catch((error: unknown) => {
        if (error instanceof StaleConnection) return attempt()
        throw error
      })
    } catch (cause) {
      const { message } = cause as Error
      throw new AuthorizationServerUnavailable(`${url.origin}${url.pathname}: ${message}`, {
        cause,
      })
    }
  }
}

/** The server closed a kept connection just when it was used again, so it has not seen the request. */
class StaleConnection extends Error {}

function send(
  url: URL,
  { method = 'GET', headers, body = '' }: Call,
  agent: http.Agent | undefined,
  timeLeft: number,
  maxSize: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const outgoing = request(url, {
      method,
      agent,
      headers: {
        'Accept-Encoding': 'identity',
        ...headers,
        ...(method === 'POST' && { 'Content-Length': Buffer.byteLength(body) }),
      },
    })
    const fail = (error: Error): void => {
      clearTimeout(timer)
      outgoing.destroy()
      reject(error)
    }
    const timer = setTimeout(fail, timeLeft, new Error('no whole answer before the deadline'))

    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && error.code === 'ECONNRESET'
      fail(stale ? new StaleConnection(error.message, { cause: error }) : error)
    })
    outgoing.on('response', (incoming) => {
      const encoding = incoming.headers['content-encoding'] ?? 'identity'
      if (encoding !== 'identity') return fail(new Error('the answer has a content encoding'))
      const chunks: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxSize) fail(new Error(`the answer is larger than ${maxSize} bytes`))
        else chunks.push(chunk)
      })
      incoming.on('error', fail)
      incoming.on('close', () => fail(new Error('the answer was cut short')))
      incoming.on('end', () => {
        clearTimeout(timer)
        const { statusCode: status = 0, headers } = incoming
        resolve({ status, headers, body: Buffer.concat(chunks) })
      })
    })
    outgoing.end(body)
  })
}

const loopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** A URL to send credentials and ask for keys at: https, or plain http to this machine itself. */
export const secureUrl: rule.Rule = {
  expected: 'an https URL without a fragment (plain http for loopback only)',
  fits: (value) => typeof value === 'string' && parseSecureUrl(value) !== undefined,
}

export function parseSecureUrl(value: unknown): URL | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || url.username || url.password || url.href.includes('#')) return undefined
  const secure =
    url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))
  return secure ? url : undefined
}

/** An issuer identifier: such a URL, without a query either. (RFC 8414 §2) */
export const issuerIdentifier: rule.Rule = {
  expected:
    'an issuer identifier, an https URL without query and fragment (plain http for loopback only)',
  fits: (value) => secureUrl.fits(value) && !(value as string).includes('?'),
}
