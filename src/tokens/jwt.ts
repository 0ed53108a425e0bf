import { algorithms as known } from '../protocol/algorithms.ts'
import { derive, type Dialect, rfc9068 } from '../protocol/dialect.ts'
import { checkLifetime } from '../protocol/claims.ts'
import * as rule from '../protocol/options.ts'
import { obey } from '../protocol/profiles.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { discovery } from './discovery.ts'
import { exchange, type ExchangeOptions, exchangeRules } from './exchange.ts'
import { keySetOf, type KeySource, keySourceRules } from './key-set.ts'
import { type FreshnessOptions, freshnessRules } from './freshness.ts'
import { issuerIdentifier } from './secure-url.ts'
import { algorithmsRule } from '../signatures/jws-header.ts'
import { checkHeader, verifySignature } from './signed-jwt.ts'
import type { TokenVerifier } from './token-verifier.ts'

export interface JwtOptions extends KeySource, ExchangeOptions, FreshnessOptions {
  /** Issuer identifier, exactly as in the tokens' `iss`. (RFC 8414 §2) */
  readonly issuer: string
  /** Values of `alg` that are accepted. Default: all asymmetric ones of RFC 7518, `Ed25519` and `EdDSA`. (RFC 8725 §3.1) */
  readonly algorithms?: readonly string[]
  /** How long a token may be good, from `iat` to `exp`, or from now on where there is no `iat`. Default: for any time. */
  readonly maxLifetime?: Seconds
  /** How the claims are read, where that differs from RFC 9068. */
  readonly dialect?: Partial<Dialect>
}

/**
 * Verifies the JWT access tokens of an issuer against its key set. (RFC 9068 §4)
 *
 * @throws {TypeError} An option is wrong.
 */
export function jwt(options: JwtOptions): TokenVerifier {
  checkOptions(options)
  const { issuer, timeout = 5 } = options
  const algorithms = new Set(options.algorithms ?? Object.keys(known))
  const dialect = derive(rfc9068, 'jwt', options.dialect, ['iss', 'exp', 'aud'])
  const http = exchange({ ...options, timeout })
  // The key set backs off, for both.
  const locate = discovery(issuer, http, timeout, { ...options, coolDown: 0, maxBackOff: 0 })
  const keySet = keySetOf(issuer, options, http, timeout, locate)

  return {
    issuer,

    ready: () => keySet.ready(),

    under: (profile) => jwt(obey(profile, 'jwt', options)),

    accepts: ({ jwt }) => jwt?.claims['iss'] === issuer,

    async verify({ value, jwt }, check) {
      const { header, claims } = jwt!
      const hint = checkHeader(header, ['at+jwt'], algorithms)
      check({ claims, dialect, issuer })
      checkLifetime(claims, options.maxLifetime, now())
      const signer = await verifySignature(value, hint, keySet)
      return { claims, dialect, issuer, stands: keySet.standing(signer) }
    },
  }
}

function checkOptions(options: JwtOptions): void {
  rule.checkOptions('jwt', options, {
    issuer: rule.required(issuerIdentifier),
    algorithms: algorithmsRule,
    maxLifetime: rule.seconds(1, 86_400),
    dialect: rule.record,
    ...keySourceRules,
    ...exchangeRules,
    ...freshnessRules,
  })
  if (options.jwks !== undefined && options.jwksUri !== undefined) {
    throw new TypeError('jwt(): jwks and jwksUri exclude each other, give one or neither')
  }
}
