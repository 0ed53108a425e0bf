import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type Koa from 'koa'

/** An answer as a client would get it. */
export interface Answer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Header fields in the order of the request: name, value, name, value. */
export type Fields = readonly string[]

export type Request = (fields: Fields, method?: string) => Promise<Answer>

/** By which Node's parser hands over what it has read. */
const addHeaderLines = Reflect.get(IncomingMessage.prototype, '_addHeaderLines') as (
  this: IncomingMessage,
  fields: Fields,
  count: number,
) => void

/** All that the middleware asks of a connection. */
const loopback = { remoteAddress: '127.0.0.1', encrypted: false } as unknown as Socket

/**
 * Calls an application without a network: Node's own request and response objects, no socket under
 * them. It gets what no HTTP parser lets through as well.
 *
 * @param patience Milliseconds after which a request counts as hung, which is an error.
 */
export function inProcess(app: Koa, patience = 10_000): Request {
  const handle = app.callback()
  return async (fields, method = 'GET') => {
    const request = new IncomingMessage(loopback)
    request.method = method
    request.url = '/'
    request.httpVersion = '1.1'
    const all = ['Host', 'api.example.com', ...fields]
    addHeaderLines.call(request, all, all.length)
    const response = new Response(request)
    const hung = setTimeout(() => response.fail(new Error('no answer: it hangs')), patience)
    try {
      handle(request, response).catch(response.fail)
      return await response.answer
    } finally {
      clearTimeout(hung)
    }
  }
}

class Response extends ServerResponse {
  readonly answer: Promise<Answer>
  fail!: (error: Error) => void
  #succeed!: (answer: Answer) => void

  constructor(request: IncomingMessage) {
    super(request)
    this.answer = new Promise((...both) => {
      ;[this.#succeed, this.fail] = both
    })
  }

  override end(chunk?: unknown): this {
    super.end(chunk)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(this.getHeaders())) headers[name] = String(value)
    const body = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? String(chunk) : ''
    this.#succeed({ status: this.statusCode, headers, body })
    return this
  }
}
