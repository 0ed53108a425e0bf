import type { Context, Middleware } from 'koa'
import { authenticate } from '../authenticate.ts'
import { challenge, checkChallengeParameters } from '../protocol/challenge.ts'
import { attemptedScheme } from '../protocol/credentials.ts'
import {
  AuthorizationServerUnavailable,
  MissingCredentials,
  OAuthError,
} from '../protocol/errors.ts'
import type { Authentication } from '../protocol/identity.ts'
import { now } from '../protocol/time.ts'
import { admit, type AuthState } from './auth-state.ts'
import { KoaResourceRequest } from './koa-resource-request.ts'
import { readPolicy, type ResourceServerOptions } from './resource-server-options.ts'

/** Koa middleware that starts by itself when the first token comes. */
export type ResourceServer<State> = Middleware<State> & {
  /**
   * Resolves when the first metadata and keys of every verifier are there; for readiness probes.
   *
   * @throws {AuthorizationServerUnavailable} They can't be had; it may be asked again.
   */
  ready(): Promise<void>
}

/**
 * Makes the middleware that admits requests with a good access token, puts who granted the access
 * and which client acts on `ctx.state.auth`, and answers every refusal of its own and of what comes
 * after it with the right challenge. (RFC 6750)
 *
 * CORS middleware belongs before it: a preflight request that gets here is answered without a
 * challenge, and without permission.
 *
 * @throws {TypeError} An option is wrong.
 */
export function resourceServer(
  options: ResourceServerOptions & { readonly anonymous: true },
): ResourceServer<AuthState<Authentication | undefined>>
export function resourceServer(options: ResourceServerOptions): ResourceServer<AuthState>
export function resourceServer(
  options: ResourceServerOptions,
): ResourceServer<AuthState<Authentication | undefined>> {
  const policy = readPolicy(options)
  const insecureHttp = options.insecureHttp ?? false
  const formBody = options.formBody ?? false
  const parameters = checkChallengeParameters({ realm: policy.audience[0]!, ...options.challenge })

  const middleware: Middleware<AuthState<Authentication | undefined>> = async (ctx, next) => {
    const request = new KoaResourceRequest(ctx, insecureHttp, formBody)
    try {
      const since = now()
      admit(ctx.state, await authenticate(request, policy), { policy, since })
      await next()
    } catch (error) {
      if (error instanceof MissingCredentials && isPreflight(ctx)) {
        ctx.body = null
        return
      }
      if (error instanceof OAuthError && answerFirst(error, ctx)) {
        const scheme = attemptedScheme(request, policy.schemes)
        error.headers = {
          'WWW-Authenticate': challenge(error, parameters, policy.schemes, scheme),
          'Cache-Control': 'no-store',
          ...(ctx.get('Origin') && { 'Access-Control-Expose-Headers': 'WWW-Authenticate' }),
        }
      }
      const own = error instanceof AuthorizationServerUnavailable ? error.again() : error
      if (own instanceof OAuthError || own instanceof AuthorizationServerUnavailable) {
        ctx.set(own.headers)
      }
      throw own
    }
  }
  const ready = async (): Promise<void> => {
    await Promise.all(policy.verifiers.map(async (each) => each.ready?.()))
  }
  return Object.assign(middleware, { ready })
}

/** A browser asks whether it may send the request; it can't send credentials with that. (Fetch §3.2.2) */
function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== ''
}

const answers = new WeakMap<OAuthError, Context>()

/** Claims the answer to this request's error, unless a resource server further in has: its answer wins. */
function answerFirst(error: OAuthError, ctx: Context): boolean {
  const first = answers.get(error) !== ctx
  answers.set(error, ctx)
  return first
}
