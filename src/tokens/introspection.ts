import type { TokenFacts } from '../protocol/claims.ts'
import { type Dialect, rfc7662 } from '../protocol/dialect.ts'
import { InvalidToken } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { memoryStore } from '../stores/memory.ts'
import type { Store } from '../stores/store.ts'
import { breaker, type BreakerOptions, breakerRules } from './breaker.ts'
import type { ClientAuth } from './client-auth.ts'
import { type ConcurrencyOptions, concurrencyRules, limited } from './concurrency.ts'
import { withinDeadline } from './deadline.ts'
import { discovery } from './discovery.ts'
import { type Exchange, exchange, type ExchangeOptions, exchangeRules } from './exchange.ts'
import { type FreshnessOptions, freshnessRules } from './freshness.ts'
import {
  type AnswerFormat,
  introspect,
  type IntrospectionAnswer,
  jsonAnswers,
} from './introspection-endpoint.ts'
import { IntrospectionMemory, memoryKey } from './introspection-memory.ts'
import { keySetOf, type KeySource, keySourceRules } from './key-set.ts'
import { issuerIdentifier, parseSecureUrl, secureUrl } from './secure-url.ts'
import {
  signedAnswers,
  type SignedAnswersOptions,
  signedAnswersRules,
} from './signed-introspection.ts'
import type { TokenVerifier } from './token-verifier.ts'

export interface IntrospectionOptions extends ExchangeOptions, BreakerOptions, ConcurrencyOptions {
  /** URL of the introspection endpoint. Default: found by discovery from `issuer`. (RFC 8414 §2) */
  readonly endpoint?: string
  /** Issuer identifier; an answer that names another one is refused. Needed where there is no `endpoint`. */
  readonly issuer?: string
  /** How this resource server authenticates at the endpoint. (RFC 7662 §2.1) */
  readonly clientAuth: ClientAuth
  /** How long an active token's answer is remembered at most, never past `exp`; 0: not at all. (RFC 7662 §4) Default: 60. */
  readonly maxAge?: Seconds
  /** How much older an answer about an active token may be while no newer one can be had. Default: 0. */
  readonly maxStale?: Seconds
  /** How long it is remembered that a token is not active; 0: not at all. Default: 10. */
  readonly inactiveMaxAge?: Seconds
  /** Where answers about active tokens are remembered. Default: `memoryStore()`. */
  readonly store?: Store
  /** Where inactive tokens are remembered, apart, so that a flood of them displaces nothing. Default: `memoryStore({ maxEntries: 1000 })`. */
  readonly inactiveStore?: Store
  /** How long a store is waited for; then it is as if it remembered nothing. Default: 0.5. */
  readonly storeTimeout?: Seconds
  /** `token_type_hint`; `false`: none is sent. (RFC 7662 §2.1) Default: `'access_token'`. */
  readonly tokenTypeHint?: string | false
  /** Whether an answer without `aud` passes, for servers that tell only the intended resource server that a token is active; a foreign `aud` never passes. Default: false. */
  readonly audienceOptional?: boolean
  /** Answers are taken only in a JWT that the authorization server has signed. (RFC 9701) Default: as JSON. */
  readonly signed?: SignedAnswersOptions & KeySource
  /** How long metadata and, for signed answers, keys are kept. */
  readonly metadata?: FreshnessOptions
  /** How the answers are read, where that differs from RFC 7662. */
  readonly dialect?: Partial<Dialect>
}

/**
 * Verifies tokens of any form by asking the authorization server, and remembers its answers.
 * (RFC 7662)
 *
 * @throws {TypeError} An option is wrong.
 */
