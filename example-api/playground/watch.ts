import {
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { TLSSocket } from 'node:tls'
import { bodyOf, onEnd } from './bodies.ts'
import { callerOf } from './callers.ts'
import type { Field, HttpResponse, Role } from './events.ts'
import { formFields, withoutSecrets } from './fields.ts'
import { headerFields } from './headers.ts'
import { purposeOf } from './purpose-of.ts'
import { readBody } from './read-body.ts'
import type { Exchange, Recorder } from './recorder.ts'

/** Answers as before, and has each request told before it is answered, and each response before it is sent. */
export function watch(recorder: Recorder, role: Role, answer: RequestListener): RequestListener {
  return async (request, response) => {
    if (request.method === 'OPTIONS') {
      answer(request, response)
      return
    }
    const body = await bodyOf(request)
    if (response.destroyed) return
    recorder.current.run(tell(recorder, role, request, response, body), () =>
      answer(request, response),
    )
  }
}

/** Tells a request, and the response, when it comes. */
export function tell(
  recorder: Recorder,
  to: Role,
  request: IncomingMessage,
  response: ServerResponse,
  body = '',
): Exchange {
  const { pathname, searchParams } = new URL(request.url!, base(request))
  const method = request.method!
  const from = callerOf(to, pathname, request)
  const sent = readBody(body, request.headers['content-type'])
  const exchange = recorder.request(from, to, {
    method,
    url: base(request) + withoutSecrets(pathname),
    ...purposeOf({ from, to, method, path: pathname }, request.headers, [
      ...searchParams,
      ...new URLSearchParams(body),
    ]),
    query: formFields(searchParams),
    headers: headerFields(request.headers),
    body: sent.parameters,
  })
  onEnd(response, (body) => recorder.response(exchange, responseOf(response, body)))
  return exchange
}

function responseOf(
  response: ServerResponse,
  body: string,
): Pick<HttpResponse, 'status' | 'statusText' | 'headers' | 'parameters' | 'body'> {
  const { statusCode: status } = response
  const headers = response.getHeaders()
  const { location, 'content-type': type } = headers
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: headerFields(headers),
    ...(typeof location === 'string'
      ? { parameters: redirected(location) }
      : readBody(body, String(type))),
  }
}

/** Of a redirect's address, what is in the query and in the fragment. (RFC 6749 §4.1.2, §4.2.2) */
function redirected(location: string): Field[] {
  const [before = '', fragment = ''] = location.split('#')
  const [, query = ''] = before.split('?')
  return [query, fragment].flatMap((part) => formFields(new URLSearchParams(part)))
}

/** Where a request has come in, whatever it calls that. */
function base({ socket }: IncomingMessage): string {
  const scheme = (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http'
  return `${scheme}://127.0.0.1:${socket.localPort}`
}
