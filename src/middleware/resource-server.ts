import type { Context, Middleware } from 'koa'
import { authenticate, type Policy } from '../authenticate.ts'
import type { ConfirmationMethod } from '../confirmation/confirmation-method.ts'
import {
  challenge,
  type ChallengeParameters,
  checkChallengeParameters,
} from '../protocol/challenge.ts'
import { attemptedScheme } from '../protocol/credentials.ts'
import {
  AuthorizationServerUnavailable,
  MissingCredentials,
  OAuthError,
} from '../protocol/errors.ts'
import type { Authentication } from '../protocol/identity.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import type { TokenVerifier } from '../tokens/token-verifier.ts'
import { admit, type AuthState } from './auth-state.ts'
import { KoaResourceRequest } from './koa-resource-request.ts'

export interface ResourceServerOptions {
  /** Identifiers by which tokens may name this resource server in `aud`. (RFC 9068 §4) */
  readonly audience: string | readonly string[]
  /** Who judges the tokens, the first that accepts one; `introspection()` accepts all, so it comes last. */
  readonly tokens: TokenVerifier | readonly TokenVerifier[]
  /** Whether requests without credentials pass, with `auth: undefined`; bad ones are refused all the same. Default: false. */
  readonly anonymous?: boolean
  /** How far the authorization server's clock may be from ours, at most 60. Default: 10. */
  readonly clockTolerance?: Seconds
  /** Characters above which a token is refused unread. Default: 16384. */
  readonly maxTokenSize?: number
  /** How senders may prove that a token is theirs. Default: in no way, bound tokens are refused. */
  readonly confirmation?: ConfirmationMethod | readonly ConfirmationMethod[]
  /** Whether tokens that are bound to no key are refused. Default: false. */
  readonly senderConstrained?: boolean
  /** Parameters of every challenge. Default: `realm`, the audience. */
  readonly challenge?: ChallengeParameters
  /** Whether a token may also come as `access_token` in a form that a body parser before this middleware has read. (RFC 6750 §2.2) Default: false. */
  readonly formBody?: boolean
  /** Whether tokens may cross the network in plain HTTP; to be true in no production. (RFC 6750 §5.3) Default: false. */
  readonly insecureHttp?: boolean
}

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
  const policy = readOptions(options)
  const insecureHttp = options.insecureHttp ?? false
  const formBody = options.formBody ?? false
  const parameters = checkChallengeParameters({ realm: policy.audience[0]!, ...options.challenge })

  const middleware: Middleware<AuthState<Authentication | undefined>> = async (ctx, next) => {
    const request = new KoaResourceRequest(ctx, insecureHttp, formBody)
    try {
      admit(ctx.state, await authenticate(request, policy), policy)
      await next()
    } catch (error) {
      if (error instanceof MissingCredentials && isPreflight(ctx)) {
        ctx.body = null
        return
      }
      if (error instanceof OAuthError && !isAnswered(error, ctx)) {
        const scheme = attemptedScheme(request, policy.schemes)
        error.headers = {
          'WWW-Authenticate': challenge(error, parameters, policy.schemes, scheme),
          'Cache-Control': 'no-store',
          ...(ctx.get('Origin') && { 'Access-Control-Expose-Headers': 'WWW-Authenticate' }),
        }
      }
      if (error instanceof OAuthError || error instanceof AuthorizationServerUnavailable) {
        ctx.set(error.headers)
      }
      throw error
    }
  }
  const ready = async (): Promise<void> => {
    await Promise.all(policy.verifiers.map(async (each) => each.ready?.()))
  }
  return Object.assign(middleware, { ready })
}

const verifier = rule.having('a token verifier such as jwt(…)', 'accepts', 'verify')
const method = rule.having('a confirmation method', 'confirm')

function readOptions(options: ResourceServerOptions): Policy {
  rule.checkOptions('resourceServer', options, {
    audience: rule.required(rule.oneOrMore(rule.text)),
    tokens: rule.required(rule.oneOrMore(verifier)),
    anonymous: rule.truth,
    clockTolerance: rule.seconds(0, 60),
    maxTokenSize: rule.whole,
    confirmation: rule.oneOrMore(method),
    senderConstrained: rule.truth,
    challenge: rule.record,
    formBody: rule.truth,
    insecureHttp: rule.truth,
  })
  const methods = [options.confirmation ?? []].flat()
  return {
    audience: [options.audience].flat(),
    verifiers: [options.tokens].flat(),
    anonymous: options.anonymous ?? false,
    clockTolerance: options.clockTolerance ?? 10,
    maxTokenSize: options.maxTokenSize ?? 16_384,
    methods,
    senderConstrained: options.senderConstrained ?? false,
    schemes: [...new Set(['Bearer', ...methods.map(({ scheme = 'Bearer' }) => scheme)])],
  }
}

/** A browser asks whether it may send the request; it can't send credentials with that. (Fetch §3.2.2) */
function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== ''
}

const answers = new WeakMap<OAuthError, Context>()

/** Whether a resource server further in has answered this request's error; the inner answer wins. */
function isAnswered(error: OAuthError, ctx: Context): boolean {
  const answered = answers.get(error) === ctx
  answers.set(error, ctx)
  return answered
}