export function introspection(options: IntrospectionOptions): TokenVerifier {
  checkOptions(options)
  const { issuer, clientAuth, timeout = 5, tokenTypeHint = 'access_token' } = options
  const memory = new IntrospectionMemory({
    maxAge: options.maxAge ?? 60,
    maxStale: options.maxStale ?? 0,
    inactiveMaxAge: options.inactiveMaxAge ?? 10,
    store: options.store ?? memoryStore(),
    inactiveStore: options.inactiveStore ?? memoryStore({ maxEntries: 1000 }),
    storeTimeout: options.storeTimeout ?? 0.5,
  })
  const dialect = dialectOf(options)
  const http = exchange({ ...options, timeout })
  const calls = limited(breaker(http, options), options)
  const given = parseSecureUrl(options.endpoint)
  const locate =
    issuer === undefined ? undefined : discovery(issuer, http, timeout, options.metadata)
  const format = formatOf(options, http, timeout, locate)
  /** Questions under way, by key: however many wait, a token is asked about once. */
  const flights = new Map<string, Promise<IntrospectionAnswer>>()

  async function ask(key: string, token: string): Promise<IntrospectionAnswer> {
    const url = given ?? (await locate!('introspection_endpoint'))
    const answer = await introspect(token, url, calls, { clientAuth, tokenTypeHint, format })
    void memory.remember(key, token, answer)
    return answer
  }

  function askOnce(key: string, token: string): Promise<IntrospectionAnswer> {
    const underWay = flights.get(key)
    if (underWay !== undefined) return underWay
    const flight = withinDeadline(ask(key, token), timeout, 'The introspection answer').finally(
      () => flights.delete(key),
    )
    flights.set(key, flight)
    return flight
  }

  async function answerAbout(token: string, maxAge?: Seconds): Promise<IntrospectionAnswer> {
    const key = memoryKey(token, issuer, options.endpoint, clientAuth.clientId)
    const remembered = await memory.recall(key)
    if (remembered && memory.isFresh(remembered, maxAge)) return remembered.answer
    try {
      return await askOnce(key, token)
    } catch (error) {
      if (remembered && memory.mayServeStale(remembered, maxAge)) return remembered.answer
      throw error
    }
  }

  return {
    asks: true,

    async ready() {
      await locate?.('introspection_endpoint')
    },

    accepts: () => true,

    async verify({ value: token }, _check, maxAge) {
      const answer = await answerAbout(token, maxAge)
      if (!answer.active) throw new InvalidToken('inactive')
      const { iss = issuer ?? options.endpoint, token_type: tokenType } = answer
      if (issuer !== undefined && iss !== issuer) {
        throw new InvalidToken('issuer', `"iss" is ${JSON.stringify(iss)}, expected ${issuer}`)
      }
      return { claims: answer, dialect, issuer: iss, tokenType } as TokenFacts
    },
  }
}

function dialectOf({ audienceOptional = false, dialect }: IntrospectionOptions): Dialect {
  const { requiredClaims, ...rest } = { ...rfc7662, ...dialect }
  return {
    ...rest,
    requiredClaims: requiredClaims.filter((claim) => claim !== 'aud' || !audienceOptional),
  }
}

function formatOf(
  { issuer, clientAuth, signed, metadata }: IntrospectionOptions,
  http: Exchange,
  timeout: Seconds,
  locate: ((endpoint: string) => Promise<URL>) | undefined,
): AnswerFormat {
  if (signed === undefined || issuer === undefined || locate === undefined) return jsonAnswers
  const keys = keySetOf(issuer, { ...metadata, ...signed }, http, timeout, locate)
  return signedAnswers(issuer, signed.audience ?? clientAuth.clientId, keys, signed)
}

const store = rule.having('a store', 'get', 'set', 'add')

function checkOptions(options: IntrospectionOptions): void {
  rule.checkOptions('introspection', options, {
    endpoint: secureUrl,
    issuer: issuerIdentifier,
    clientAuth: rule.required(rule.having('a way such as clientSecretBasic(…)', 'authenticate')),
    maxAge: rule.seconds(0, 86_400),
    inactiveMaxAge: rule.seconds(0, 3600),
    store,
    inactiveStore: store,
    storeTimeout: rule.seconds(0.001, 60),
    tokenTypeHint: {
      expected: 'a token type hint, or false',
      fits: (value) => value === false || rule.text.fits(value),
    },
    audienceOptional: rule.truth,
    dialect: rule.record,
    maxStale: rule.seconds(0, 86_400),
    signed: rule.record,
    metadata: rule.record,
    ...exchangeRules,
    ...breakerRules,
    ...concurrencyRules,
  })
  rule.checkOptions('introspection, metadata', options.metadata ?? {}, freshnessRules)
  rule.checkOptions('introspection, signed', options.signed ?? {}, {
    ...signedAnswersRules,
    ...keySourceRules,
  })
  if (options.signed !== undefined && options.issuer === undefined) {
    throw new TypeError('introspection(): signed answers need the issuer, whose keys verify them')
  }
  if (options.endpoint === undefined && options.issuer === undefined) {
    throw new TypeError('introspection(): give the endpoint, or the issuer to find it by')
  }
}
