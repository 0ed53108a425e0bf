import type { Context } from 'koa'
import type { ResourceRequest } from '../protocol/resource-request.ts'

const loopback = /^(::ffff:)?127\.|^::1$/
const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])

/** What of Koa's context is needed here, whatever its state. */
type RequestContext = Pick<Context, 'req' | 'request' | 'method' | 'secure' | 'app' | 'get' | 'is'>

/** Koa's request as the protocol sees it. */
export class KoaResourceRequest implements ResourceRequest {
  readonly #ctx: RequestContext
  readonly #insecureHttp: boolean
  readonly #formBody: boolean

  constructor(ctx: RequestContext, insecureHttp: boolean, formBody: boolean) {
    this.#ctx = ctx
    this.#insecureHttp = insecureHttp
    this.#formBody = formBody
  }

  get method(): string {
    return this.#ctx.method
  }

  get confidential(): boolean {
    const { secure, app, req } = this.#ctx
    const proxied = app.proxy && this.#ctx.get('X-Forwarded-Proto') !== ''
    const { remoteAddress, destroyed } = req.socket
    // An open socket without an address is one of this machine's own, not of the network.
    const local = remoteAddress === undefined ? !destroyed : loopback.test(remoteAddress)
    return secure || (local && !proxied) || this.#insecureHttp
  }

  /** Node joins some repeated fields and drops others; only the raw list tells. */
  fields(name: string): readonly string[] {
    const { rawHeaders } = this.#ctx.req
    return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name)
  }

  /** @throws {Error} The application has no body parser before `resourceServer`. */
  formParameters(name: string): readonly unknown[] {
    if (!this.#formBody || !methodsWithBody.has(this.method)) return []
    if (!this.#ctx.is('application/x-www-form-urlencoded')) return []
    const { body } = this.#ctx.request as { body?: unknown }
    if (typeof body !== 'object' || body === null) {
      throw new Error('formBody: true needs a body parser before resourceServer()')
    }
    return Object.hasOwn(body, name) ? [(body as Record<string, unknown>)[name]].flat() : []
  }
}
