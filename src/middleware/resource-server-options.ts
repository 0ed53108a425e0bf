import type { Policy } from '../authenticate.ts'
import type { ConfirmationMethod } from '../confirmation/confirmation-method.ts'
import type { ChallengeParameters, OfferedScheme } from '../protocol/challenge.ts'
import type { Scheme } from '../protocol/credentials.ts'
import * as rule from '../protocol/options.ts'
import { obey, type ProfileName, profiles } from '../protocol/profiles.ts'
import type { ScopeHierarchy } from '../protocol/scope-hierarchy.ts'
import type { Seconds } from '../protocol/time.ts'
import type { TokenVerifier } from '../tokens/token-verifier.ts'
import { VerifiedTokens } from '../tokens/verified-tokens.ts'
import type { RequestView } from './koa-resource-request.ts'
import { baseUrlRule, originsOf } from './public-url.ts'
import type { ResourceDescription } from './resource-description.ts'

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
  /** URL under which clients know the root of this application, or several; what DPoP proofs name begins with one. (RFC 9449 §4.3) Default: the origins of `audience`, which must then all be this application's own, and behind `app.proxy` what `X-Forwarded-Host` says, which the proxy must then set on every request. */
  readonly baseUrl?: string | readonly string[]
  /** Scope tokens that include others: `{ 'orders:write': ['orders:read'] }`, for all guards; `orders:*` there stands for all that begin with `orders:`. Default: none does. */
  readonly scopeHierarchy?: ScopeHierarchy
  /** How senders may prove that a token is theirs. Default: in no way, bound tokens are refused. */
  readonly confirmation?: ConfirmationMethod | readonly ConfirmationMethod[]
  /** Whether tokens that are bound to no key are refused. Default: false. */
  readonly senderConstrained?: boolean
  /** Verified tokens that are remembered, each without the token, until what has proven it counts no longer; 0: none. Default: 10000. */
  readonly maxRemembered?: number
  /** Parameters of every challenge. Default: `realm`, the audience. */
  readonly challenge?: ChallengeParameters
  /** What tells clients about the resource, `resourceMetadata(…)`; its URL stands in challenges as `resource_metadata`. (RFC 9728) */
  readonly metadata?: ResourceDescription
  /** Whether a token may also come as `access_token` in a form that a body parser before this middleware has read. (RFC 6750 §2.2) Default: false. */
  readonly formBody?: boolean
  /** Whether tokens may cross the network in plain HTTP; to be true in no production. (RFC 6750 §5.3) Default: false. */
  readonly insecureHttp?: boolean
  /** Sets what a standard's profile asks for, and refuses options that contradict it: `'fapi2'` is the FAPI 2.0 Security Profile. Default: none. */
  readonly profile?: ProfileName
}

const verifier = rule.having('a token verifier such as jwt(…)', 'accepts', 'verify')
const method = rule.having('a confirmation method', 'confirm')
const description: rule.Rule = {
  expected: 'resourceMetadata(…)',
  fits: (value) => rule.callable.fits(value) && Object.hasOwn(value as object, 'describe'),
}

/** Reads the options, by themselves and as their profile has them. @throws {TypeError} One is wrong. */
export function readOptions(given: ResourceServerOptions): ResourceServerOptions {
  rule.checkOptions('resourceServer', given, {
    audience: rule.required(rule.oneOrMore(rule.text)),
    tokens: rule.required(rule.oneOrMore(verifier)),
    anonymous: rule.truth,
    clockTolerance: rule.seconds(0, 60),
    maxTokenSize: rule.whole,
    baseUrl: rule.oneOrMore(baseUrlRule),
    scopeHierarchy: rule.record,
    confirmation: rule.oneOrMore(method),
    senderConstrained: rule.truth,
    maxRemembered: rule.wholeOrNone,
    challenge: rule.record,
    metadata: description,
    formBody: rule.truth,
    insecureHttp: rule.truth,
    profile: {
      expected: `one of ${Object.keys(profiles).join(', ')}`,
      fits: (value) => Object.hasOwn(profiles, String(value)),
    },
  })
  const profile = given.profile && profiles[given.profile]
  if (profile === undefined) return given
  const options = obey(profile, 'resourceServer', given)
  return {
    ...options,
    tokens: [options.tokens].flat().map((each) => each.under!(profile)),
    confirmation: [options.confirmation!].flat().map((each) => each.under!(profile)),
  }
}

