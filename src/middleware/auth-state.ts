import type { Context } from 'koa'
import type { Policy } from '../authenticate.ts'
import { MissingCredentials, type OAuthErrorOptions } from '../protocol/errors.ts'
import type { Authentication } from '../protocol/identity.ts'

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

const policies = new WeakMap<object, Policy>()

/** Puts who granted the access and which client acts on the context, for handlers and guards. */
export function admit(
  state: AuthState<Authentication | undefined>,
  auth: Authentication | undefined,
  policy: Policy,
): void {
  state.auth = auth
  policies.set(state, policy)
}

/** The policy that the request was admitted by. */
export function policyOf(state: AuthState): Policy | undefined {
  return policies.get(state)
}
