import { LRUCache } from 'lru-cache'
import type { TokenFacts } from '../protocol/claims.ts'
import { derive } from '../protocol/derive-dialect.ts'
import { type Dialect, rfc7662 } from '../protocol/dialect.ts'
import { readEviction } from '../protocol/eviction.ts'
import { clientIdOf, ownerOf } from '../protocol/identity.ts'
import { InvalidToken } from '../protocol/errors.ts'
import { settled } from '../protocol/machine-clients.ts'
import { obey } from '../protocol/profiles.ts'
import { relaxationsOf } from '../protocol/relaxations.ts'
import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { memoryStore } from '../stores/memory.ts'
import { timely } from '../stores/timely.ts'
import { breaker } from './breaker.ts'
import { limited, TooManyCalls } from './concurrency.ts'
import { withinDeadline } from '../resilience/deadline.ts'
import { discovery } from './discovery.ts'
import { type Exchange, exchange } from './exchange.ts'
import {
  type AnswerFormat,
  introspect,
  type IntrospectionAnswer,
  jsonAnswers,
} from './introspection-endpoint.ts'
import { type Flight, IntrospectionFlights } from './introspection-flights.ts'
import { IntrospectionMemory, memoryKey, type RememberedAnswer } from './introspection-memory.ts'
import { checkIntrospectionOptions, type IntrospectionOptions } from './introspection-options.ts'
import { keySetOf } from './key-set.ts'
import { parseSecureUrl } from './secure-url.ts'
import { signedAnswers } from './signed-introspection.ts'
import type { TokenVerifier } from './token-verifier.ts'

/** Tokens of which it is known that there is a newer answer. */
const maxRenewed = 10_000

/**
 * Verifies tokens of any form by asking the authorization server, and remembers its answers.
 * (RFC 7662)
 *
 * @throws {TypeError} An option is wrong.
 */
