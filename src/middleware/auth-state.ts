import type { Policy } from '../authenticate.ts'
import type { Includes } from '../protocol/expression.ts'
import type { Authentication } from '../protocol/authentication.ts'
import type { Seconds } from '../protocol/time.ts'
import type { Watch } from '../trace/watch.ts'

/** `ctx.state` behind `resourceServer`, for `new Router<AuthState>()`. */
export interface AuthState<Auth extends Authentication | undefined = Authentication> {
  auth: Auth
}

/** How a request was admitted. */
export interface Admission {
  readonly policy: Policy
  /** When the request came. */
  readonly since: Seconds
  /** Which scope tokens include which. */
  readonly includes: Includes
  /** Has guards judge, under the eyes of who listens. */
  readonly watch: Watch
  /** The guards that have let it pass, the last one first. */
  passed: Passed | undefined
}

interface Passed {
  readonly guard: object
  readonly before: Passed | undefined
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

/**
 * How the request of this context was admitted.
 *
 * @throws {Error} No `resourceServer` has judged it: the guard that asks protects nothing.
 */
export function admissionOf(ctx: object, guard: string): Admission {
  const how = (ctx as AdmittedContext)[admission]
  if (how !== undefined) return how
  throw new Error(`${guard} needs resourceServer() before it in the middleware stack`)
}

interface AdmittedContext {
  [admission]?: Admission
}
