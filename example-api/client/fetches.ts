import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { buffer } from 'node:stream/consumers'
import type { CustomFetch } from 'openid-client'
import { certificates } from '../loopback-certificates.ts'

/** The `fetch` of Node.js. */
export const plainFetch: CustomFetch = async (url, options) => fetch(url, options as RequestInit)

/**
 * Makes a `fetch` that connects with a client certificate, which the one of Node.js does not. (RFC 8705)
 *
 * @param certificate With its private key, PEM; none to connect without.
 */
export function fetchOverTls(certificate?: string): CustomFetch {
  const own = certificate === undefined ? {} : { cert: certificate, key: certificate }

  return async (url, { method, headers, body, signal }) => {
    const options = { method, headers, signal, ca: certificates.servers, agent: false, ...own }
    const sent = request(url, options).end(await new Response(body as RequestInit['body']).text())
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return new Response(await buffer(answer), {
      status: answer.statusCode!,
      headers: Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      ),
    })
  }
}