export function introspection(options: IntrospectionOptions): TokenVerifier {
  checkIntrospectionOptions(options)
  const { issuer, endpoint, clientAuth, timeout = 5, storeTimeout = 0.5, maxAge = 60 } = options
  const { tokenTypeHint = 'access_token' } = options
  const dialect = dialectOf(options)
  const memory = new IntrospectionMemory({
    maxAge,
    maxStale: options.maxStale ?? 0,
    inactiveMaxAge: options.inactiveMaxAge ?? 10,
    store: options.store ? timely(options.store, storeTimeout) : memoryStore(),
    inactiveStore: options.inactiveStore
      ? timely(options.inactiveStore, storeTimeout)
      : memoryStore({ maxEntries: 1000 }),
    clientIdOf: (answer) => clientIdOf(answer, dialect),
    ownerOf: (answer) => ownerOf(answer, dialect),
    tolerates: dialect.tolerates,
  })
  const http = exchange({ ...options, timeout })
  const calls = limited(breaker(http, options), options)
  const given = parseSecureUrl(endpoint)
  // There may be a secret in the query.
  const place = endpoint?.split('?')[0]
  const locate =
    issuer === undefined ? undefined : discovery(issuer, http, timeout, options.metadata)
  const format = formatOf(options, dialect, http, timeout, locate)
  const late = (): Error =>
    new AuthorizationServerUnavailable(`The introspection answer did not come within ${timeout} s`)
  let evictions = 0
  /** When an answer was asked for anew, on demand: what was known before serves no longer. */
  const renewed = new LRUCache<string, Seconds>({
    max: maxRenewed,
    dispose(_askedAt, _key, reason) {
      if (reason === 'evict') evictions += 1
    },
  })
  /** How often that has been. */
  let demands = 0
  const flights = new IntrospectionFlights(
    (token) => withinDeadline(ask(token), timeout, late),
    (...answer) => memory.remember(...answer),
  )

  async function ask(token: string): Promise<IntrospectionAnswer> {
    const url = given ?? (await locate!('introspection_endpoint'))
    return introspect(token, url, calls, { clientAuth, tokenTypeHint, format })
  }

  function askOnce(key: string, token: string, since: Seconds, underWay?: Flight): Flight {
    if (underWay && underWay.askedAt >= since) return underWay
    return flights.start(key, token)
  }

  const keyOf = (token: string): string =>
    memoryKey(token, issuer, endpoint, clientAuth.clientId, format.mediaType)

  async function answerAbout(
    key: string,
    token: string,
    demanded: Seconds,
  ): Promise<RememberedAnswer & Pick<TokenFacts, 'cache'>> {
    const since = Math.max(demanded, renewed.get(key) ?? -Infinity)
    // Looked up before, since it may end while the memory is asked, which then knows nothing of it yet.
    const underWay = flights.get(key)
    const remembered = await memory.recall(key)
    if (remembered && memory.isFresh(remembered, since)) return { ...remembered, cache: 'hit' }
    try {
      const { askedAt, answer } = askOnce(key, token, since, flights.get(key) ?? underWay)
      const told = { askedAt, answer: await answer }
      if (demanded > -Infinity) {
        renewed.set(key, askedAt)
        demands += 1
      }
      return told
    } catch (error) {
      const down = !(error instanceof TooManyCalls)
      if (!remembered || !down || !memory.mayServeStale(remembered, since)) throw error
      return { ...remembered, cache: 'stale' }
    }
  }

  return {
    issuer,
    asks: true,
    relaxations: relaxationsOf(dialect, rfc7662),

    async ready() {
      if (given === undefined) await locate?.('introspection_endpoint')
      await format.ready?.()
    },

    async evict(eviction) {
      const [kind, value] = readEviction(eviction)
      await memory.evict(kind, kind === 'token' ? keyOf(value) : value)
      flights.clear()
      evictions += 1
    },

    under(profile) {
      const { signed, ...others } = obey(profile, 'introspection', options)
      if (signed === undefined) return introspection(others)
      return introspection({ ...others, signed: obey(profile, 'introspection, signed', signed) })
    },

    accepts: () => true,

    async verify({ value: token }, _check, since = -Infinity) {
      const key = keyOf(token)
      const before = { evictions, demands }
      const { askedAt, answer, cache } = await answerAbout(key, token, since)
      if (!answer.active) throw new InvalidToken('inactive', 'the authorization server says so')
      const { iss = issuer ?? place } = answer
      if (issuer !== undefined && iss !== issuer) {
        throw new InvalidToken('issuer', `"iss" is ${JSON.stringify(iss)}, expected ${issuer}`)
      }
      const tokenType = schemeOf(answer, dialect)
      const stands = (): boolean =>
        isWithin(maxAge, askedAt) &&
        before.evictions === evictions &&
        (before.demands === demands || !(renewed.get(key)! > askedAt))
      // What other instances share is asked for each time: they may know better.
      const lasting = options.store === undefined ? stands : undefined
      return {
        claims: answer,
        dialect,
        issuer: iss,
        tokenType,
        stands: lasting,
        cache,
      } as TokenFacts
    },
  }
}

/** Whether something was so lately, by a clock that has not been set back since. */
function isWithin(maxAge: Seconds, askedAt: Seconds): boolean {
  const age = now() - askedAt
  return age >= 0 && age < maxAge
}

function dialectOf(options: IntrospectionOptions): Dialect {
  const { audienceOptional = false, dialect, machineClients } = options
  const base = { ...rfc7662, requiredClaims: [] }
  const always = audienceOptional || hasOthers(dialect) ? [] : ['aud']
  return settled(derive(base, 'introspection', dialect, always), machineClients)
}

/** Whether other claims stand in for `aud`. */
function hasOthers({ audienceFrom = {} }: Partial<Dialect> = {}): boolean {
  return Object.keys(audienceFrom).length > 0
}

/** The scheme that a token is for, where the answer says it. (RFC 7662 §2.2) */
function schemeOf(answer: IntrospectionAnswer, { tokenTypes }: Dialect): unknown {
  const type = answer['token_type']
  return typeof type === 'string' && tokenTypes.includes(type.toLowerCase()) ? undefined : type
}

function formatOf(
  { issuer, clientAuth, signed, metadata }: IntrospectionOptions,
  dialect: Dialect,
  http: Exchange,
  timeout: Seconds,
  locate: ((endpoint: string) => Promise<URL>) | undefined,
): AnswerFormat {
  if (signed === undefined || issuer === undefined || locate === undefined) {
    return jsonAnswers(dialect)
  }
  const keys = keySetOf(issuer, { ...metadata, ...signed }, http, timeout, locate)
  const audience = signed.audience ?? clientAuth.clientId
  return signedAnswers(issuer, audience, keys, { ...signed, tolerates: dialect.tolerates })
}
