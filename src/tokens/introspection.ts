import type { TokenFacts } from '../protocol/claims.ts'
import { type Dialect, rfc7662 } from '../protocol/dialect.ts'
import { InvalidToken } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { memoryStore } from '../stores/memory.ts'
import type { Store } from '../stores/store.ts'
import type { ClientAuth } from './client-auth.ts'
import { withinDeadline } from './deadline.ts'
import { discover, endpoint } from './discovery.ts'
import {
  type Exchange,
  exchange,
  type ExchangeOptions,
  exchangeRules,
  issuerIdentifier,
  parseSecureUrl,
  secureUrl,
} from './exchange.ts'
import { introspect, type IntrospectionAnswer } from './introspection-endpoint.ts'
import { IntrospectionMemory, memoryKey } from './introspection-memory.ts'
import { LastKnownGood } from './last-known-good.ts'
import type { TokenVerifier } from './token-verifier.ts'

export interface IntrospectionOptions extends ExchangeOptions {
  /** URL of the introspection endpoint. Default: found by discovery from `issuer`. (RFC 8414 §2) */
  readonly endpoint?: string
  /** Issuer identifier; an answer that names another one is refused. Needed where there is no `endpoint`. */
  readonly issuer?: string
  /** How this resource server authenticates at the endpoint. (RFC 7662 §2.1) */
  readonly clientAuth: ClientAuth
  /** How long an active token's answer is remembered at most, never past `exp`; 0: not at all. (RFC 7662 §4) Default: 60. */
  readonly maxAge?: Seconds
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
    inactiveMaxAge: options.inactiveMaxAge ?? 10,
    store: options.store ?? memoryStore(),
    inactiveStore: options.inactiveStore ?? memoryStore({ maxEntries: 1000 }),
    storeTimeout: options.storeTimeout ?? 0.5,
  })
  const dialect = dialectOf(options)
  const http = exchange({ ...options, timeout })
  const locate = endpointOf(options, http, timeout)
  /** Questions under way, by key: however many wait, a token is asked about once. */
  const flights = new Map<string, Promise<IntrospectionAnswer>>()

  async function ask(key: string, token: string): Promise<IntrospectionAnswer> {
    const answer = await introspect(token, await locate(), http, { clientAuth, tokenTypeHint })
    void memory.remember(key, token, answer)
    return answer
  }

  function askOnce(key: string, token: string): Promise<IntrospectionAnswer> {
    const flight = flights.get(key) ?? ask(key, token).finally(() => flights.delete(key))
    flights.set(key, flight)
    return withinDeadline(flight, timeout, 'The introspection answer')
  }

  return {
    accepts: () => true,

    async verify({ value: token }) {
      const key = memoryKey(token, issuer, options.endpoint, clientAuth.clientId)
      const answer = (await memory.recall(key)) ?? (await askOnce(key, token))
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

function endpointOf(
  options: IntrospectionOptions,
  http: Exchange,
  timeout: Seconds,
): () => Promise<URL> {
  const given = parseSecureUrl(options.endpoint)
  if (given !== undefined) return async () => given
  const issuer = options.issuer!
  const metadata = new LastKnownGood(
    `The metadata of ${issuer}`,
    () => discover(issuer, http),
    timeout,
    {},
  )
  return async () => endpoint(await metadata.get(), 'introspection_endpoint')
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
    ...exchangeRules,
  })
  if (options.endpoint === undefined && options.issuer === undefined) {
    throw new TypeError('introspection(): give the endpoint, or the issuer to find it by')
  }
}
