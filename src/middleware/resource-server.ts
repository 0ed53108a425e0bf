import type { Context, Middleware } from 'koa'
import { authenticate } from '../authenticate.ts'
import { type AnswerFields, noFields } from '../confirmation/confirmation-method.ts'
import {
  challenge,
  type ChallengeParameters,
  checkChallengeParameters,
} from '../protocol/challenge.ts'
import { attemptedScheme } from '../protocol/credentials.ts'
import { type Eviction, readEviction } from '../protocol/eviction.ts'
import { MissingCredentials, OAuthError } from '../protocol/errors.ts'
import { ServiceUnavailable } from '../protocol/service-unavailable.ts'
import type { Authentication } from '../protocol/authentication.ts'
import { now } from '../protocol/time.ts'
import { isHeard, startTrace } from '../trace/start.ts'
import { unwatched } from '../trace/watch.ts'
import { admit, type AuthState } from './auth-state.ts'
import { scopeToAsk } from './guard.ts'
import { KoaResourceRequest } from './koa-resource-request.ts'
import { readScopeHierarchy } from '../protocol/scope-hierarchy.ts'
import { guardsAhead } from './route.ts'
import {
  offeredSchemes,
  readOptions,
  readPolicy,
  readView,
  type ResourceServerOptions,
} from './resource-server-options.ts'

/** Koa middleware that starts by itself when the first token comes. */
export type ResourceServer<State> = Middleware<State> & {
  /**
   * Resolves when the first metadata and keys of every verifier are there; for readiness probes.
   *
   * @throws {AuthorizationServerUnavailable} They can't be had; it may be asked again.
   */
  ready(): Promise<void>
  /**
   * Forgets what is remembered of some tokens: of one, of those of a subject (`sub`) or a client, or of
   * the one with a `jti`. Every instance that shares a store asks the authorization server about them
   * again; only questions that are under way elsewhere are still answered. A JWT that `jwt()` verifies
   * stays good until it expires. A `token` is forgotten where it is asked about in the same way: by the
   * same client, at the same endpoint.
   *
   * @throws {StoreUnavailable} It could not be made sure; try again.
   */
  evict(eviction: Eviction): Promise<void>
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
  given: ResourceServerOptions,
): ResourceServer<AuthState<Authentication | undefined>> {
  const options = readOptions(given)
  const policy = readPolicy(options)
  const view = readView(options)
  const includes = readScopeHierarchy(options.scopeHierarchy)
  const offered = offeredSchemes(policy)
  const parameters = checkChallengeParameters({ realm: policy.audience[0]!, ...options.challenge })
  const { metadata } = options
  metadata?.describe({ ...policy, ...view })
  const located = (ctx: Context, request: KoaResourceRequest): ChallengeParameters => {
    const url = metadata?.urlFor([ctx.originalUrl, ...request.urls])
    return url === undefined ? parameters : { ...parameters, resource_metadata: url }
  }

  const middleware: Middleware<AuthState<Authentication | undefined>> = async (ctx, next) => {
    const request = new KoaResourceRequest(ctx, view)
    const traced = isHeard() && !isPreflight(ctx) ? await startTrace() : undefined
    let fields = noFields
    try {
      const since = now()
      const admitted = await authenticate(request, policy, traced?.stages)
      fields = admitted.fields
      const watch = traced?.watch ?? unwatched
      admit(ctx, admitted.authentication, { policy, since, includes, watch, passed: undefined })
      await next()
      if (fields !== noFields && !ctx.headerSent) setFields(ctx, fields)
      traced?.pass()
    } catch (thrown) {
      const error = isBare(thrown)
        ? naming(scopeToAsk(guardsAhead(ctx, described), { includes }), thrown)
        : thrown
      if (error instanceof MissingCredentials && isPreflight(ctx)) {
        ctx.body = null
        return
      }
      traced?.end(thrown, isRefusal(error) ? error : undefined)
      if (error instanceof OAuthError && answerFirst(error, ctx)) {
        const scheme = attemptedScheme(request, policy.schemes)
        const headers = {
          ...ownHeaders(error),
          ...fields,
          'WWW-Authenticate': challenge(error, located(ctx, request), offered, scheme),
          'Cache-Control': 'no-store',
        }
        error.headers = { ...headers, ...exposure(ctx, headers) }
      }
      const own = error instanceof ServiceUnavailable ? error.again() : error
      if (isRefusal(own)) ctx.set(own.headers)
      throw own
    }
  }
  const described: typeof middleware =
    metadata === undefined
      ? middleware
      : async (ctx, next) => {
          await metadata(ctx, async () => {
            await middleware(ctx, next)
          })
        }
  const ready = async (): Promise<void> => {
    await Promise.all(policy.verifiers.map(async (each) => each.ready?.()))
  }
  const evict = async (eviction: Eviction): Promise<void> => {
    readEviction(eviction)
    if (policy.verifiers.every((each) => each.evict === undefined)) {
      throw new TypeError('evict() is for introspection(): a JWT stays good until it expires')
    }
    await Promise.all(policy.verifiers.map(async (each) => each.evict?.(eviction)))
    policy.verified.clear()
  }
  return Object.assign(described, { ready, evict })
}

function isRefusal(error: unknown): error is OAuthError | ServiceUnavailable {
  return error instanceof OAuthError || error instanceof ServiceUnavailable
}

/** Nobody has said yet what scope the request needs. */
function isBare(error: unknown): error is MissingCredentials {
  return error instanceof MissingCredentials && error.parameters['scope'] === undefined
}

/** Where a router has matched the route already, its guards tell. */
function naming(scope: readonly string[], bare: MissingCredentials): MissingCredentials {
  return scope.length === 0 ? bare : new MissingCredentials({ scope, cause: bare.cause })
}

/** A browser asks whether it may send the request; it can't send credentials with that. (Fetch §3.2.2) */
function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== ''
}

/** What browsers show to scripts of other origins only where they are told to. (RFC 9449 §7.1, §8) */
const exposed = ['WWW-Authenticate', 'DPoP-Nonce']

const expose = 'Access-Control-Expose-Headers'

/**
 * The field that shows them to the script of another origin that has sent the request, besides what the
 * application shows it. (Fetch §3.3.3)
 */
function exposure(ctx: Context, headers: AnswerFields): AnswerFields {
  const names = exposed.filter((name) => headers[name] !== undefined)
  if (names.length === 0 || ctx.get('Origin') === '') return {}
  const shown = [ctx.res.getHeader(expose) ?? []].flat().join(', ').split(/, */).filter(Boolean)
  return { [expose]: [...new Set([...shown, ...names])].join(', ') }
}

/** Adds to the answer, whatever fields and exposures the application has given it. */
function setFields(ctx: Context, fields: AnswerFields): void {
  ctx.set({ ...fields, ...exposure(ctx, fields) })
}

/** The errors that have been answered: for which request, and the headers that they brought along. */
const answers = new WeakMap<OAuthError, { readonly ctx: Context; readonly headers: AnswerFields }>()

/** Claims the answer to this request's error, unless a resource server further in has: its answer wins. */
function answerFirst(error: OAuthError, ctx: Context): boolean {
  const before = answers.get(error)
  answers.set(error, { ctx, headers: before?.headers ?? error.headers })
  return before?.ctx !== ctx
}

/** What an error brings along, without what the answer to another request has added to it. */
function ownHeaders(error: OAuthError): AnswerFields {
  return answers.get(error)!.headers
}
