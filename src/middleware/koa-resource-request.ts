import type { Context } from 'koa'
import type { Connection, ResourceRequest } from '../protocol/resource-request.ts'
import { publicUrls } from './public-url.ts'

const local = /^(::ffff:)?127\.|^::1$|^unix$/
const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])

/** What of Koa's context is needed here, whatever its state. */
export type RequestContext = Pick<
  Context,
  'req' | 'request' | 'method' | 'originalUrl' | 'secure' | 'app' | 'get' | 'is'
>

/** A connection, of TLS or without. */
interface ClientSocket {
  readonly remoteAddress?: string
  readonly localAddress?: string
  readonly destroyed: boolean
  getPeerX509Certificate?(): { readonly raw: Uint8Array } | undefined
}

/** How the middleware looks at requests. */
export interface RequestView {
  readonly insecureHttp: boolean
  readonly formBody: boolean
  /** What the URLs of clients begin with, without a slash at the end. */
  readonly baseUrls: readonly string[]
  /** Whether a trusted proxy may tell what else they begin with. */
  readonly proxied: boolean
}

/** Koa's request as the protocol sees it. */
export class KoaResourceRequest implements ResourceRequest {
  readonly #ctx: RequestContext
  readonly #view: RequestView

  constructor(ctx: RequestContext, view: RequestView) {
    this.#ctx = ctx
    this.#view = view
  }

  get method(): string {
    return this.#ctx.method
  }

  get message(): object {
    return this.#ctx.req
  }

  get urls(): readonly string[] {
    return publicUrls(this.#ctx, this.#view.baseUrls, this.#view.proxied)
  }

  get connection(): Connection {
    const socket = this.#ctx.req.socket as ClientSocket
    return {
      remoteAddress: remoteAddressOf(socket),
      get certificate() {
        return socket.getPeerX509Certificate?.()?.raw
      },
    }
  }

  get confidential(): boolean {
    const { secure, app } = this.#ctx
    const proxied = app.proxy && this.#ctx.get('X-Forwarded-Proto') !== ''
    const isLocal = local.test(remoteAddressOf(this.#ctx.req.socket as ClientSocket) ?? '')
    return secure || (isLocal && !proxied) || this.#view.insecureHttp
  }

  /** Node joins some repeated fields and drops others; only the raw list tells. */
  fields(name: string): readonly string[] {
    const { rawHeaders } = this.#ctx.req
    const values: string[] = []
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const field = rawHeaders[i]!
      if (field.length === name.length && field.toLowerCase() === name) {
        values.push(rawHeaders[i + 1]!)
      }
    }
    return values
  }

  /** @throws {Error} The application has no body parser before `resourceServer`. */
  formParameters(name: string): readonly unknown[] {
    if (!this.#view.formBody || !methodsWithBody.has(this.method)) return []
    if (!this.#ctx.is('application/x-www-form-urlencoded')) return []
    const { body } = this.#ctx.request as { body?: unknown }
    if (typeof body !== 'object' || body === null) {
      throw new Error('formBody: true needs a body parser before resourceServer()')
    }
    return Object.hasOwn(body, name) ? [(body as Record<string, unknown>)[name]].flat() : []
  }
}

/**
 * Only a Unix domain socket has no address of its own either: a client that resets its connection at
 * once takes its address away, while what it has sent is still read.
 */
function remoteAddressOf(socket: ClientSocket): string | undefined {
  const { remoteAddress, localAddress, destroyed } = socket
  return remoteAddress ?? (localAddress === undefined && !destroyed ? 'unix' : undefined)
}
