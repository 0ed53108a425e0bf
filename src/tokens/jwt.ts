import { alwaysOfJwt, derive } from '../protocol/derive-dialect.ts'
import { type Dialect, rfc9068 } from '../protocol/dialect.ts'
import { InvalidToken } from '../protocol/errors.ts'
import { type MachineClients, machineClientsRule, settled } from '../protocol/machine-clients.ts'
import { ask } from '../protocol/ask.ts'
import { checkLifetime } from '../protocol/claims.ts'
import * as rule from '../protocol/options.ts'
import { obey } from '../protocol/profiles.ts'
import { relaxationsOf } from '../protocol/relaxations.ts'
import { type TrustedIssuer, trustedIssuer, trustedIssuerRule } from '../protocol/trusted-issuer.ts'
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
  /** Issuer identifier, exactly as in the tokens' `iss` (RFC 8414 §2); or such as `tenantIssuer()` makes. */
  readonly issuer: string | TrustedIssuer
  /** Values of `alg` that are accepted. Default: those of the dialect, else all asymmetric ones of RFC 7518, `Ed25519` and `EdDSA`. (RFC 8725 §3.1) */
  readonly algorithms?: readonly string[]
  /** How long a token may be good, from `iat` to `exp`, or from now on where there is no `iat`. Default: for any time. */
  readonly maxLifetime?: Seconds
  /** How the claims are read, where that differs from RFC 9068. */
  readonly dialect?: Partial<Dialect>
  /** Clients that only ever act on their own behalf, for issuers whose tokens do not tell. Default: none. */
  readonly machineClients?: MachineClients
}

/**
 * Verifies the JWT access tokens of an issuer against its key set. (RFC 9068 §4)
 *
 * @throws {TypeError} An option is wrong.
 */
export function jwt(options: JwtOptions): TokenVerifier {
  checkOptions(options)
  const { timeout = 5 } = options
  const derived = derive(rfc9068, 'jwt', options.dialect, alwaysOfJwt(options.dialect))
  const dialect = settled(derived, options.machineClients)
  const issuer = trustedIssuer(options.issuer, dialect)
  const name = issuer.name ?? 'an issuer of many tenants'
  const algorithms = new Set(options.algorithms ?? dialect.algorithms)
  const http = exchange({ ...options, timeout })
  // The key set backs off, for both.
  const locate = discovery(name, http, timeout, { ...options, coolDown: 0, maxBackOff: 0 })
  const keySet = keySetOf(name, options, http, timeout, locate, dialect.keyUse)

  return {
    issuer: issuer.name,

    relaxations: relaxationsOf(dialect, rfc9068),

    ready: () => keySet.ready(),

    under(profile) {
      const algorithms = options.algorithms ?? options.dialect?.algorithms
      return jwt(obey(profile, 'jwt', { ...options, ...(algorithms && { algorithms }) }))
    },

    accepts: ({ jwt }) => jwt !== undefined && issuer.isNamedIn(jwt.claims),

    async verify({ value, jwt }, check) {
      const { header, claims } = jwt!
      const hint = checkHeader(header, dialect.types, algorithms, dialect.advice)
      check({ claims, header, dialect, issuer: claims['iss'] as string })
      checkLifetime(claims, options.maxLifetime, now())
      const signer = await verifySignature(value, hint, keySet)
      if (!issuer.allows(signer.jwk, claims)) {
        throw new InvalidToken('unknown-key', 'the key is for another issuer')
      }
      const iss = ask(() => issuer.identify(claims))
      if (iss === undefined) throw new InvalidToken('issuer', 'its tenant is none of tenants')
      const keyStands = keySet.standing(signer)
      const stands =
        typeof options.issuer === 'string'
          ? keyStands
          : (): boolean => keyStands() && ask(() => issuer.identify(claims)) === iss
      return { claims, header, dialect, issuer: iss, stands }
    },
  }
}

function checkOptions(options: JwtOptions): void {
  rule.checkOptions('jwt', options, {
    issuer: rule.required(issuerOf(options)),
    algorithms: algorithmsRule,
    maxLifetime: rule.seconds(1, 86_400),
    dialect: rule.record,
    machineClients: machineClientsRule,
    ...keySourceRules,
    ...exchangeRules,
    ...freshnessRules,
  })
  if (options.jwks !== undefined && options.jwksUri !== undefined) {
    throw new TypeError('jwt(): jwks and jwksUri exclude each other, give one or neither')
  }
  const known = options.jwks !== undefined || options.jwksUri !== undefined
  const form = options.dialect?.issuerForm ?? 'url'
  if (!known && (typeof options.issuer !== 'string' || form !== 'url')) {
    throw new TypeError(
      'jwt(): such an issuer has no metadata to find its keys by, give jwksUri or jwks',
    )
  }
}

/** What the option must be, which depends on how the dialect names the issuer. */
function issuerOf({ dialect, issuer }: Partial<JwtOptions> = {}): rule.Rule {
  if (typeof issuer === 'object') return trustedIssuerRule
  return (dialect?.issuerForm ?? 'url') === 'url' ? issuerIdentifier : rule.text
}
