import type { Seconds } from './time.ts'

export interface ServiceUnavailableOptions extends ErrorOptions {
  /** When to come back. (RFC 9110 §10.2.3) Default: 5. */
  readonly retryAfter?: Seconds
}

/**
 * Something that this resource server depends on does not work, so nothing is known about the request:
 * 503, never a verdict. (RFC 9110 §15.6.4)
 *
 * `stack` begins with what happened, for the operator's log; `message` does not tell.
 */
export abstract class ServiceUnavailable extends Error {
  status = 503
  readonly expose: boolean = false
  /** What happened; for the operator, never sent nor JSON-encoded. */
  declare readonly detail: string
  readonly retryAfter: Seconds
  headers: Record<string, string>

  constructor(message: string, detail: string, options: ServiceUnavailableOptions = {}) {
    super(detail, options)
    this.name = this.constructor.name
    this.stack = this.stack?.replace(/^Error/, this.name) ?? detail
    this.message = message
    Object.defineProperty(this, 'detail', { value: detail })
    const { retryAfter = 5 } = options
    // A number of digits alone. (RFC 9110 §10.2.3)
    this.retryAfter = Math.min(Math.max(1, Math.ceil(retryAfter) || 1), 86_400)
    this.headers = { 'Retry-After': String(this.retryAfter), 'Cache-Control': 'no-store' }
  }

  /** The same for another request that has waited for the same answer: what is done to one is not to the other. */
  again(): ServiceUnavailable {
    const { detail, retryAfter } = this
    const options = { cause: this, retryAfter }
    return Reflect.construct(this.constructor, [detail, options]) as ServiceUnavailable
  }
}

/** The authorization server gave no usable answer, so nothing is known about the token. */
export class AuthorizationServerUnavailable extends ServiceUnavailable {
  /** @param detail What happened, for the operator. */
  constructor(detail: string, options?: ServiceUnavailableOptions) {
    super('The authorization server is not available', detail, options)
  }
}

/** A store that must tell whether the request is good does not, or is full. */
export class StoreUnavailable extends ServiceUnavailable {
  /** @param detail What happened, for the operator. */
  constructor(detail: string, options?: ServiceUnavailableOptions) {
    super('This resource server is not available', detail, options)
  }
}

/** A check that the application has given to a guard failed, so that nothing is known about the request. */
export class CheckUnavailable extends ServiceUnavailable {
  /** @param detail What happened, for the operator. */
  constructor(detail: string, options?: ServiceUnavailableOptions) {
    super('This resource server is not available', detail, options)
  }
}
