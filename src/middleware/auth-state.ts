import type { Context } from 'koa'
import type { Policy } from '../authenticate.ts'
import { MissingCredentials, type OAuthErrorOptions } from '../protocol/errors.ts'
import type { Authentication } from '../protocol/identity.ts'
import type { Seconds } from '../protocol/time.ts'

/** `ctx.state` behind `resourceServer`, for `new Router<AuthState>()`. */
export interface AuthState<Auth extends Authentication | undefined = Authentication> {
  auth: Auth
}

/**
 * Returns who granted the access and which client acts, for a guard to judge.
 *
 * @throws {MissingCredentials} The request is anonymous.
 * @throws {Error} No `resourceServer` has judged the request: the guard protects nothing.
 */
export function authenticated(
  ctx: Pick<Context, 'state'>,
  guard: string,
  options?: OAuthErrorOptions,
): Authentication {
  const { auth } = ctx.state as Partial<AuthState<Authentication | undefined>>
  if (auth !== undefined) return auth
  if (Object.hasOwn(ctx.state, 'auth')) throw new MissingCredentials(options)
  throw new Error(`${guard} needs resourceServer() before it in the middleware stack`)
}

/** How a request was admitted. */
interface Admission {
  readonly policy: Policy
  /** When the request came. */
  readonly since: Seconds
}

/** Where on the context it stands: out of everybody's sight. */
const admission: unique symbol = Symbol('admission')

/** Puts who granted the access and which client acts on the context, for handlers and guards. */
export function admit(
  ctx: AdmittedContext & { state: AuthState<Authentication | undefined> },
  auth: Authentication | undefined,
  how: Admission,
): void {
  ctx.state.auth = auth
  ctx[admission] = how
}

/** How the request of this context was admitted. */
export function admissionOf(ctx: object): Admission {
  return (ctx as AdmittedContext)[admission]!
}

interface AdmittedContext {
  [admission]?: Admission
}