/** @throws {TypeError} Options contradict each other. */
export function readPolicy(options: ResourceServerOptions): Policy {
  const methods = [options.confirmation ?? []].flat()
  const verifiers = [options.tokens].flat()
  if (options.senderConstrained && methods.length === 0) {
    throw new TypeError('resourceServer(): senderConstrained needs confirmation, dpop() or mtls()')
  }
  if (new Set(methods.map(({ member }) => member)).size < methods.length) {
    throw new TypeError('resourceServer(): confirmation has two methods for one member of "cnf"')
  }
  if (methods.some(({ namesUrl }) => namesUrl) && readView(options).baseUrls.length === 0) {
    throw new TypeError(
      'resourceServer(): DPoP proofs name URLs, and audience is none: give baseUrl',
    )
  }
  if (options.metadata && options.challenge?.resource_metadata !== undefined) {
    throw new TypeError(
      'resourceServer(): metadata and challenge.resource_metadata exclude each other',
    )
  }
  checkOrder(verifiers)
  return {
    audience: [options.audience].flat(),
    verifiers,
    verified: new VerifiedTokens(options.maxRemembered ?? 10_000),
    anonymous: options.anonymous ?? false,
    clockTolerance: options.clockTolerance ?? 10,
    maxTokenSize: options.maxTokenSize ?? 16_384,
    methods,
    senderConstrained: options.senderConstrained ?? false,
    schemes: [...new Set(['Bearer', ...methods.map(schemeOf)])],
  }
}

/** Reads how requests are looked at; the options have been checked. */
export function readView(options: ResourceServerOptions): RequestView {
  return {
    insecureHttp: options.insecureHttp ?? false,
    formBody: options.formBody ?? false,
    baseUrls: [options.baseUrl ?? originsOf([options.audience].flat())]
      .flat()
      .map((base) => base.replace(/\/$/, '')),
    proxied: options.baseUrl === undefined,
  }
}

/** The schemes that challenges offer: `Bearer` first, unless no token could pass under it. */
export function offeredSchemes({ methods, schemes, senderConstrained }: Policy): OfferedScheme[] {
  const usable = new Set([...(senderConstrained ? [] : ['Bearer']), ...methods.map(schemeOf)])
  return schemes
    .filter((scheme) => usable.size === 0 || usable.has(scheme))
    .map((scheme) => ({
      scheme,
      parameters: Object.assign(
        {},
        ...methods.filter((each) => schemeOf(each) === scheme).map((each) => each.challenge),
      ) as Readonly<Record<string, string>>,
    }))
}

function schemeOf({ scheme = 'Bearer' }: ConfirmationMethod): Scheme {
  return scheme
}

/** @throws {TypeError} A verifier would never get a token to judge. */
function checkOrder(verifiers: readonly TokenVerifier[]): void {
  const forms = [undefined, { header: {}, claims: {} }].map((jwt) => ({ value: '', jwt }))
  const issuers = verifiers.flatMap(({ issuer, asks }) => (asks ? [] : (issuer ?? [])))
  if (verifiers.slice(0, -1).some((each) => forms.every((form) => each.accepts(form)))) {
    throw new TypeError('resourceServer(): introspection() takes every token, so it comes last')
  }
  if (new Set(issuers).size < issuers.length) {
    throw new TypeError('resourceServer(): tokens has two jwt() of one issuer')
  }
}
