import type { Dialect } from '../protocol/dialect.ts'
import { type MachineClients, machineClientsRule } from '../protocol/machine-clients.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import type { Store } from '../stores/store.ts'
import { type BreakerOptions, breakerRules } from './breaker.ts'
import type { ClientAuth } from './client-auth.ts'
import { type ConcurrencyOptions, concurrencyRules } from './concurrency.ts'
import { type ExchangeOptions, exchangeRules } from './exchange.ts'
import { type FreshnessOptions, freshnessRules } from './freshness.ts'
import { type KeySource, keySourceRules } from './key-set.ts'
import { issuerIdentifier, secureUrl } from './secure-url.ts'
import { type SignedAnswersOptions, signedAnswersRules } from './signed-introspection.ts'

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
  /** Clients that only ever act on their own behalf, for issuers whose answers do not tell. Default: none. */
  readonly machineClients?: MachineClients
}

/** @throws {TypeError} An option is wrong. */
export function checkIntrospectionOptions(options: IntrospectionOptions): void {
  rule.checkOptions('introspection', options, {
    endpoint: secureUrl,
    issuer: issuerOf(options),
    clientAuth: rule.required({
      expected: 'a way such as clientSecretBasic(…), with clientId and authenticate()',
      fits: isClientAuth,
    }),
    maxAge: rule.seconds(0, 86_400),
    inactiveMaxAge: rule.seconds(0, 3600),
    store: rule.store,
    inactiveStore: rule.store,
    storeTimeout: rule.seconds(0.001, 60),
    tokenTypeHint: {
      expected: 'a token type hint, or false',
      fits: (value) => value === false || rule.text.fits(value),
    },
    audienceOptional: rule.truth,
    dialect: rule.record,
    machineClients: machineClientsRule,
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

/** What is no URL tells whom an answer is from; it leads nowhere, so the endpoint is needed. */
function issuerOf({ endpoint, dialect }: Partial<IntrospectionOptions> = {}): rule.Rule {
  return dialect?.issuerForm === 'text' && endpoint !== undefined ? rule.text : issuerIdentifier
}

function isClientAuth(value: unknown): boolean {
  const { clientId, authenticate } = (value ?? {}) as Partial<ClientAuth>
  return rule.text.fits(clientId) && rule.callable.fits(authenticate)
}
