import { offlineAccess } from './scope.ts'
import type { Seconds } from './time.ts'

export interface OAuthErrorOptions extends ErrorOptions {
  /** `error_description`: sent to the client. Default: a fixed sentence for each error. */
  readonly description?: string
  /** `scope`: what the request needs, in the challenge's own parameter. */
  readonly scope?: readonly string[]
}

/**
 * Refuses a request; `resourceServer` answers it with `status` and a challenge. (RFC 6750 §3)
 *
 * `message` is sent to the client as `error_description`; `cause` is for the operator alone.
 */
export abstract class OAuthError extends Error {
  /** HTTP status of the answer. */
  status: number
  /** OAuth error code; `undefined` where the challenge must not have one. */
  readonly code: string | undefined
  /** Further parameters of the challenge, by wire name. */
  readonly parameters: Readonly<Record<string, string>>
  /** Headers of the answer; set by `resourceServer`, read by Koa's own error handler. */
  headers: Record<string, string> = {}
  readonly expose: boolean = true

  constructor(
    status: number,
    code: string | undefined,
    description: string,
    { scope = [], description: own = description, cause }: OAuthErrorOptions = {},
    parameters: Readonly<Record<string, string>> = {},
  ) {
    // Where it was thrown tells nobody anything, and to find out costs more than all the rest of a refusal.
    const { stackTraceLimit } = Error
    Reflect.set(Error, 'stackTraceLimit', 0)
    super(own, cause === undefined ? undefined : { cause })
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
    this.name = this.constructor.name
    this.status = status
    this.code = code
    const tokens = [scope]
      .flat()
      .join(' ')
      .split(' ')
      // What asks for a refresh token is nothing that a resource needs. (OpenID Connect Core 1.0 §11)
      .filter((token) => token !== '' && token !== offlineAccess)
    this.parameters = tokens.length > 0 ? { scope: tokens.join(' '), ...parameters } : parameters
  }
}

/** The request has no credentials; its challenge has no error. (RFC 6750 §3.1) */
export class MissingCredentials extends OAuthError {
  constructor(options?: OAuthErrorOptions) {
    super(401, undefined, 'This resource needs an access token', options)
  }
}

/** The request is malformed, or sends a token in more than one way. (RFC 6750 §3.1) */
export class InvalidRequest extends OAuthError {
  constructor(description: string, options?: ErrorOptions) {
    super(400, 'invalid_request', description, options)
  }
}

const reasons = {
  malformed: 'The access token is malformed',
  'unknown-issuer': 'The access token is from an issuer that this resource server does not trust',
  typ: 'The token is not a JWT access token',
  algorithm: 'The access token is signed with an algorithm that is not accepted',
  critical: 'The access token has critical header parameters that are not understood',
  'unknown-key': 'The access token is signed with an unknown key',
  signature: 'The signature of the access token is wrong',
  claims: 'A claim of the access token is missing or malformed',
  issuer: 'The access token is from another issuer',
  audience: 'The access token is for another audience',
  expired: 'The access token has expired',
  lifetime: 'The access token is good for longer than is accepted',
  'not-yet-valid': 'The access token is not valid yet',
  inactive: 'The access token is not active',
  'token-type': 'The token is of a type that does not fit its use',
  binding: 'The access token is bound to a key in a way that does not fit its use',
  unbound: 'The access token must be bound to a key',
  changed: 'What the access token allows has changed',
} as const

/** Why a token is refused; stable, for logs and metrics. */
export type InvalidTokenReason = keyof typeof reasons

/** The token is expired, revoked, malformed, or not for this resource server. (RFC 6750 §3.1) */
export class InvalidToken extends OAuthError {
  readonly reason: InvalidTokenReason

  /** @param detail What was expected and what was found; becomes `cause`, never sent. */
  constructor(reason: InvalidTokenReason, detail?: unknown) {
    super(401, 'invalid_token', reasons[reason], { cause: detail })
    this.reason = reason
  }
}

/** The token is good, and not enough for this request. (RFC 6750 §3.1) */
export class InsufficientScope extends OAuthError {
  /** @param scope The scope tokens that the request needs. */
  constructor(scope: readonly string[], options?: Omit<OAuthErrorOptions, 'scope'>) {
    super(403, 'insufficient_scope', 'The access token lacks a scope that this request needs', {
      ...options,
      scope,
    })
  }
}

/** How a resource owner must have been authenticated; one of the two at least. (RFC 9470 §3) */
export interface AuthenticationRequirements {
  /** Values of `acr`, of which any will do, the preferred ones first. */
  readonly acrValues?: readonly string[]
  /** Seconds since the authentication, a whole number. */
  readonly maxAge?: Seconds
}

/** The resource owner was authenticated too weakly, or too long ago, for this request. (RFC 9470 §3) */
export class InsufficientUserAuthentication extends OAuthError {
  /** @throws {TypeError} They can't stand in a challenge. */
  constructor(requirements: AuthenticationRequirements, options?: OAuthErrorOptions) {
    super(
      401,
      'insufficient_user_authentication',
      'This request needs another authentication of the resource owner',
      options,
      authenticationParameters(requirements),
    )
  }
}

function authenticationParameters({
  acrValues = [],
  maxAge,
}: AuthenticationRequirements): Readonly<Record<string, string>> {
  const fits = maxAge === undefined ? acrValues.length > 0 : isAge(maxAge)
  if (!fits || !acrValues.every(isAcrValue)) {
    throw new TypeError(
      'acrValues must be an array of strings without spaces, quotes and backslashes, maxAge a whole number of seconds; one of them is needed',
    )
  }
  return {
    ...(acrValues.length > 0 && { acr_values: acrValues.join(' ') }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
  }
}

function isAge(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isAcrValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(value)
}
